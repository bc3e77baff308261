/** The shop page's words. */
export type PageLanguage = "en" | "bn";

const EN = {
  shop: "Kotha Bazaar",
  skip: "Skip to the products",
  headline: "Made by hand, sent with care",
  lead: "Sarees from Tangail, honey from the Sundarbans, kantha sewn stitch by stitch. And when a parcel keeps you waiting, somebody to talk to.",
  ask: "Ask about an order",
  try: "Try it as a customer",
  customers: "Be one of our customers",
  customers_lead: "This is a demonstration shop. Log in as somebody below, open the chat and ask away, in English, Bengali or Banglish.",
  log_in: "Log in",
  log_in_as: "Log in as {name}",
  log_out: "Log out",
  logged_in: "You are {name}",
  open_chat: "Open the chat",
  connect: "Connect Telegram or Slack",
  connect_open: "Open {channel}",
  connect_type: "In {channel} type:",
  connect_note: "Works once, for a quarter of an hour. Then the assistant knows you there too.",
  connect_nothing: "This shop has no messenger yet: the README says how to try one without an account.",
  connect_failed: "That did not work. Open the chat once, then try again.",
  products: "In the shop now",
  categories: "Categories",
  all: "Everything",
  in_stock: "In stock",
  few: "Only {n} left",
  sold_out: "Sold out",
  loading: "Fetching…",
  no_products: "The shelves could not be fetched. Please reload the page.",
  no_login: "Logging in did not work. Please try again.",
  to_dark: "Dark colours",
  to_light: "Light colours",
  other_language: "বাংলা",
  foot: "Kotha Bazaar is a demonstration shop: its customers and orders are made up, and nothing here can be bought.",
};

export type Word = keyof typeof EN;

const BN: Record<Word, string> = {
  shop: "কথা বাজার",
  skip: "সরাসরি পণ্যে যান",
  headline: "হাতে গড়া, যত্নে পাঠানো",
  lead: "টাঙ্গাইলের শাড়ি, সুন্দরবনের মধু, ফোঁড়ে ফোঁড়ে বোনা নকশি কাঁথা। আর পার্সেল আসতে দেরি হলে কথা বলার মানুষ তো আছেই।",
  ask: "অর্ডার নিয়ে জিজ্ঞেস করুন",
  try: "গ্রাহক সেজে দেখুন",
  customers: "আমাদের একজন গ্রাহক হয়ে দেখুন",
  customers_lead: "এটি একটি নমুনা দোকান। নিচের যে কারও নামে লগ-ইন করে চ্যাট খুলুন, বাংলা, ইংরেজি বা বাংলিশে যা খুশি জিজ্ঞেস করুন।",
  log_in: "লগ-ইন",
  log_in_as: "{name} হিসেবে লগ-ইন",
  log_out: "লগ-আউট",
  logged_in: "আপনি এখন {name}",
  open_chat: "চ্যাট খুলুন",
  connect: "টেলিগ্রাম বা স্ল্যাক যুক্ত করুন",
  connect_open: "{channel} খুলুন",
  connect_type: "{channel}-এ লিখুন:",
  connect_note: "একবারই কাজ করে, পনেরো মিনিটের মধ্যে। তারপর সহকারী সেখানেও আপনাকে চিনবে।",
  connect_nothing: "এই দোকানে এখনও কোনো মেসেঞ্জার নেই: অ্যাকাউন্ট ছাড়া কীভাবে চেষ্টা করবেন তা README-তে আছে।",
  connect_failed: "কাজ হয়নি। চ্যাটটি একবার খুলে আবার চেষ্টা করুন।",
  products: "দোকানে এখন যা আছে",
  categories: "বিভাগ",
  all: "সবকিছু",
  in_stock: "স্টকে আছে",
  few: "আর মাত্র {n}টি আছে",
  sold_out: "শেষ হয়ে গেছে",
  loading: "আনা হচ্ছে…",
  no_products: "পণ্যগুলো আনা যায়নি। পাতাটি আবার লোড করুন।",
  no_login: "লগ-ইন করা যায়নি। আবার চেষ্টা করুন।",
  to_dark: "গাঢ় রং",
  to_light: "হালকা রং",
  other_language: "English",
  foot: "কথা বাজার একটি নমুনা দোকান: এর গ্রাহক ও অর্ডার সবই কাল্পনিক, এখানে কিছু কেনা যায় না।",
};

const WORDS: Record<PageLanguage, Record<Word, string>> = { en: EN, bn: BN };
const LOCALES: Record<PageLanguage, string> = { en: "en-IN", bn: "bn-BD" };

export function say(language: PageLanguage, word: Word, values: Record<string, string> = {}): string {
  return WORDS[language][word].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export function count(language: PageLanguage, value: number): string {
  return new Intl.NumberFormat(LOCALES[language]).format(value);
}

/** `minor` are hundredths: 145000 is ৳1,450. */
export function taka(language: PageLanguage, minor: number): string {
  return `৳${count(language, minor / 100)}`;
}
