// The conversations and what can be done with them, in memory.
import { randomUUID } from "node:crypto";
import { picture } from "./picture.mjs";
import { AGENTS, CUSTOMERS, LABELS, TEAMS, ago, byRef } from "./people.mjs";
import { SCRIPTS, SMALL_TALK } from "./scripts.mjs";

export const conversations = new Map(); // id -> Conversation
export const attachments = new Map(); // id -> {meta, body}
export const customerActions = []; // what agents did, newest first
export const audit = [];
let tell = () => {}; // (frame, conversation id or null) -> every socket that should hear it
export const onChange = (listener) => (tell = listener);

const person = ({ id, name, name_bn }) => ({ id, name, name_bn });
export class Refused extends Error {
  constructor(status, code, more = {}) {
    super(code);
    Object.assign(this, { status, code, more });
  }
}

function create({ entry, state, assignee = null, ...more }) {
  const conversation = {
    id: randomUUID(),
    entry,
    channel: "web",
    state,
    epoch: 3,
    assignee,
    team: TEAMS[0].id,
    labels: [],
    language: "en",
    mood: null,
    priority: "normal",
    reason: null,
    wants: null,
    card: null,
    events: [],
    notes: [],
    edits: new Map(),
    handoffs: [],
    seen: 0,
    sends: new Map(),
    snoozed_until: null,
    queued_at: null,
    due: null,
    created_at: ago(60),
    updated_at: ago(1),
    viewers: new Map(),
    ...more,
  };
  conversations.set(conversation.id, conversation);
  return conversation;
}

export function append(conversation, fields, quiet = false) {
  const event = {
    seq: conversation.events.length + 1,
    id: randomUUID(),
    at: new Date().toISOString(),
    author: "bot",
    text: null,
    client_msg_id: null,
    in_reply_to: null,
    buttons: [],
    card: null,
    language: conversation.language,
    agent: null,
    attachments: [],
    replaces: null,
    delivery: null,
    understanding: null,
    because: null,
    actions: null,
    suppressed: false,
    ...fields,
  };
  conversation.events.push(event);
  conversation.updated_at = event.at;
  if (!quiet) {
    tell({ type: "event", conversation: conversation.id, event }, conversation.id);
    changed(conversation);
  }
  return event;
}

export function changed(conversation) {
  tell({ type: "conversation", conversation: summary(conversation) });
  tell({ type: "counts" });
}

export function summary(conversation, me = AGENTS[0]) {
  const { entry, events } = conversation;
  const last = events.findLast(({ author, suppressed }) => author !== "system" && !suppressed) ?? null;
  const lastAgent = events.findLast(({ author }) => author === "agent");
  const waiting = events.find(({ author, seq }) => author === "customer" && seq > (lastAgent?.seq ?? 0));
  const isOpen = conversation.state === "queued" || conversation.state === "claimed";
  return {
    id: conversation.id,
    channel: conversation.channel,
    state: conversation.state,
    epoch: conversation.epoch,
    customer: entry
      ? { ...person(entry.customer), tier: entry.customer.tier, verified: true }
      : { id: null, name: null, name_bn: null, tier: null, verified: false },
    assignee: conversation.assignee && person(conversation.assignee),
    team_id: conversation.team,
    labels: conversation.labels,
    language: conversation.language,
    mood: conversation.mood,
    priority: conversation.priority,
    reason: conversation.reason,
    wants: conversation.wants,
    last_message: last && { author: last.author, text: last.text?.slice(0, 140) ?? null, at: last.at, has_attachments: last.attachments.length > 0 },
    last_seq: events.length,
    unread: isOpen ? events.filter(({ author, seq }) => author === "customer" && seq > conversation.seen).length : 0,
    queued_at: conversation.queued_at,
    waiting_since: isOpen && waiting ? waiting.at : null,
    snoozed_until: conversation.snoozed_until,
    created_at: conversation.created_at,
    updated_at: conversation.updated_at,
    value: entry ? { ...entry.customer.value, returns: undefined } : null,
    clock:
      isOpen && waiting && conversation.due
        ? { due_at: conversation.due, kind: lastAgent ? "next_answer" : "first_answer", breached: Date.parse(conversation.due) < Date.now() }
        : null,
    viewers: [...conversation.viewers.values()].filter(({ id }) => id !== me.id).map(person),
  };
}

export const mayOf = (conversation, me) => {
  const mine = conversation.assignee?.id === me.id;
  const boss = me.role !== "agent";
  const by = {
    bot: ["claim", "resolve"],
    queued: ["claim", "transfer", "hand_back", "resolve"],
    claimed: mine ? ["send", "release", "transfer", "hand_back", "snooze", "resolve", "act"] : boss ? ["release", "transfer", "resolve"] : [],
    snoozed: mine ? ["release", "resolve"] : boss ? ["release", "transfer"] : [],
    resolved: ["reopen"],
  };
  return [...by[conversation.state], "note", "label"];
};

function edge(conversation, from, kind, me, change) {
  if (!from.includes(conversation.state))
    throw new Refused(409, "not_in_that_state", { state: conversation.state, assignee: conversation.assignee && person(conversation.assignee) });
  Object.assign(conversation, { epoch: conversation.epoch + 1, snoozed_until: null, ...change });
  audit.unshift({
    at: new Date().toISOString(),
    agent: person(me),
    kind: `conversations.${kind}`,
    conversation_id: conversation.id,
    customer_id: conversation.entry?.customer.id ?? null,
    facts: { to: conversation.state },
  });
}

const say = (conversation, en, bn, latn) =>
  append(conversation, { author: "system", text: { en, bn, "bn-Latn": latn }[conversation.language] ?? en });
const first = (agent, language) => (language === "bn" ? agent.name_bn : agent.name).split(" ")[0];

export const EDGES = {
  claim(conversation, me) {
    if (conversation.state === "claimed" && conversation.assignee.id !== me.id)
      throw new Refused(409, "already_claimed", { by: person(conversation.assignee) });
    edge(conversation, ["bot", "queued", "snoozed", "claimed"], "claim", me, {
      state: "claimed",
      assignee: me,
      reason: conversation.reason ?? "agent_stepped_in",
    });
    conversation.handoffs.push({
      id: randomUUID(),
      reason: conversation.reason,
      asked_at: conversation.queued_at ?? new Date().toISOString(),
      claimed_at: new Date().toISOString(),
      returned_at: null,
      agent: person(me),
      outcome: null,
    });
    const name = first(me, conversation.language);
    say(conversation, `${name} has joined.`, `${name} যোগ দিয়েছেন।`, `${name} jog diyechen.`);
  },
  release(conversation, me) {
    edge(conversation, ["claimed"], "release", me, { state: "queued", assignee: null, queued_at: new Date().toISOString() });
    say(
      conversation,
      `${first(me, "en")} had to leave, you are back in the queue.`,
      `${first(me, "bn")}কে উঠতে হয়েছে, আপনি আবার সারিতে আছেন।`,
      `${first(me, "en")}-ke uthte hoyeche, apni abar sharite achen.`,
    );
  },
  transfer(conversation, me, { to_agent, to_team, note }) {
    const target = AGENTS.find(({ id }) => id === to_agent);
    edge(
      conversation,
      target ? ["claimed", "queued", "snoozed"] : ["claimed", "queued"],
      "transfer",
      me,
      target ? { state: "claimed", assignee: target } : { state: "queued", assignee: null, team: to_team, queued_at: new Date().toISOString() },
    );
    if (note) addNote(conversation, me, note);
    if (target)
      say(
        conversation,
        `${first(target, "en")} takes over now.`,
        `এখন ${first(target, "bn")} কথা বলবেন।`,
        `Ekhon ${first(target, "en")} kotha bolben.`,
      );
  },
  hand_back(conversation, me, { outcome }) {
    edge(conversation, ["claimed", "queued"], "hand_back", me, { state: "bot", assignee: null, queued_at: null });
    const last = conversation.handoffs.at(-1);
    if (last) Object.assign(last, { returned_at: new Date().toISOString(), outcome });
    append(conversation, {
      author: "bot",
      text: {
        en: "I am back. Farhana has told me what you agreed. Anything else I can do?",
        bn: "আমি আবার আছি। ফারহানা আপনাদের কথা আমাকে জানিয়েছেন। আর কিছু করতে পারি?",
        "bn-Latn": "Ami abar achi. Farhana shob janiyechen. Ar kichu korte pari?",
      }[conversation.language],
      because: [{ fact: "handed_back", value: outcome }],
      actions: ["action_greet_after_person"],
    });
  },
  snooze(conversation, me, { until }) {
    edge(conversation, ["claimed"], "snooze", me, { state: "snoozed", snoozed_until: until });
    conversation.snoozed_until = until;
  },
  resolve(conversation, me, { reason, ask_rating, note }) {
    edge(conversation, ["bot", "queued", "claimed", "snoozed"], "resolve", me, { state: "resolved", queued_at: null });
    if (note) addNote(conversation, me, note);
    audit[0].facts.reason = reason;
    if (ask_rating)
      append(conversation, {
        author: "bot",
        text: "How was it?",
        card: { type: "rating", survey: randomUUID(), about: "agent", agent: person(me), scale: 5, rating: null },
      });
  },
  reopen(conversation, me) {
    edge(conversation, ["resolved"], "reopen", me, { state: "claimed", assignee: me, reason: "reopened" });
  },
};

export function addNote(conversation, me, text) {
  const note = { id: randomUUID(), after_seq: conversation.events.length, at: new Date().toISOString(), agent: person(me), text, edited_at: null };
  conversation.notes.push(note);
  tell({ type: "note", conversation: conversation.id, note }, conversation.id);
  return note;
}

function cardOf(script, conversation) {
  const { customer, identities } = conversation.entry;
  return {
    who: {
      name: customer.name,
      name_bn: customer.name_bn,
      verified: true,
      proof: identities[0].proof,
      channel: conversation.channel,
      since: customer.created_at.slice(0, 10),
      tier: customer.tier,
      language: conversation.language,
    },
    wants: script.wants,
    tried: script.tried.map(([en, bn, worked], index) => ({ en, bn, worked, at: ago(20 - index) })),
    collected: script.collected.map(([name, label, label_bn, value]) => ({ name, label, label_bn, value })),
    mood: { ...script.mood, because: script.because },
    facts: script.facts.map(([kind, en, bn, severity, ref]) => ({ kind, en, bn, severity, ref })),
    next_steps: script.steps.map(([action, en, bn, body]) => ({ action, label: { en, bn }, body })),
    last_words: script.lines.findLast(([author]) => author === "customer")[2],
  };
}

export function store(meta, body = picture()) {
  const attachment = { id: randomUUID(), width: null, height: null, ...meta };
  attachments.set(attachment.id, { meta: attachment, body });
  return attachment;
}

function play(script) {
  const entry = byRef(script.who);
  const by = script.by === undefined ? null : AGENTS[script.by];
  const asked = script.lines.find(([author]) => author === "system")?.[1] ?? 5;
  const conversation = create({
    entry,
    state: script.state,
    assignee: by,
    channel: script.channel ?? "web",
    language: script.language,
    mood: script.mood,
    priority: script.priority,
    reason: script.reason,
    wants: script.wants,
    labels: LABELS.filter(({ name }) => script.labels.includes(name)),
    queued_at: script.state === "queued" ? ago(asked) : null,
    due: ago(-script.due),
    created_at: ago(script.lines[0][1]),
  });
  for (const [author, minutes, text, more = {}] of script.lines) {
    const { cardOf: order, by: writer, attachments: files, ...fields } = more;
    const agent = author === "agent" ? person(AGENTS[writer ?? script.by]) : null;
    const card = order ? entry.orders.find(({ number }) => number === order) : (fields.card ?? null);
    const question = author === "bot" ? conversation.events.findLast((event) => event.author === "customer") : null;
    append(
      conversation,
      {
        author,
        text,
        at: ago(minutes),
        agent,
        in_reply_to: question?.id ?? null,
        ...fields,
        card,
        attachments: (files ?? []).map((file) => store(file)),
      },
      true,
    );
  }
  conversation.seen = conversation.events.findLast(({ author }) => author === "agent")?.seq ?? 0;
  for (const [after_seq, index, minutes, text] of script.notes ?? [])
    conversation.notes.push({ id: randomUUID(), after_seq, at: ago(minutes), agent: person(AGENTS[index]), text, edited_at: null });
  conversation.handoffs = [
    {
      id: randomUUID(),
      reason: script.reason,
      asked_at: ago(asked),
      claimed_at: by ? ago(asked - 3) : null,
      returned_at: null,
      agent: by && person(by),
      outcome: null,
    },
  ];
  conversation.card = cardOf(script, conversation);
}

function chatter(index) {
  const entry = index % 7 === 0 ? null : CUSTOMERS[6 + (index % (CUSTOMERS.length - 6))];
  const [language, question, answer] = SMALL_TALK[index % SMALL_TALK.length];
  const state = index % 11 === 3 ? "resolved" : index === 8 ? "snoozed" : "bot";
  const conversation = create({
    entry,
    state,
    language,
    assignee: state === "snoozed" ? AGENTS[0] : null,
    channel: ["web", "telegram", "web", "slack"][index % 4],
    mood: { level: index % 5 ? "calm" : "happy", trend: "same" },
    snoozed_until: state === "snoozed" ? ago(-600) : null,
  });
  append(
    conversation,
    {
      author: "customer",
      text: question,
      at: ago(index * 13 + 3),
      understanding: { intent: "ask_delivery_time", confidence: 0.93, alternatives: [], entities: [], mood: "calm" },
    },
    true,
  );
  append(
    conversation,
    { author: "bot", text: answer, at: ago(index * 13 + 3), because: [{ fact: "topic", value: "delivery" }], actions: ["utter_delivery_time"] },
    true,
  );
}

for (const script of SCRIPTS) play(script);
for (let index = 0; index < 180; index += 1) chatter(index);
const long = create({
  entry: CUSTOMERS[9],
  state: "queued",
  language: "en",
  reason: "failure",
  priority: "normal",
  queued_at: ago(2),
  due: ago(-11),
  wants: { en: "Writes a lot; the assistant failed twice.", bn: "অনেক লিখেছেন; সহকারী দুবার ব্যর্থ হয়েছে।" },
});
for (let index = 0; index < 400; index += 1)
  append(
    long,
    {
      author: index % 2 ? "bot" : "customer",
      text: index % 2 ? `Answer number ${index}` : `Question number ${index}: <b>not bold</b> <img src=x onerror=alert(1)>`,
      at: ago(2000 - index * 5),
    },
    true,
  );
