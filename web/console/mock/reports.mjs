// What is read rather than talked about: the board, a customer's timeline, search.
import { AGENTS, CUSTOMERS } from "./people.mjs";
import { conversations, summary } from "./world.mjs";

const person = ({ id, name, name_bn }) => ({ id, name, name_bn });
const wave = (index, base, spread) => Math.round(base + spread * Math.sin(index * 1.7) + ((index * 37) % 11));

export function board(days) {
  const series = Array.from({ length: days }, (_, index) => ({
    day: new Date(Date.now() - (days - 1 - index) * 86_400_000).toISOString().slice(0, 10),
    conversations: wave(index, 190, 40),
    handed_over: wave(index, 31, 9),
    resolved: wave(index, 29, 8),
    first_answer_p50_s: wave(index, 95, 35),
    rating_bot: 4 + Math.sin(index) * 0.3,
    rating_agent: 4.5 + Math.cos(index) * 0.2,
  }));
  const sum = (key) => series.reduce((total, row) => total + row[key], 0);
  const all = [...conversations.values()];
  const count = (state) => all.filter((conversation) => conversation.state === state).length;
  return {
    now: {
      agents: AGENTS.filter(({ status }) => status !== "offline").map((agent) => ({
        agent,
        claimed: all.filter(({ assignee, state }) => assignee?.id === agent.id && state === "claimed").length,
        since: new Date(Date.now() - 9e6).toISOString(),
      })),
      queue: count("queued"),
      longest_wait_s: 1020,
      open: count("claimed"),
      bot: count("bot"),
    },
    totals: {
      conversations: sum("conversations"),
      handed_over: sum("handed_over"),
      answered_by_bot_share: 1 - sum("handed_over") / sum("conversations"),
      first_answer_s: { p50: 96, p90: 340 },
      handling_s: { p50: 412, p90: 1260 },
      rating: { bot: 4.2, agent: 4.6, answers: 131 },
    },
    series,
    by_hour: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      conversations: Math.max(0, Math.round(60 * Math.exp(-((hour - 15) ** 2) / 40) + 45 * Math.exp(-((hour - 21) ** 2) / 6))),
      queued: Math.max(0, Math.round(11 * Math.exp(-((hour - 16) ** 2) / 30))),
    })),
    reasons: [
      ["asked", 84],
      ["not_understood", 41],
      ["complaint", 33],
      ["people_only", 22],
      ["not_possible_here", 19],
      ["valued_customer", 9],
      ["failure", 4],
    ].map(([reason, n]) => ({ reason, count: n })),
    top_topics: [
      ["track_order", 402, 31],
      ["ask_delivery_time", 288, 9],
      ["return_item", 171, 44],
      ["track_refund", 160, 52],
      ["cancel_order", 96, 12],
      ["ask_wholesale", 41, 36],
    ].map(([intent, n, handed_over]) => ({ intent, count: n, handed_over })),
    agents: AGENTS.slice(0, 4).map((agent, index) => ({
      agent: person(agent),
      claimed: 60 - index * 11,
      resolved: 55 - index * 12,
      handling_p50_s: 380 + index * 60,
      rating: 4.8 - index * 0.2,
    })),
  };
}

export function timeline(entry, cursor, limit) {
  const items = [
    ...[...conversations.values()]
      .filter((conversation) => conversation.entry === entry)
      .map((conversation) => ({
        at: conversation.created_at,
        kind: "conversation",
        channel: conversation.channel,
        conversation_id: conversation.id,
        actor: "customer",
        en: `Wrote: “${conversation.events.find(({ author }) => author === "customer").text.slice(0, 80)}”`,
        bn: `লিখেছেন: “${conversation.events.find(({ author }) => author === "customer").text.slice(0, 80)}”`,
        facts: {},
      })),
    ...entry.orders.flatMap((order) => [
      {
        at: order.placed_at,
        kind: "order_placed",
        channel: "web",
        conversation_id: null,
        actor: "customer",
        en: `Ordered ${order.number}`,
        bn: `${order.number} অর্ডার করেছেন`,
        facts: { order_number: order.number, total: order.total, currency: order.currency },
      },
      ...(order.delivered_at
        ? [
            {
              at: order.delivered_at,
              kind: "order_delivered",
              channel: null,
              conversation_id: null,
              actor: "courier",
              en: `${order.number} delivered`,
              bn: `${order.number} পৌঁছেছে`,
              facts: { order_number: order.number },
            },
          ]
        : []),
    ]),
    ...entry.tickets.map((ticket) => ({
      at: ticket.opened_at,
      kind: "ticket_opened",
      channel: "web",
      conversation_id: null,
      actor: "bot",
      en: `Ticket ${ticket.number}: ${ticket.subject}`,
      bn: `টিকিট ${ticket.number}: ${ticket.subject}`,
      facts: { ticket_number: ticket.number },
    })),
    ...entry.ratings.map((rating) => ({
      at: rating.at,
      kind: "rating",
      channel: "web",
      conversation_id: null,
      actor: "customer",
      en: `Rated ${rating.rating} of 5${rating.comment ? `: “${rating.comment}”` : ""}`,
      bn: `৫-এ ${rating.rating} দিয়েছেন${rating.comment ? `: “${rating.comment}”` : ""}`,
      facts: { rating: rating.rating },
    })),
    {
      at: entry.customer.created_at,
      kind: "customer_since",
      channel: null,
      conversation_id: null,
      actor: "system",
      en: "Became a customer",
      bn: "ক্রেতা হয়েছেন",
      facts: {},
    },
  ].sort((a, b) => b.at.localeCompare(a.at));
  const from = Number(cursor ?? 0);
  return { items: items.slice(from, from + limit), next_cursor: from + limit < items.length ? String(from + limit) : null };
}

export function search(query, kind) {
  const wanted = query.trim().toLowerCase();
  const has = (...texts) => texts.some((text) => text?.toLowerCase().includes(wanted));
  const limit = kind ? 20 : 5;
  const customers = CUSTOMERS.filter(({ customer }) => has(customer.name, customer.name_bn, customer.phone, customer.email)).map(({ customer }) => ({
    ...person(customer),
    phone: customer.phone,
    email: customer.email,
    tier: customer.tier,
  }));
  const orders = CUSTOMERS.flatMap(({ customer, orders: own }) =>
    own
      .filter(({ number }) => has(number))
      .map((order) => ({
        number: order.number,
        status: order.status,
        customer: person(customer),
        placed_at: order.placed_at,
        total: order.total,
        currency: order.currency,
      })),
  );
  const found = [...conversations.values()].flatMap((conversation) => {
    const event = conversation.events.find(({ text }) => has(text));
    return event
      ? [
          {
            id: conversation.id,
            at: event.at,
            state: conversation.state,
            customer: summary(conversation).customer,
            snippet: event.text.slice(0, 160),
            seq: event.seq,
          },
        ]
      : [];
  });
  return {
    customers: !kind || kind === "customers" ? customers.slice(0, limit) : [],
    orders: !kind || kind === "orders" ? orders.slice(0, limit) : [],
    conversations: !kind || kind === "conversations" ? found.slice(0, limit) : [],
    next_cursor: null,
  };
}
