// Slack's own markup. Everything becomes text nodes; only what stands in angle brackets becomes a link or a name.
import { el } from "./base.js";

const PIECES = /<([^<>]+)>|```([^`]+)```|`([^`\n]+)`|\*([^*\n]+)\*|(?<![\w])_([^_\n]+)_(?![\w])|~([^~\n]+)~|:([a-z0-9_+-]+):/g;
export const EMOJI = {
  eyes: "👀", white_check_mark: "✅", warning: "⚠️", hourglass_flowing_sand: "⏳", hourglass: "⏳", wave: "👋", tada: "🎉",
  thumbsup: "👍", "+1": "👍", heart: "❤️", smile: "😄", package: "📦", x: "❌", lock: "🔒", memo: "📝", bell: "🔔", slightly_smiling_face: "🙂",
  email: "✉️", outbox_tray: "📤", incoming_envelope: "📨", raising_hand: "🙋", speech_balloon: "💬", robot_face: "🤖",
};

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
export const emoji = (name) => EMOJI[name] ?? `:${name}:`;

export function mrkdwn(text, names) {
  return text.split("\n").flatMap((line, index, lines) => {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    const nodes = inline(quoted ? quoted[1] : line, names);
    if (quoted) return [el("blockquote", {}, nodes)];
    return index < lines.length - 1 ? [...nodes, "\n"] : nodes;
  });
}

function inline(text, names) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(PIECES)) {
    nodes.push(plain(text.slice(at, found.index)), piece(found, names));
    at = found.index + found[0].length;
  }
  return [...nodes, plain(text.slice(at))];
}

function piece([whole, bracket, block, code, bold, italic, strike, name], names) {
  if (bracket) return special(bracket, names);
  if (block ?? code) return el("code", {}, plain(block ?? code));
  if (bold) return el("b", {}, inline(bold, names));
  if (italic) return el("i", {}, inline(italic, names));
  if (strike) return el("s", {}, inline(strike, names));
  return EMOJI[name] ?? whole;
}

function special(inside, names) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${names[target.slice(1)] ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${label || target.slice(1)}`);
  if (target.startsWith("!")) return el("span", { class: "mention" }, label ?? `@${target.slice(1).split("^")[0]}`);
  if (!/^(https?|mailto|tel):/.test(target)) return `<${inside}>`;
  return el("a", { href: plain(target), target: "_blank", rel: "noopener" }, plain(label ?? target));
}
