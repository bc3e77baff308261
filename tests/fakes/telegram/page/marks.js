// Texts with their entities. Offsets count UTF-16 units, as JavaScript's strings do.
import { el } from "./base.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", spoiler: "span",
  blockquote: "q", expandable_blockquote: "q",
};

export function marked(text, entities, openLink) {
  const cuts = new Set([0, text.length]);
  for (const one of entities) { cuts.add(one.offset); cuts.add(one.offset + one.length); }
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => {
    const start = edges[index];
    const here = entities.filter((one) => one.offset <= start && end <= one.offset + one.length);
    return wrap(text.slice(start, end), here, openLink);
  });
}

function wrap(text, entities, openLink) {
  let node = document.createTextNode(text);
  for (const entity of entities) {
    const address = entity.type === "url" ? text : entity.url;
    if (address && /^(https?:\/\/|tg:)/.test(address)) {
      node = el("a", { href: address, onclick: (event) => { event.preventDefault(); openLink(address); } }, node);
    } else if (TAGS[entity.type]) {
      node = el(TAGS[entity.type], {}, node);
    }
  }
  return node;
}
