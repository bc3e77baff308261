// A few scripted answers that show everything the widget can draw.
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString();
const date = (offset) => day(offset).slice(0, 10);

const order = (number, status, more = {}) => ({
  type: "order",
  number,
  status,
  placed_at: day(-9),
  promised_by: date(3),
  delivered_at: null,
  late: false,
  items: [
    { name: "Tangail cotton saree", name_bn: "টাঙ্গাইলের সুতি শাড়ি", quantity: 1, unit_price: 145000 },
    { name: "Jute shopping bag", name_bn: "পাটের বাজারের ব্যাগ", quantity: 2, unit_price: 32000 },
  ],
  total: 205000,
  delivery_fee: 6000,
  currency: "BDT",
  carrier: "Pathao Courier",
  tracking_number: "PTH-8842",
  destination: "Mirpur, Dhaka",
  ...more,
});

const LATE = order("KT-10234", "shipped", { late: true, promised_by: date(-2) });
const PACKED = order("KT-10260", "packed", { items: [{ name: "Nakshi kantha bedspread", name_bn: "নকশি কাঁথার বিছানার চাদর", quantity: 1, unit_price: 420000 }], total: 426000, delivery_fee: 6000, carrier: null, tracking_number: null });
const DONE = order("KT-10102", "delivered", { delivered_at: day(-30), placed_at: day(-36) });
const CANCELLED = order("KT-10077", "cancelled", { placed_at: day(-60) });
const RETURN = { type: "return", number: "RT-1003", order_number: "KT-10102", status: "received", refund: { status: "pending", amount: 145000, currency: "BDT", issued_at: null } };

const RULES = [
  [/order koi|banglish/i, () => [{ text: "Apnar order KT-10234 pathano hoyeche, kintu ektu deri hocche. Ei je bistarito:", language: "bn-Latn", card: LATE }]],
  [/which|two|দুটি/i, () => [{ text: "You have two open orders. Which one do you mean?", buttons: ["KT-10234, saree", "KT-10260, kantha throw", "Talk to a person"] }]],
  [/অর্ডার কোথায়|আমার অর্ডার/, () => [{ text: "আপনার অর্ডারটি পাঠানো হয়েছে, তবে একটু দেরি হচ্ছে। এজন্য আমরা দুঃখিত।", language: "bn", card: LATE, buttons: ["কুরিয়ারের সঙ্গে কথা বলব", "একজন মানুষের সঙ্গে কথা বলব"] }]],
  [/where is my order|KT-10234/i, () => [{ text: "I am sorry, this parcel is late. It left our warehouse and is with the courier now.", card: LATE, buttons: ["Tell me when it arrives", "Talk to a person"] }]],
  [/my orders|আমার সব/i, () => [{ text: "These are your latest orders.", card: { type: "orders", orders: [LATE, PACKED, DONE, CANCELLED] } }]],
  [/ফেরত/, () => [{ text: "আপনার ফেরত পণ্য আমরা পেয়েছি। টাকা ফেরতের কাজ চলছে।", language: "bn", card: RETURN }]],
  [/return/i, () => [{ text: "Your return has reached us. The refund is being prepared.", card: RETURN }]],
  [/link/i, () => [{ text: "Read more at https://example.com/returns?lang=en, or (http://example.org/a_(b)). Not a link: javascript:alert(1) <b>bold</b> <img src=x onerror=alert(1)>" }]],
  [/rtl|مرحبا/i, () => [{ text: "مرحبا، كيف يمكنني مساعدتك؟" }]],
  [/person|মানুষ/i, () => [{ author: "system", text: "Nadia from customer care joined." }, { author: "agent", text: "Hello, this is Nadia. I have read your conversation, let me check with the courier." }]],
  [/unknown card/i, () => [{ text: "A card from the future.", card: { type: "hologram", x: 1 } }]],
];

export function answerTo(text) {
  for (const [pattern, answers] of RULES) if (pattern.test(text)) return answers();
  if (/[\u0980-\u09ff]/.test(text)) return [{ text: "বুঝতে পেরেছি। আর কীভাবে সাহায্য করতে পারি?", language: "bn" }];
  return [{ text: `I understood: ${text.slice(0, 200)}` }];
}

const at = (offset, minutes) => new Date(Date.parse(day(offset)) + minutes * 60_000).toISOString();

export const HISTORY = {
  shirin: [
    { author: "customer", text: "আমার শাড়িটা ফেরত দিতে চাই", at: at(-1, 0), client_msg_id: "00000000-0000-4000-8000-000000000001" },
    { text: "ঠিক আছে, শিরিন। ফেরতের অনুরোধ নেওয়া হয়েছে।", language: "bn", card: RETURN, at: at(-1, 1) },
  ],
};
