// The contract's routes, on the world in memory. A handler gets {me, id, sub, body, query} and returns a value or [status, value].
import { randomUUID } from "node:crypto";
import { AGENTS, CANNED, CUSTOMERS, LABELS, TEAMS, byRef } from "./people.mjs";
import { board, search, timeline } from "./reports.mjs";
import { slack } from "./slack.mjs";
import { EDGES, Refused, addNote, append, attachments, audit, changed, conversations, mayOf, store, summary } from "./world.mjs";

const person = ({ id, name, name_bn }) => ({ id, name, name_bn });
const TEXT_LIMIT = 4000;
const tokens = [
  {
    id: randomUUID(),
    name: "Nightly report",
    scopes: ["read"],
    created_at: new Date(Date.now() - 8e8).toISOString(),
    last_used_at: new Date(Date.now() - 4e6).toISOString(),
    expires_at: null,
  },
];
const URGENCY = { urgent: 0, high: 1, normal: 2 };

export function counts(me) {
  const all = [...conversations.values()];
  const of = (state) => all.filter((conversation) => conversation.state === state).length;
  return {
    queue: of("queued"),
    mine: all.filter(({ assignee, state }) => assignee?.id === me.id && (state === "claimed" || state === "snoozed")).length,
    open: of("claimed"),
    snoozed: of("snoozed"),
    bot: of("bot"),
  };
}

const VIEWS = {
  queue: ({ state }) => state === "queued",
  mine: ({ assignee, state }, me) => assignee?.id === me.id && (state === "claimed" || state === "snoozed"),
  open: ({ state }) => state === "claimed",
  snoozed: ({ state }) => state === "snoozed",
  bot: ({ state }) => state === "bot",
  resolved: ({ state }) => state === "resolved",
  all: () => true,
};

function list({ me, query }) {
  const view = query.get("view") ?? "queue";
  const keep = (conversation) =>
    VIEWS[view](conversation, me) &&
    (!query.get("team") || conversation.team === query.get("team")) &&
    (!query.get("label") || conversation.labels.some(({ id }) => id === query.get("label"))) &&
    (!query.get("assignee") || conversation.assignee?.id === query.get("assignee"));
  const order =
    view === "queue"
      ? (a, b) => URGENCY[a.priority] - URGENCY[b.priority] || a.queued_at.localeCompare(b.queued_at)
      : (a, b) => b.updated_at.localeCompare(a.updated_at);
  const items = [...conversations.values()].filter(keep).sort(order);
  const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit") ?? 30)];
  return {
    items: items.slice(from, from + limit).map((conversation) => summary(conversation, me)),
    next_cursor: from + limit < items.length ? String(from + limit) : null,
    counts: counts(me),
  };
}

function events({ conversation, query }) {
  const limit = Number(query.get("limit") ?? 100);
  const before = query.get("before_seq");
  const from = before ? Math.max(0, Number(before) - 1 - limit) : Number(query.get("after_seq") ?? 0);
  const until = before ? Number(before) - 1 : from + limit;
  const page = conversation.events.slice(from, until);
  const notes = conversation.notes.filter(({ after_seq }) => after_seq >= (page[0]?.seq ?? from) && after_seq <= (page.at(-1)?.seq ?? from));
  return { events: page, notes, last_seq: conversation.events.length, has_earlier: from > 0 };
}

function send({ me, conversation, body }) {
  const known = conversation.sends.get(body.client_msg_id);
  if (known) return [200, { event: known, duplicate: true }];
  if (conversation.assignee?.id !== me.id || conversation.state !== "claimed")
    throw new Refused(409, "not_yours", { assignee: conversation.assignee && person(conversation.assignee) });
  if ([...body.text].length > TEXT_LIMIT) throw new Refused(422, "text_too_long", { limit: TEXT_LIMIT });
  const event = append(conversation, {
    author: "agent",
    text: body.text || null,
    client_msg_id: body.client_msg_id,
    agent: person(me),
    attachments: (body.attachments ?? []).map((id) => attachments.get(id).meta),
    delivery: { status: "sent", at: new Date().toISOString(), error: null },
  });
  conversation.sends.set(body.client_msg_id, event);
  conversation.seen = event.seq;
  answerBack(conversation);
  return [201, { event, duplicate: false }];
}

let onTyping = () => {};
export const whenCustomerTypes = (listener) => (onTyping = listener);
function answerBack(conversation) {
  if (process.env.QUIET) return;
  setTimeout(() => onTyping(conversation), 1200);
  setTimeout(
    () =>
      append(conversation, {
        author: "customer",
        text: { en: "Thank you, that helps!", bn: "ধন্যবাদ, অনেক উপকার হলো!", "bn-Latn": "dhonnobad, onek upokar holo!" }[conversation.language],
        understanding: { intent: "thank", confidence: 0.98, alternatives: [], entities: [], mood: "happy" },
      }),
    3800,
  );
}

function edit({ me, conversation, sub, body }) {
  const original = conversation.events.find(({ id }) => id === sub);
  if (!original || original.agent?.id !== me.id) throw new Refused(403, "not_allowed");
  if (Date.now() - Date.parse(original.at) > 15 * 60_000) throw new Refused(409, "too_late_to_edit");
  const trail = conversation.edits.get(sub) ?? [{ text: original.text, at: original.at, agent: person(me) }];
  conversation.edits.set(sub, [...trail, { text: body.text, at: new Date().toISOString(), agent: person(me) }]);
  return { event: append(conversation, { author: "agent", text: body.text, agent: person(me), replaces: sub }) };
}

const PREVIEWS = {
  cancel_order: ({ order_number }) => [
    "Cancel an order",
    "অর্ডার বাতিল",
    [`Cancel ${order_number}`, "Refund what was paid to bKash", "Tell the warehouse"],
    [`${order_number} বাতিল হবে`, "টাকা বিকাশে ফেরত যাবে", "গুদামকে জানানো হবে"],
    [],
    [],
  ],
  refund: ({ order_number, amount }) => [
    "Refund",
    "টাকা ফেরত",
    [`Refund ৳${((amount ?? 549_000) / 100).toLocaleString("en-IN")} for ${order_number}`, "To the card it was paid with"],
    [`${order_number}-এর জন্য ৳${((amount ?? 549_000) / 100).toLocaleString("bn-BD")} ফেরত`, "যে কার্ডে দেওয়া হয়েছিল সেখানেই"],
    ["The seven days for returns are over"],
    ["ফেরতের সাত দিন পার হয়ে গেছে"],
  ],
  change_address: ({ order_number, address }) => [
    "Change the address",
    "ঠিকানা বদল",
    [`${order_number} goes to ${address?.line}, ${address?.area ?? ""} ${address?.city ?? ""}`],
    [`${order_number} যাবে ${address?.line}, ${address?.area ?? ""} ${address?.city ?? ""}`],
    [],
    [],
  ],
  open_ticket: ({ subject, kind }) => ["Open a ticket", "টিকিট খোলা", [`Ticket “${subject}” (${kind})`], [`টিকিট “${subject}” (${kind})`], [], []],
  close_ticket: ({ ticket_number }) => ["Close a ticket", "টিকিট বন্ধ", [`Close ${ticket_number}`], [`${ticket_number} বন্ধ হবে`], [], []],
};

function act({ me, conversation, sub, body, isPreview }) {
  if (!PREVIEWS[sub]) throw new Refused(404, "not_found");
  const order = conversation.entry?.orders.find(({ number }) => number === body.order_number);
  if (sub === "cancel_order" && order && !["placed", "pending_payment", "packed"].includes(order.status))
    throw new Refused(409, "not_possible", {
      message: `${order.number} is ${order.status} and cannot be cancelled any more.`,
      message_bn: "এই অর্ডার এখন আর বাতিল করা যায় না।",
    });
  if (isPreview) {
    const [title, title_bn, lines, lines_bn, warnings, warnings_bn] = PREVIEWS[sub](body);
    return { title, title_bn, lines, lines_bn, warnings, warnings_bn };
  }
  if (sub === "cancel_order" && order) order.status = "cancelled";
  if (sub === "open_ticket")
    conversation.entry.tickets.unshift({
      number: `TK-${100_400 + conversation.entry.tickets.length}`,
      subject: body.subject,
      kind: body.kind,
      status: "open",
      opened_at: new Date().toISOString(),
      solved_at: null,
      order_number: body.order_number ?? null,
    });
  if (sub === "close_ticket")
    for (const ticket of conversation.entry.tickets)
      if (ticket.number === body.ticket_number) Object.assign(ticket, { status: "solved", solved_at: new Date().toISOString() });
  audit.unshift({
    at: new Date().toISOString(),
    agent: person(me),
    kind: "conversations.actions",
    conversation_id: conversation.id,
    customer_id: conversation.entry?.customer.id ?? null,
    facts: body,
  });
  append(conversation, { author: "system", text: PREVIEWS[sub](body)[2][0], language: "en" });
  return { result: { ok: true }, conversation: summary(conversation, me) };
}

function render({ me, sub, body }) {
  const conversation = conversations.get(body.conversation);
  const language = conversation.language ?? "en";
  const order = conversation.entry?.orders[0];
  const values = {
    "customer.name": conversation.entry && (language === "bn" ? conversation.entry.customer.name_bn : conversation.entry.customer.name).split(" ")[0],
    "agent.name": (language === "bn" ? me.name_bn : me.name).split(" ")[0],
    "order.number": order?.number,
    "order.status": order?.status,
    "order.promised_by": order?.promised_by,
    "shop.name": "Kotha",
  };
  const missing = [];
  const text = CANNED.find(({ id }) => id === sub).text[language].replace(
    /\{([a-z_.]+)\}/g,
    (whole, name) => values[name] ?? (missing.push(name), whole),
  );
  return { text, language, missing };
}

function conversationRoutes(request, method, id, route, sub, last) {
  const conversation = conversations.get(id);
  if (!conversation) throw new Refused(404, "not_found");
  const { me, body } = request;
  const given = { ...request, conversation, sub };
  if (method === "GET" && !route)
    return { conversation: summary(conversation, me), card: conversation.card, handoffs: conversation.handoffs, may: mayOf(conversation, me) };
  if (route === "events") return events(given);
  if (route === "messages" && method === "POST") return send(given);
  if (route === "messages" && method === "PATCH") return edit(given);
  if (route === "messages") return { items: conversation.edits.get(sub) ?? [] };
  if (route === "notes" && method === "POST") return [201, { note: addNote(conversation, me, body.text) }];
  if (route === "labels") {
    conversation.labels = LABELS.filter((label) => body.label_ids.includes(label.id));
    changed(conversation);
    return { conversation: summary(conversation, me) };
  }
  if (route === "actions") return act({ ...given, isPreview: last === "preview" });
  if (route === "seen") {
    conversation.seen = Math.max(conversation.seen, body.seq);
    changed(conversation);
    return [204, null];
  }
  if (!EDGES[route]) throw new Refused(404, "not_found");
  if (body?.epoch && body.epoch !== conversation.epoch) throw new Refused(409, "epoch_moved", { epoch: conversation.epoch });
  EDGES[route](conversation, me, body ?? {});
  changed(conversation);
  return { conversation: summary(conversation, me) };
}

/** Lists that the settings edit: [items, what a new one starts with]. */
const EDITABLE = {
  agents: [AGENTS, { status: "offline", load: 0, active: true, languages: ["en", "bn"] }],
  teams: [TEAMS, { open_now: true, opens_at: null, closes_at: null, holidays: [], hours: {} }],
  labels: [LABELS, {}],
  "canned-replies": [CANNED, { mine: true }],
  tokens: [tokens, { created_at: new Date().toISOString(), last_used_at: null, expires_at: null }],
};

function editable(kind, method, id, { body }) {
  const [items, defaults] = EDITABLE[kind];
  if (method === "GET") return { items };
  if (method === "POST") {
    const made = { id: randomUUID(), ...defaults, ...body };
    items.push(made);
    return [
      201,
      {
        ...(kind === "agents" ? { agent: made } : made),
        ...(kind === "agents" ? { initial_password: "amber-river-lantern-42" } : {}),
        ...(kind === "tokens" ? { token: `kotha_${randomUUID().replaceAll("-", "")}` } : {}),
      },
    ];
  }
  const index = items.findIndex((item) => item.id === id);
  if (index < 0) throw new Refused(404, "not_found");
  if (method === "DELETE") return [204, void items.splice(index, 1) ?? null];
  return Object.assign(items[index], body);
}

/** Nobody in the mock's shop is there twice: the next one of the list stands in. */
function suggestions(entry) {
  const other = CUSTOMERS[(CUSTOMERS.indexOf(entry) + 1) % CUSTOMERS.length];
  return [{ customer: other.customer, score: 65, because: ["same_phone", "alike_name"], against: ["two_shop_accounts"] }];
}

function mergePreview(entry, other) {
  const moves = { orders: 3, conversations: 2, channel_identities: 1, interactions: 14 };
  const conflicts = ["two_shop_accounts"];
  return { kept_id: entry.customer.id, merged_id: other, moves, fields: { tier: "gold" }, conflicts, needs: "customers.merge_proven" };
}

export function route(method, path, request) {
  const [kind, id, name, sub, last] = path;
  const ofSlack = slack(method, path, request);
  if (ofSlack !== undefined) return ofSlack;
  if (kind === "conversations") return id ? conversationRoutes(request, method, id, name, sub, last) : list(request);
  if (kind === "canned-replies" && name === "render") return render({ ...request, sub: id });
  if (kind === "agents" && name === "password")
    return { agent: AGENTS.find((agent) => agent.id === id), initial_password: "silver-harbour-kettle-17" };
  if (EDITABLE[kind]) return editable(kind, method, id, request);
  if (kind === "customers") {
    const entry = CUSTOMERS.find(({ customer }) => customer.id === id);
    if (!entry) throw new Refused(404, "not_found");
    if (name === "suggestions") return { items: suggestions(entry) };
    if (name === "merge" && method === "GET") return mergePreview(entry, request.query.get("other"));
    return name === "timeline" ? timeline(entry, request.query.get("cursor"), Number(request.query.get("limit") ?? 50)) : entry;
  }
  if (kind === "search") return search(request.query.get("q") ?? "", request.query.get("kind"));
  if (kind === "board") return board(Number(request.query.get("days") ?? 7));
  if (kind === "audit") return { items: audit.slice(0, 50), next_cursor: null };
  throw new Refused(404, "not_found");
}

export const upload = ({ name, type, body }) =>
  store({ name, type, size: body.length, width: type.startsWith("image/") ? 640 : null, height: type.startsWith("image/") ? 420 : null }, body);
export { byRef };
