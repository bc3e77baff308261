// Who works here and who shops here: agents, teams, labels, canned replies, customers with their orders.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

const seed = (name) => JSON.parse(readFileSync(new URL(`../../../crm_store/seed/data/${name}.json`, import.meta.url), "utf8"));
const products = new Map(seed("products").map((product) => [product.sku, product]));

export const NOW = Date.now();
export const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();
const day = (offset) => new Date(NOW + offset * 86_400_000).toISOString().slice(0, 10);

const HOURS = Object.fromEntries(
  [0, 1, 2, 3, 4, 5, 6].map((weekday) => [
    weekday,
    weekday === 4
      ? [["15:00", "21:00"]]
      : [
          ["09:00", "13:00"],
          ["14:00", "21:00"],
        ],
  ]),
);
const HOLIDAYS = [
  { day: "2026-12-16", name: "Victory Day", name_bn: "বিজয় দিবস" },
  { day: "2027-02-21", name: "Language Martyrs' Day", name_bn: "শহীদ দিবস" },
];
const team = (slug, name, name_bn) => ({
  id: randomUUID(),
  slug,
  name,
  name_bn,
  timezone: "Asia/Dhaka",
  hours: HOURS,
  holidays: HOLIDAYS,
  open_now: true,
  opens_at: null,
  closes_at: ago(-240),
});
export const TEAMS = [
  team("support", "Customer care", "গ্রাহকসেবা"),
  team("payments", "Payments and refunds", "পেমেন্ট ও টাকা ফেরত"),
  team("delivery", "Delivery desk", "ডেলিভারি ডেস্ক"),
];

const agent = (name, name_bn, email, role, teams, status, load) => ({
  id: randomUUID(),
  name,
  name_bn,
  email,
  role,
  team_ids: teams.map((index) => TEAMS[index].id),
  languages: ["en", "bn"],
  status,
  load,
  max_load: 6,
  active: true,
});
export const AGENTS = [
  agent("Farhana Rahman", "ফারহানা রহমান", "farhana@kotha.example", "agent", [0, 1], "available", 2),
  agent("Imran Hossain", "ইমরান হোসেন", "imran@kotha.example", "agent", [0, 2], "available", 4),
  agent("Nusrat Jahan", "নুসরাত জাহান", "nusrat@kotha.example", "supervisor", [0, 1, 2], "available", 1),
  agent("Sabbir Ahmed", "সাব্বির আহমেদ", "sabbir@kotha.example", "agent", [2], "away", 0),
  agent("Admin", "অ্যাডমিন", "admin@kotha.example", "admin", [0, 1, 2], "offline", 0),
  agent("Labiba Karim", "লাবিবা করিম", "labiba@kotha.example", "agent", [1], "offline", 0),
];

const PERMISSIONS = ["conversations.read", "conversations.write"];
export const permissionsOf = (role) => [
  ...PERMISSIONS,
  ...(role === "agent" ? [] : ["conversations.assign_others", "customers.merge_proven", "canned_replies.write", "board.read"]),
  ...(role === "admin" ? ["agents.write", "audit.read"] : []),
];

const label = (name, name_bn, colour) => ({ id: randomUUID(), name, name_bn, colour });
export const LABELS = [
  label("Late parcel", "দেরি হওয়া পার্সেল", "orange"),
  label("Refund", "টাকা ফেরত", "violet"),
  label("Complaint", "অভিযোগ", "red"),
  label("VIP", "ভিআইপি", "yellow"),
  label("Wholesale", "পাইকারি", "blue"),
  label("Follow up", "খোঁজ নিতে হবে", "teal"),
];

const canned = (shortcut, title, title_bn, en, bn, latn, mine = false) => ({
  id: randomUUID(),
  shortcut,
  title,
  title_bn,
  text: { en, bn, "bn-Latn": latn },
  shared: !mine,
  mine,
});
export const CANNED = [
  canned(
    "hello",
    "Greeting",
    "সম্ভাষণ",
    "Hello {customer.name}, this is {agent.name} from {shop.name}. I have read your messages, give me a moment to look into it.",
    "আসসালামু আলাইকুম {customer.name}, আমি {shop.name} থেকে {agent.name}। আপনার কথাগুলো পড়েছি, একটু সময় দিন, দেখে জানাচ্ছি।",
    "Assalamu alaikum {customer.name}, ami {shop.name} theke {agent.name}. Apnar kotha porechi, ektu shomoy din, dekhe janacchi.",
  ),
  canned(
    "late",
    "Late parcel",
    "পার্সেল দেরি",
    "I am sorry, {order.number} should have reached you by {order.promised_by}. I am calling the courier now.",
    "দুঃখিত, {order.number} আপনার কাছে {order.promised_by}-এর মধ্যে পৌঁছানোর কথা ছিল। এখনই কুরিয়ারের সঙ্গে কথা বলছি।",
    "Dukkhito, {order.number} {order.promised_by}-er moddhe pouchanor kotha chilo. Ekhoni courier-er shathe kotha bolchi.",
  ),
  canned(
    "refund-time",
    "How long a refund takes",
    "টাকা ফেরতে কত দিন",
    "The money for {order.number} is on its way: bKash takes up to 24 hours, cards 5 to 7 working days.",
    "{order.number}-এর টাকা পাঠানো হয়েছে: বিকাশে ২৪ ঘণ্টা, কার্ডে ৫-৭ কর্মদিবস লাগে।",
    "{order.number}-er taka pathano hoyeche: bKash-e 24 ghonta, card-e 5-7 kormodibosh lage.",
  ),
  canned(
    "thanks",
    "Closing",
    "বিদায়",
    "Thank you for your patience, {customer.name}. Anything else I can do?",
    "ধৈর্য ধরার জন্য ধন্যবাদ, {customer.name}। আর কিছু করতে পারি?",
    "Dhoirjo dhorar jonno dhonnobad, {customer.name}. Ar kichu korte pari?",
  ),
  canned(
    "photo",
    "Ask for a photo",
    "ছবি চাওয়া",
    "Could you send a photo of the product and of the box? Then I can decide at once.",
    "পণ্য আর বাক্সের একটা করে ছবি পাঠাতে পারবেন? তাহলে এখনই সিদ্ধান্ত দিতে পারি।",
    "Ponno ar box-er ekta kore chobi pathate parben?",
    true,
  ),
];

function orderOf(row) {
  const items = row.lines.map(({ sku, quantity }) => {
    const { name, name_bn, taka } = products.get(sku);
    return { name, name_bn, quantity, unit_price: taka * 100 };
  });
  const total = items.reduce((sum, item) => sum + item.quantity * item.unit_price, 0) + 6000;
  return {
    id: randomUUID(),
    type: "order",
    number: row.number,
    status: row.status,
    placed_at: ago(row.placed_days_ago * 1440 + 90),
    promised_by: day(row.promised_in_days),
    delivered_at: row.delivered_days_ago ? ago(row.delivered_days_ago * 1440) : null,
    late: row.status === "shipped" && row.promised_in_days < 0,
    items,
    total,
    currency: "BDT",
    carrier: row.carrier ?? null,
    tracking_number: row.carrier ? `${row.carrier.slice(0, 3).toUpperCase()}-${row.number.slice(3)}7` : null,
    destination: "Mirpur, Dhaka",
  };
}

function customerOf(row, index) {
  const orders = (row.orders ?? []).map(orderOf).sort((a, b) => b.placed_at.localeCompare(a.placed_at));
  const lifetime = orders.reduce((sum, { total }) => sum + total, 0) + (row.older_orders ?? 0) * 185_000;
  return {
    ref: row.ref ?? null,
    customer: {
      id: randomUUID(),
      name: row.name,
      name_bn: row.name_bn,
      email: row.email ?? `${row.name.split(" ").at(-1).toLowerCase()}${index}@example.com`,
      phone: row.phone ?? `01${700 + index}-${String(100000 + index * 37).slice(1)}`,
      language: row.language ?? "bn",
      tier: row.tier ?? "bronze",
      timezone: "Asia/Dhaka",
      created_at: ago((row.customer_for_days ?? 90) * 1440),
      consents: { marketing: index % 3 !== 0, personalisation: true },
      value: { lifetime, currency: "BDT", orders: orders.length + (row.older_orders ?? 0), returns: row.ref === "shirin" ? 1 : 0 },
      loyalty_points: Math.round(lifetime / 10_000),
    },
    identities: [
      identity({ channel: "web", account: "demo", source_id: row.ref ?? `visitor-${index}`, proof: "signed", created_at: ago(200_000) }),
      ...(index % 2
        ? []
        : [
            identity({
              channel: "telegram",
              account: "kotha_bot",
              source_id: `user:${5_210_000 + index}`,
              name: `@${row.name.split(" ").at(-1).toLowerCase()}`,
              proof: "code",
              created_at: ago(90_000),
              linked_at: ago(80_000),
            }),
          ]),
    ],
    orders,
    tickets: row.ticket
      ? [
          {
            number: row.ticket.number,
            subject: row.ticket.subject,
            kind: row.ticket.kind,
            status: "open",
            opened_at: ago(row.ticket.days_ago * 1440),
            solved_at: null,
            order_number: row.ticket.order_number,
          },
        ]
      : [],
    ratings: row.rating
      ? [
          { rating: row.rating.rating, comment: row.rating.comment, about: "agent", agent: AGENTS[1], at: ago(row.rating.days_ago * 1440) },
          { rating: 4, comment: null, about: "bot", agent: null, at: ago(60_000) },
        ]
      : [],
    addresses: row.address ? [{ ...row.address, phone: row.phone }] : [],
    merges: [],
  };
}

function identity(known) {
  return { id: randomUUID(), name: null, linked_at: null, unreachable_at: null, unreachable_reason: null, ...known };
}

export const CUSTOMERS = [...seed("personas"), ...seed("customers")].map(customerOf);
export const byRef = (ref) => CUSTOMERS.find((entry) => entry.ref === ref);
