// The panel with what the platform does, and with the trouble one can ask for.
import { act, el, log } from "./base.js";

const TROUBLE = {
  "Next send: 429": () => act("fault", { kind: "rate_limit", method: "sendMessage", retry_after: 5 }),
  "Next send: no answer": () => act("fault", { kind: "drop_answer", method: "sendMessage" }),
  "Next send: 502": () => act("fault", { kind: "fail", method: "sendMessage" }),
  "Outage of 30 s": () => act("outage", { seconds: 30 }),
  "Everything 4 times": () => act("delivery", { copies: 4 }),
  "Lose one answer": () => act("delivery", { lose_answers: 1 }),
  "All well again": () => act("clear"),
};

export function drawPlatform(panel, state, chat, me) {
  panel.replaceChildren(
    el("h2", {}, "Delivery"), facts(state),
    el("h2", {}, "Trouble"), row(TROUBLE),
    ...(chat && me ? [el("h2", {}, "This chat"), row(deedsOf(chat, me))] : []),
    el("h2", {}, "What the bot did"), log(state));
}

function facts(state) {
  const way = state.webhook ?? (state.polls ? "long polling" : "nobody takes updates yet");
  const rows = {
    Updates: way, Waiting: String(state.pending), Copies: String(state.copies), API: state.down ? "down" : "up",
    ...(state.last_error && state.pending ? { "Last error": state.last_error[1] } : {}),
  };
  return el("dl", { class: "facts" }, Object.entries(rows).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function deedsOf(chat, me) {
  const here = { chat: chat.id, person: me.id };
  const poison = { "Unreadable update": () => act("poison", { chat: chat.id }) };
  if (chat.type === "private") {
    const blocked = chat.standing === "kicked";
    const label = blocked ? "Unblock the bot" : "Block the bot";
    return { [label]: () => act(blocked ? "unblocks" : "blocks", { person: me.id }), ...poison };
  }
  const group = chat.type === "group" ? { "Make it a supergroup": () => act("upgrade", here) } : {};
  return { ...group, "Remove the bot": () => act("remove_bot", here), ...poison };
}

function row(deeds) {
  return el("div", { class: "row" }, Object.entries(deeds).map(([label, run]) => el("button", { type: "button", onclick: run }, label)));
}
