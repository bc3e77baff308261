// A small Slack to chat with the app in. What people and the app wrote is shown as text nodes only.
import { act, ask, avatar, chooseFile, clock, el, follow, growing, keepAtEnd, log, toast } from "./base.js";
import { drawBlocks, drawModal } from "./blocks.js";
import { EMOJI, emoji, mrkdwn } from "./marks.js";

const $ = (id) => document.getElementById(id);
const view = { state: null, me: null, channel: null, thread: null, modal: null, seen: {} };

const team = () => view.state.teams.find((one) => one.people.includes(view.me)) ?? view.state.teams[0];
const name = (id) => team().members[id] ?? id;
const mine = () => team().channels.filter((one) => one.members.includes(view.me));
const channel = () => mine().find((one) => one.id === view.channel);
const visible = (one) => one.messages.filter((message) => !message.only_for || message.only_for === view.me);
const here = () => ({ person: view.me, channel: view.channel });
const titleOf = (one) => (one.kind === "im" ? name(team().bot) : `${one.kind === "group" ? "🔒 " : "# "}${one.name}`);

function draw(state) {
  view.state = state;
  if (!view.me || !state.teams.some((one) => one.people.includes(view.me))) view.me = state.teams.flatMap((one) => one.people)[0];
  if (!channel()) view.channel = mine().find((one) => one.kind === "im")?.id ?? mine()[0]?.id;
  drawSide();
  drawChannel();
  drawThread();
  drawOpenModal();
  drawPlatform();
}

function drawSide() {
  const one = team();
  $("team").textContent = one.name;
  const select = $("people");
  if (document.activeElement !== select) {
    select.replaceChildren(...view.state.teams.flatMap((each) => each.people.map((id) => el("option", {
      value: id, selected: id === view.me,
    }, view.state.teams.length > 1 ? `${each.members[id]} (${each.name})` : each.members[id]))));
  }
  const direct = mine().filter((each) => each.kind === "im");
  const rooms = mine().filter((each) => each.kind !== "im");
  const others = one.channels.filter((each) => each.kind === "channel" && !each.members.includes(view.me));
  $("channels").replaceChildren(
    el("h2", {}, "Channels"), el("ul", {}, rooms.map(entry)),
    ...(others.length ? [el("ul", {}, others.map((each) => el("li", {}, el("button", {
      type: "button", onclick: () => act("joins", { person: view.me, channel: each.id }),
    }, `Join # ${each.name}`))))] : []),
    el("h2", {}, "Direct messages"), el("ul", {}, direct.map(entry)));
}

function entry(one) {
  const last = visible(one).at(-1)?.ts ?? "";
  if (one.id === view.channel) view.seen[`${view.me}/${one.id}`] = last;
  const fresh = last > (view.seen[`${view.me}/${one.id}`] ?? "");
  return el("li", {}, el("button", {
    type: "button", "aria-current": one.id === view.channel ? "true" : null, onclick: () => open(one.id),
  }, titleOf(one), fresh ? el("span", { class: "new", title: "New messages" }) : null));
}

function drawChannel() {
  const one = channel();
  if (!one) return;
  $("title").textContent = titleOf(one);
  $("about").textContent = one.kind === "im" ? "Direct message with the app" : `${one.members.map(name).join(", ")}`;
  $("text").placeholder = one.kind === "im" ? "Message, or /kotha help" : "Message, @kotha …, or /kotha help";
  const roots = visible(one).filter((message) => !message.thread || (message.only_for && !message.thread));
  keepAtEnd($("messages"), () => $("messages").replaceChildren(...roots.map((message) => drawMessage(message, true))));
  if (!roots.length) {
    const hint = one.kind === "im" ? "Write to the app: it answers here." : "Call the app by name: @kotha where is my order?";
    $("messages").replaceChildren(el("p", { class: "soft empty" }, hint));
  }
}

function drawThread() {
  const one = channel();
  const root = view.thread && one?.messages.find((message) => message.ts === view.thread);
  $("thread").hidden = !root;
  if (!root) return;
  const replies = visible(one).filter((message) => message.thread === view.thread);
  keepAtEnd($("replies"), () => $("replies").replaceChildren(...[root, ...replies].map((message) => drawMessage(message, false))));
}

function drawMessage(message, withThread) {
  const by = name(message.user);
  const press = (element, option) => pressed(message, element, option);
  return el("article", { class: `message ${message.only_for ? "whisper" : ""}`, "data-ts": message.ts },
    avatar(by, message.user),
    el("div", { class: "main" },
      el("div", { class: "by" }, el("b", {}, by), message.bot_id ? el("span", { class: "badge" }, "app") : null,
        el("span", { class: "soft" }, clock(Number(message.ts))),
        message.edited ? el("span", { class: "soft" }, "(edited)") : null,
        message.only_for ? el("span", { class: "soft" }, "Only you can see this") : null),
      textOf(message, press),
      (message.files ?? []).map(drawFile),
      drawReactions(message),
      tools(message, withThread)));
}

function textOf(message, press) {
  const blocks = drawBlocks(message.blocks ?? [], team().members, press);
  if (blocks) return blocks;
  return message.text ? el("p", { class: "text", dir: "auto" }, mrkdwn(message.text, team().members)) : null;
}

function drawFile(file) {
  if (file.mimetype.startsWith("image/")) return el("img", { class: "shared", src: `/fake/file/${file.id}`, alt: file.title });
  return el("p", { class: "text" }, "📄 ", el("a", { href: `/fake/file/${file.id}` }, file.name));
}

function drawReactions(message) {
  if (!message.reactions) return null;
  return el("div", { class: "reactions" }, message.reactions.map((one) => el("button", {
    type: "button", class: one.users.includes(view.me) ? "own" : "", title: one.users.map(name).join(", "),
    onclick: () => act(one.users.includes(view.me) ? "takes_back" : "reacts", { ...here(), message: message.ts, name: one.name }),
  }, `${emoji(one.name)} ${one.count}`)));
}

function tools(message, withThread) {
  if (message.only_for) return null;
  const own = message.user === view.me;
  const count = message.reply_count;
  const thread = count ? `${count} ${count === 1 ? "answer" : "answers"}` : "Answer in thread";
  const buttons = [
    withThread ? [thread, () => openThread(message.ts)] : null,
    ["React", () => react(message)],
    own ? ["Edit", () => edit(message)] : null,
    own ? ["Delete", () => act("deletes", { ...here(), message: message.ts })] : null,
  ].filter(Boolean);
  return el("div", { class: "tools" }, buttons.map(([label, run]) => el("button", { type: "button", onclick: run }, label)));
}

async function pressed(message, element, option) {
  if (element.url) followLink(element.url);
  const deed = option === undefined ? "clicks" : "chooses";
  const what = option === undefined ? { button: element.action_id, block: element.block_id } : { option };
  const answer = await act(deed, { ...here(), message: message.ts, ...what });
  if (answer.ok && !answer.taken) toast("The app did not answer in three seconds.");
}

// A link into Slack itself opens the direct message with the app, as it does there.
function followLink(address) {
  if (address.startsWith("slack:")) open(mine().find((one) => one.kind === "im").id);
  else window.open(address, "_blank", "noopener");
}

async function react(message) {
  const given = await ask("React", [{ name: "name", label: `A name, such as ${Object.keys(EMOJI).slice(0, 4).join(", ")}`, value: "eyes" }], "React");
  if (given) await act("reacts", { ...here(), message: message.ts, name: given.name });
}

const unmarked = (text) => text.replace(/<@(\w+)>/g, (_whole, id) => `@${name(id)}`).replace(/<([^|>]+)(\|[^>]+)?>/g, "$1")
  .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

async function edit(message) {
  const given = await ask("Edit", [{ name: "text", label: "Text", kind: "long", value: unmarked(message.text) }], "Save");
  if (given) await act("edits", { ...here(), message: message.ts, text: given.text });
}

async function send(area, thread) {
  const text = area.value.trim();
  if (!text || !channel()) return;
  area.value = "";
  const command = text.match(/^(\/[\w-]+)\s*([\s\S]*)$/);
  if (!command || thread) { await act("says", { ...here(), text, ...(thread ? { thread } : {}) }); return; }
  const answer = await act("commands", { ...here(), command: command[1], text: command[2] });
  if (answer.ok && !answer.taken) toast(`${command[1]} failed: the app did not answer in three seconds.`);
}

async function share() {
  const file = await chooseFile("");
  if (file) await act("sends_file", { ...here(), ...file, text: $("text").value.trim() });
  if (file) $("text").value = "";
}

function open(id) {
  view.channel = id;
  view.thread = null;
  delete $("messages").dataset.seen;
  $("app").classList.add("in-channel");
  draw(view.state);
}

function openThread(ts) {
  view.thread = ts;
  delete $("replies").dataset.seen;
  drawThread();
  $("reply").focus();
}

// The modal that stands open for this person; drawn anew only when it is another one.
function drawOpenModal() {
  const wanted = view.state.modals[view.me];
  const key = wanted ? `${view.me}/${wanted.id}/${JSON.stringify(wanted.blocks)}` : null;
  if (key === view.modal) return;
  view.modal = key;
  document.querySelector("dialog[data-view]")?.remove();
  if (!wanted) return;
  const close = () => act("closes_modal", { person: view.me });
  const submit = async (values) => (await act("submits", { person: view.me, values })).errors ?? {};
  const press = () => toast("Buttons in modals are not part of the fake.");
  const dialog = drawModal(wanted, team().members, { submit, close, press });
  document.body.append(dialog);
  dialog.showModal();
}

const TROUBLE = {
  "Next post: 429": () => act("fault", { kind: "rate_limit", method: "chat.postMessage", retry_after: 5 }),
  "Next post: no answer": () => act("fault", { kind: "drop_answer", method: "chat.postMessage" }),
  "Outage of 30 s": () => act("outage", { seconds: 30 }),
  "Everything 4 times": () => act("delivery", { copies: 4 }),
  "Lose one answer": () => act("delivery", { lose_answers: 1 }),
  "Unreadable event": () => act("poison"),
  "Too many events": () => act("limit_events"),
  "Throw the app out": () => act("uninstall"),
  "All well again": () => act("clear"),
};

function drawPlatform() {
  const state = view.state;
  const failed = state.failed.at(-1);
  const rows = { Events: state.way, Copies: state.copies, API: state.down ? "down" : "up", App: team().installed === "yes" ? "installed" : team().installed };
  if (failed) rows["Last failure"] = failed.error || String(failed.status);
  $("platform").replaceChildren(
    el("h2", {}, "Delivery"),
    el("dl", { class: "facts" }, Object.entries(rows).flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, String(value))])),
    el("h2", {}, "Trouble"),
    el("div", { class: "row" }, Object.entries(TROUBLE).map(([label, run]) => el("button", { type: "button", onclick: run }, label))),
    el("h2", {}, "What the app did"), log(state));
}

async function newPerson() {
  const given = await ask("New person", [{ name: "name", label: "Name" }], "Add");
  const made = given && await act("person", { name: given.name, team: team().id });
  if (made?.ok) view.me = made.person;
}

async function newChannel() {
  const fields = [{ name: "name", label: "Name" }, { name: "private", label: "Private", kind: "check" }];
  const given = await ask("New channel with the app", fields, "Open");
  const made = given && await act("channel", { name: given.name, private: given.private, people: [...team().people], team: team().id });
  if (made?.ok) view.channel = made.channel;
}

function setUp() {
  $("people").addEventListener("change", (event) => {
    view.me = event.target.value;
    view.channel = view.thread = null;
    event.target.blur();
    draw(view.state);
  });
  $("new-person").addEventListener("click", newPerson);
  $("new-channel").addEventListener("click", newChannel);
  $("back").addEventListener("click", () => $("app").classList.remove("in-channel"));
  $("close-thread").addEventListener("click", () => { view.thread = null; drawThread(); });
  $("attach").addEventListener("click", share);
  for (const [form, area, thread] of [["form", "text", () => null], ["reply-form", "reply", () => view.thread]]) {
    $(form).addEventListener("submit", (event) => { event.preventDefault(); send($(area), thread()); });
    growing($(area), () => send($(area), thread()));
  }
  $("more").addEventListener("click", () => {
    const shown = $("platform").hidden;
    $("platform").hidden = !shown;
    $("more").setAttribute("aria-expanded", String(shown));
  });
}

setUp();
follow(draw);
