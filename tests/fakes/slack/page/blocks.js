// Block Kit as far as the fake knows it: messages, and modals with fields.
import { el } from "./base.js";
import { mrkdwn } from "./marks.js";

export function drawBlocks(blocks, names, press) {
  const shown = blocks.filter((block) => block.type !== "rich_text");
  if (!shown.length) return null;
  return el("div", { class: "blocks" }, shown.map((block) => drawBlock(block, names, press)));
}

function drawBlock(block, names, press) {
  const text = (one) => el("p", { dir: "auto" }, one.type === "mrkdwn" ? mrkdwn(one.text, names) : one.text);
  const kinds = {
    section: () => section(block, text, press),
    header: () => el("div", { class: "block header" }, text(block.text)),
    divider: () => el("hr"),
    image: () => el("div", { class: "block image" }, block.title ? text(block.title) : null, image(block)),
    context: () => el("div", { class: "block context" }, block.elements.map((one) => (one.type === "image" ? image(one) : text(one)))),
    actions: () => el("div", { class: "block actions" }, block.elements.map((one) => element(one, block, press))),
    markdown: () => el("div", { class: "block" }, el("p", { dir: "auto" }, block.text)),
    input: () => field(block),
  };
  return kinds[block.type]?.() ?? el("p", { class: "soft" }, block.type);
}

function section(block, text, press) {
  const fields = block.fields ? el("div", { class: "block fields" }, block.fields.map(text)) : null;
  const accessory = block.accessory?.type === "image" ? image(block.accessory) : block.accessory ? element(block.accessory, block, press) : null;
  return el("div", { class: "block section" }, el("div", {}, block.text ? text(block.text) : null, fields), accessory);
}

const image = (one) => el("img", { src: one.image_url, alt: one.alt_text, loading: "lazy" });

function element(one, block, press) {
  if (one.options) {
    const first = el("option", { value: "" }, one.placeholder?.text ?? "Choose…");
    const choose = (event) => press({ ...one, block_id: block.block_id }, event.target.value);
    return el("select", { class: "element", onchange: choose, "aria-label": one.placeholder?.text ?? "Choose" }, first,
      one.options.map((option) => el("option", { value: option.value }, option.text.text)));
  }
  const label = one.url ? `${one.text?.text ?? one.type} ↗` : one.text?.text ?? one.type;
  return el("button", {
    type: "button", class: `element style-${one.style ?? "plain"}`, onclick: () => press({ ...one, block_id: block.block_id }),
  }, label);
}

function field(block) {
  const one = block.element;
  const needed = !block.optional;
  const props = { class: "field", name: one.action_id, required: needed };
  let input;
  if (one.options) {
    input = el("select", props, one.options.map((option) => el("option", {
      value: option.value, selected: option.value === one.initial_option?.value,
    }, option.text.text)));
  } else if (one.multiline) {
    input = el("textarea", { ...props, rows: 4, value: one.initial_value ?? "", placeholder: one.placeholder?.text ?? "" });
  } else {
    input = el("input", { ...props, value: one.initial_value ?? "", placeholder: one.placeholder?.text ?? "" });
  }
  return el("label", { "data-block": block.block_id }, block.label.text, input, el("span", { class: "error", hidden: true }));
}

export function drawModal(view, names, { submit, close, press }) {
  const form = el("form", { method: "dialog", onsubmit: async (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...form.querySelectorAll("[name]")].map((input) => [input.name, input.value]));
    showErrors(form, await submit(values));
  } }, drawBlocks(view.blocks, names, press),
  el("div", { class: "end" },
    el("button", { type: "button", class: "plain", onclick: close }, view.close?.text ?? "Cancel"),
    view.submit ? el("button", { class: "primary" }, view.submit.text) : null));
  return el("dialog", { "aria-label": view.title?.text, oncancel: close, "data-view": `${view.id}` }, el("h2", {}, view.title?.text), form);
}

function showErrors(form, errors) {
  for (const label of form.querySelectorAll("[data-block]")) {
    const note = label.querySelector(".error");
    note.textContent = errors[label.dataset.block] ?? "";
    note.hidden = !note.textContent;
  }
}
