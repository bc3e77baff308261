// Chat with the bot as somebody on Telegram. What people and the bot wrote is shown as text nodes only.
import { act, ask, avatar, chooseFile, clock, el, follow, growing, keepAtEnd, toast } from "./base.js";
import { drawPlatform } from "./platform.js";
import { marked } from "./marks.js";

const $ = (id) => document.getElementById(id);
const view = { state: null, me: null, chat: null, thread: null, reply: null, edit: null, shownAnswers: null };

const me = () => view.state.people.find((person) => person.id === view.me);
const chat = () => view.state.chats.find((one) => one.id === view.chat);
const mine = () => view.state.chats.filter((one) => one.members.includes(view.me) && !one.upgraded_to);
const nameOf = (one) => one.title ?? view.state.bot.first_name;
const place = () => ({ person: view.me, chat: view.chat });

function draw(state) {
  view.state = state;
  if (!me()) view.me = state.people[0]?.id ?? null;
  const moved = chat()?.upgraded_to;
  if (moved) view.chat = moved;
  if (!mine().some((one) => one.id === view.chat)) view.chat = mine()[0]?.id ?? null;
  drawPeople();
  drawChats();
  drawChat();
  drawPlatform($("platform"), state, chat(), me());
  showAnswers();
}

function drawPeople() {
  const select = $("people");
  if (document.activeElement === select) return;
  select.replaceChildren(...view.state.people.map((person) => el("option", {
    value: person.id, selected: person.id === view.me,
  }, [person.first_name, person.last_name].filter(Boolean).join(" "))));
}

function drawChats() {
  $("chats").replaceChildren(...mine().map((one) => {
    const last = one.messages.at(-1);
    return el("li", {}, el("button", {
      type: "button", "aria-current": one.id === view.chat ? "true" : null, onclick: () => openChat(one.id),
    }, avatar(nameOf(one), one.id), el("span", { class: "names" },
      el("b", {}, nameOf(one)),
      el("span", { class: "soft" }, last ? summary(last) : "Say hello"))));
  }));
}

function summary(message) {
  return message.text ?? message.caption ?? kindOf(message) ?? "…";
}

function kindOf(message) {
  const kinds = {
    photo: "Picture", document: "File", sticker: "Sticker", voice: "Voice message", location: "Place", contact: "Contact",
    new_chat_members: "joined", forum_topic_created: "New topic", migrate_to_chat_id: "Became a supergroup",
    migrate_from_chat_id: "Became a supergroup",
  };
  return kinds[Object.keys(kinds).find((kind) => kind in message)];
}

function drawChat() {
  const one = chat();
  $("writing").hidden = !one;
  if (!one) return;
  $("title").textContent = nameOf(one);
  const people = one.type === "private" ? `@${view.state.bot.username}` : `${one.members.length} people and Kotha`;
  $("doing").textContent = one.doing === "typing" ? `${view.state.bot.first_name} is typing…` : one.doing?.replace("_", " ") ?? people;
  drawTopics(one);
  const list = $("messages");
  keepAtEnd(list, () => list.replaceChildren(...messagesOf(one).map(drawMessage)));
  if (!one.messages.length) list.replaceChildren(welcome());
  const gone = one.standing === "kicked";
  $("notice").hidden = !gone;
  $("notice").textContent = one.type === "private" ? "You have blocked this bot. Writing unblocks it." : "The bot is no longer here.";
  drawCommands(one);
  drawBoard(one);
  drawQuote();
}

function welcome() {
  return el("div", { class: "empty" },
    el("p", { class: "soft" }, "Nothing here yet. Press Start as on a telephone, or just write."),
    el("button", { class: "primary", type: "button", onclick: () => act("starts", { person: view.me }) }, "Start"));
}

function drawTopics(one) {
  const bar = $("topics");
  bar.hidden = !one.is_forum;
  if (!one.is_forum) { view.thread = null; return; }
  if (!(view.thread in one.topics)) view.thread = Number(Object.keys(one.topics)[0]);
  const tabs = Object.entries(one.topics).map(([number, name]) => el("button", {
    type: "button", role: "tab", "aria-selected": String(Number(number) === view.thread),
    onclick: () => { view.thread = Number(number); drawChat(); },
  }, name));
  bar.replaceChildren(...tabs, el("button", { type: "button", onclick: newTopic }, "+ Topic"));
}

const GENERAL = 1;

function messagesOf(one) {
  if (!one.is_forum) return one.messages;
  return one.messages.filter((message) => (message.thread ?? GENERAL) === view.thread);
}

function drawMessage(message) {
  const service = ["new_chat_members", "forum_topic_created", "migrate_to_chat_id", "migrate_from_chat_id"].some((name) => name in message);
  if (service) return el("p", { class: "service" }, message.new_chat_members ? `${message.from.first_name} added Kotha` : `${message.from.first_name}: ${kindOf(message)}`);
  const own = message.from.id === view.me;
  return el("div", { class: `line ${own ? "mine" : ""}`, "data-message": message.message_id },
    own ? null : avatar(message.from.first_name, message.from.id),
    el("div", { class: "body" }, bubble(message, own), keys(message)));
}

function bubble(message, own) {
  const answered = message.reply_to_message;
  return el("div", { class: "bubble" },
    own ? null : el("p", { class: "from", dir: "auto" }, message.from.first_name),
    answered ? el("div", { class: "answered", dir: "auto" }, summary(answered)) : null,
    pieces(message),
    message.text ?? message.caption ? el("p", { class: "text", dir: "auto" },
      marked(message.text ?? message.caption, message.entities ?? message.caption_entities ?? [], openLink)) : null,
    el("div", { class: "foot" }, foot(message, own)));
}

function foot(message, own) {
  const edit = own && (message.text || message.caption);
  return [
    message.rewritten ? el("span", {}, "edited") : null,
    el("span", {}, clock(message.date)),
    el("button", { type: "button", onclick: () => { view.reply = message; view.edit = null; drawQuote(); $("text").focus(); } }, "Reply"),
    edit ? el("button", { type: "button", onclick: () => startEdit(message) }, "Edit") : null,
  ];
}

function pieces(message) {
  if (message.photo) return picture(message.photo.at(-1), message.caption);
  if (message.document) return el("p", { class: "piece" }, "📄", el("a", { href: `/fake/file/${message.document.file_id}` }, message.document.file_name));
  if (message.sticker) return el("p", { class: "piece" }, message.sticker.emoji);
  if (message.voice) return el("p", { class: "piece" }, `🎤 ${message.voice.duration} s`);
  if (message.location) return el("p", { class: "piece" }, `📍 ${message.location.latitude}, ${message.location.longitude}`);
  if (message.contact) return el("p", { class: "piece" }, `👤 ${message.contact.first_name} ${message.contact.phone_number}`);
  return null;
}

function picture(size, caption) {
  const { width, height } = size; // known before it is loaded, so that the list does not jump
  return el("img", { src: `/fake/file/${size.file_id}`, alt: caption ?? "Picture", width, height });
}

function keys(message) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  const turning = view.state.turning.some(([one, number]) => one === view.chat && number === message.message_id);
  return el("div", { class: "keys" }, rows.map((row) => el("div", {}, row.map((button) => el("button", {
    type: "button", class: turning ? "turning" : "", onclick: () => press(message, button),
  }, button.url ? `${button.text} ↗` : button.text)))));
}

function press(message, button) {
  if (button.url) { openLink(button.url); return; }
  act("clicks", { ...place(), message: message.message_id, button: button.callback_data });
}

// A link to the bot starts it, as in the app; everything else opens in a new tab.
function openLink(address) {
  const url = new URL(address, location.href);
  const bot = url.hostname === "t.me" && url.pathname.slice(1).toLowerCase() === view.state.bot.username.toLowerCase();
  if (!bot) { window.open(url, "_blank", "noopener"); return; }
  openChat(view.me);
  if (url.searchParams.has("start")) act("starts", { person: view.me, payload: url.searchParams.get("start") });
}

function drawCommands(one) {
  const menu = view.state.commands[me()?.language_code] ?? view.state.commands[""] ?? [];
  const typing = $("text").value.startsWith("/");
  $("commands").hidden = !menu.length || !typing;
  $("commands").replaceChildren(...menu.map((command) => el("button", {
    type: "button", title: command.description, onclick: () => say(`/${command.command}`),
  }, `/${command.command}`, " ", el("span", { class: "soft" }, command.description))));
}

function drawBoard(one) {
  const last = one.messages.findLast((message) => message.reply_keyboard && message.from.is_bot)?.reply_keyboard;
  const rows = last?.keyboard ?? [];
  $("board").hidden = !rows.length;
  $("board").replaceChildren(el("div", { class: "keys" }, rows.map((row) => el("div", {}, row.map((button) => el("button", {
    type: "button", onclick: () => board(button),
  }, button.text))))));
}

function board(button) {
  if (button.request_contact) act("sends_contact", { person: view.me });
  else if (button.request_location) act("sends_location", { person: view.me });
  else say(button.text);
}

function drawQuote() {
  const what = view.edit ?? view.reply;
  $("quote").hidden = !what;
  if (!what) return;
  $("quote").replaceChildren(el("span", { dir: "auto" }, `${view.edit ? "Edit" : "Reply to"}: ${summary(what)}`),
    el("button", { class: "plain", type: "button", onclick: stopQuote }, "Never mind"));
}

function stopQuote() {
  if (view.edit) $("text").value = "";
  view.reply = view.edit = null;
  drawQuote();
}

function startEdit(message) {
  view.edit = message;
  view.reply = null;
  $("text").value = message.text ?? message.caption;
  drawQuote();
  $("text").focus();
}

async function say(text) {
  const thread = view.thread === GENERAL ? null : view.thread;
  const order = { ...place(), text, thread, reply_to: view.reply?.message_id ?? null };
  view.reply = null;
  await act("says", order);
}

async function send() {
  const text = $("text").value.trim();
  if (!text || !chat()) return;
  $("text").value = "";
  if (!view.edit) { await say(text); return; }
  const message = view.edit.message_id;
  view.edit = null;
  await act("edits", { ...place(), message, text });
}

function openChat(number) {
  view.chat = number;
  view.reply = view.edit = null;
  delete $("messages").dataset.seen;
  $("app").classList.add("in-chat");
  drawChats();
  drawChat();
}

// What the bot says when a button is pressed appears for a moment.
function showAnswers() {
  const before = view.shownAnswers ?? new Set(view.state.answers.map((answer) => answer.id));
  for (const answer of view.state.answers) {
    if (answer.by === view.me && !before.has(answer.id)) toast(answer.text);
    before.add(answer.id);
  }
  view.shownAnswers = before;
}

async function newPerson() {
  const given = await ask("New person", [{ name: "name", label: "Name" }, { name: "language_code", label: "Language (en or bn)", value: "en" }], "Add");
  if (!given) return;
  const made = await act("person", given);
  if (made.ok) { view.me = made.person; view.chat = made.person; }
}

async function newGroup() {
  const others = view.state.people.filter((person) => person.id !== view.me);
  const given = await ask("New group with the bot", [
    { name: "title", label: "Name", value: "Family" }, { name: "forum", label: "With topics", kind: "check" },
    ...others.map((person) => ({ name: String(person.id), label: person.first_name, kind: "check", value: true })),
  ], "Open");
  if (!given) return;
  const people = [view.me, ...others.map((person) => person.id).filter((id) => given[id])];
  const made = await act("group", { title: given.title, forum: given.forum, people });
  if (made.ok) openChat(made.chat);
}

async function newTopic() {
  const given = await ask("New topic", [{ name: "name", label: "Name" }], "Open");
  if (given) await act("topic", { ...place(), name: given.name });
}

async function sendFile(deed, accept) {
  const file = await chooseFile(accept);
  if (!file) return;
  const { content, name, mime_type } = file;
  const details = deed === "sends_photo" ? {} : { name, mime_type };
  await act(deed, { ...place(), content, caption: $("text").value.trim(), ...details });
  $("text").value = "";
}

const OTHERS = {
  "Picture…": () => sendFile("sends_photo", "image/png,image/jpeg"),
  "File…": () => sendFile("sends_document", ""),
  "Test picture": () => act("sends_photo", { ...place(), caption: "My parcel" }),
  "Three pictures": () => act("sends_album", { ...place(), captions: ["One", "Two", "Three"] }),
  Sticker: () => act("sends_sticker", place()),
  "Voice message": () => act("sends_voice", place()),
  Place: () => act("sends_location", place()),
  "My number": () => act("sends_contact", place()),
};

function setUp() {
  $("people").addEventListener("change", (event) => {
    view.me = Number(event.target.value);
    view.chat = view.me;
    event.target.blur();
    draw(view.state);
  });
  $("new-person").addEventListener("click", newPerson);
  $("new-group").addEventListener("click", newGroup);
  $("back").addEventListener("click", () => $("app").classList.remove("in-chat"));
  $("form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("text").addEventListener("input", () => drawCommands(chat()));
  growing($("text"), send);
  $("others").replaceChildren(...Object.entries(OTHERS).map(([label, run]) => el("button", {
    type: "button", onclick: () => { toggle("attach", "others"); run(); },
  }, label)));
  $("attach").addEventListener("click", () => toggle("attach", "others"));
  $("more").addEventListener("click", () => toggle("more", "platform"));
  if (window.innerWidth > 1200) toggle("more", "platform");
}

function toggle(button, panel) {
  const shown = $(panel).hidden;
  $(panel).hidden = !shown;
  $(button).setAttribute("aria-expanded", String(shown));
}

// A link to the bot (t.me/<bot>?start=…) opens its chat with the command ready; whoever wants to may choose another person first.
function ready(payload) {
  history.replaceState(null, "", location.pathname);
  openChat(view.me);
  $("text").value = `/start ${payload}`;
  $("text").dispatchEvent(new Event("input"));
  toast("Choose who you are, then send this to open the link.");
}

setUp();
let payload = new URLSearchParams(location.search).get("start");
follow((state) => {
  draw(state);
  if (payload !== null) ready(payload);
  payload = null;
});
