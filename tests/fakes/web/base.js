// What the pages of both fakes share. Everything people wrote becomes text nodes, never HTML.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export async function act(deed, args = {}) {
  const answer = await fetch("/fake/do", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ deed, ...args }),
  });
  const body = await answer.json();
  if (!body.ok) toast(body.error);
  return body;
}

let toastTimer = 0;
export function toast(text) {
  const node = document.getElementById("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, 4000);
}

export async function follow(draw) {
  let revision = "";
  for (;;) {
    try {
      const answer = await fetch(`/fake/state?after=${revision}`);
      const state = await answer.json();
      revision = state.revision;
      draw(state);
    } catch {
      toast("The fake has stopped. Start it again and this page goes on.");
      revision = "";
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function avatar(name, id) {
  const hue = [...String(id)].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 5;
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, [...name].slice(0, 1).join("").toUpperCase());
}

// A list that stays at its end when it was there.
export function keepAtEnd(list, change) {
  const near = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  change();
  if (near || !list.dataset.seen) list.scrollTop = list.scrollHeight;
  list.dataset.seen = "yes";
}

export function growing(area, send) {
  const fit = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight, 160)}px`; };
  area.addEventListener("input", fit);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
    fit();
  });
}

export function ask(title, fields, agree) {
  return new Promise((resolve) => {
    const inputs = fields.map((field) => ({ field, input: makeInput(field) }));
    const done = (value) => { dialog.close(); dialog.remove(); resolve(value); };
    const read = () => Object.fromEntries(inputs.map(({ field, input }) => [
      field.name, field.kind === "check" ? input.checked : input.value,
    ]));
    const dialog = el("dialog", { onclose: () => resolve(null), "aria-label": title },
      el("h2", {}, title),
      el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); done(read()); } },
        inputs.map(({ field, input }) => el("label", { class: field.kind === "check" ? "check" : "" },
          field.kind === "check" ? [input, field.label] : [field.label, input])),
        el("div", { class: "end" },
          el("button", { type: "button", class: "plain", onclick: () => done(null) }, "Cancel"),
          el("button", { class: "primary" }, agree))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function makeInput(field) {
  if (field.kind === "check") return el("input", { type: "checkbox", checked: Boolean(field.value) });
  if (field.kind === "long") return el("textarea", { class: "field", rows: 4, value: field.value ?? "" });
  return el("input", { class: "field", value: field.value ?? "", required: field.required ?? true });
}

export async function chooseFile(accept) {
  const input = el("input", { type: "file", accept });
  return new Promise((resolve) => {
    input.addEventListener("change", async () => {
      const file = input.files[0];
      if (!file) { resolve(null); return; }
      const bytes = new Uint8Array(await file.arrayBuffer());
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      resolve({ name: file.name, mime_type: file.type || "application/octet-stream", content: btoa(text) });
    });
    input.click();
  });
}

export function log(state) {
  const calls = state.calls.map((call) => ({
    at: call.at, bad: call.status >= 400 || call.error, text: `${clock(call.at)} ${call.method} ${call.error ?? call.status}`,
  }));
  const breaches = state.breaches.map((one) => ({ at: one.at, bad: true, text: `${clock(one.at)} ${one.rule}: ${one.what}` }));
  const lines = [...calls, ...breaches].sort((a, b) => b.at - a.at).slice(0, 40);
  if (!lines.length) return el("p", { class: "soft" }, "Nothing yet.");
  return el("ul", { class: "log" }, lines.map((line) => el("li", { class: line.bad ? "bad" : "" }, line.text)));
}
