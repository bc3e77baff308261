// A few products and personas in the shape of the demo shop's API.
const row = (id, name, name_bn, category, category_bn, price, stock) => ({ id, name, name_bn, category, category_bn, price, currency: "BDT", stock });

export const PRODUCTS = [
  row("p01", "Jamdani saree, indigo", "জামদানি শাড়ি, নীল", "Sarees", "শাড়ি", 485000, 6),
  row("p02", "Tangail cotton saree, marigold", "টাঙ্গাইল সুতি শাড়ি, গাঁদা", "Sarees", "শাড়ি", 185000, 14),
  row("p03", "Khadi panjabi, white", "খাদি পাঞ্জাবি, সাদা", "Panjabi", "পাঞ্জাবি", 165000, 21),
  row("p04", "Silk panjabi, maroon", "সিল্ক পাঞ্জাবি, মেরুন", "Panjabi", "পাঞ্জাবি", 320000, 3),
  row("p05", "Nakshi kantha throw", "নকশি কাঁথা", "Home", "ঘর সাজানো", 275000, 8),
  row("p06", "Jute shopping bag", "পাটের বাজারের ব্যাগ", "Bags", "ব্যাগ", 45000, 60),
  row("p07", "Leather messenger bag", "চামড়ার মেসেঞ্জার ব্যাগ", "Bags", "ব্যাগ", 390000, 5),
  row("p08", "Terracotta tea cups, set of 4", "পোড়ামাটির চায়ের কাপ, ৪টি", "Kitchen", "রান্নাঘর", 72000, 30),
  row("p09", "Sylhet black tea, 500 g", "সিলেটের চা, ৫০০ গ্রাম", "Food", "খাবার", 38000, 120),
  row("p10", "Sundarban honey, 500 g", "সুন্দরবনের মধু, ৫০০ গ্রাম", "Food", "খাবার", 65000, 0),
  row("p11", "Brass table lamp", "পিতলের টেবিল ল্যাম্প", "Home", "ঘর সাজানো", 245000, 9),
  row("p12", "Leather sandals", "চামড়ার স্যান্ডেল", "Shoes", "জুতা", 145000, 17),
];

const persona = (ref, name, name_bn, story, story_bn) => ({ ref, name, name_bn, story, story_bn });

export const PERSONAS = [
  persona("rahima", "Rahima Khatun", "রহিমা খাতুন", "Waits for a late parcel and has a second order open.", "একটি পার্সেল দেরি হচ্ছে, আরেকটি অর্ডারও চলছে।"),
  persona("tanvir", "Tanvir Hasan", "তানভীর হাসান", "Ordered an hour ago and may still change the address.", "এক ঘণ্টা আগে অর্ডার করেছেন, ঠিকানা এখনো বদলানো যায়।"),
  persona("shirin", "Shirin Akter", "শিরিন আক্তার", "Sent a saree back and waits for her refund.", "শাড়ি ফেরত পাঠিয়েছেন, টাকার অপেক্ষায় আছেন।"),
  persona("john", "John Gomes", "জন গোমেজ", "New here, no orders yet.", "নতুন গ্রাহক, এখনো অর্ডার নেই।"),
];
