import { describe, expect, it } from "vitest";
import bn from "../src/i18n/bn.json";
import en from "../src/i18n/en.json";
import { Locale, chooseLanguage } from "../src/i18n";

const DHAKA = "Asia/Dhaka";
const english = new Locale("en", DHAKA);
const bengali = new Locale("bn", DHAKA);
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe("the catalogues", () => {
  it("have the same messages with the same placeholders", () => {
    expect(Object.keys(bn)).toEqual(Object.keys(en));
    for (const [key, text] of Object.entries(en)) {
      if (typeof text === "string") expect([key, placeholders(bn[key as keyof typeof bn] as string)]).toEqual([key, placeholders(text)]);
    }
    expect(bn.starters).toHaveLength(en.starters.length);
  });

  it("write Bengali in Bengali script", () => {
    const latin = Object.entries(bn).filter(([key, text]) => !key.startsWith("switch_language") && /[a-z]{3}/i.test(String(text).replace(/\{\w+\}/g, "")));
    expect(latin).toEqual([]);
  });
});

describe("numbers and money", () => {
  it("are grouped as in Bangladesh and use Bengali digits in Bengali", () => {
    expect(english.number(1234567)).toBe("12,34,567");
    expect(bengali.number(1234567)).toBe("১২,৩৪,৫৬৭");
    expect(bengali.say("open_unread", { n: 12 })).toBe("চ্যাট খুলুন, ১২টি নতুন বার্তা");
  });

  it.each([[125000, "৳1,250", "৳১,২৫০"], [125050, "৳1,250.50", "৳১,২৫০.৫০"], [0, "৳0", "৳০"], [12500000, "৳1,25,000", "৳১,২৫,০০০"]])("%i minor units", (amount, inEnglish, inBengali) => {
    expect(english.money(amount, "BDT")).toBe(inEnglish);
    expect(bengali.money(amount, "BDT")).toBe(inBengali);
  });

  it("name a currency without a sign of its own", () => {
    expect(english.money(1000, "USD")).toBe("USD 10");
  });
});

describe("times", () => {
  const at = (clock: string): Date => new Date(`2026-11-19T${clock}:00+06:00`);

  it.each([["09:05", "সকাল ৯:০৫"], ["13:30", "দুপুর ১:৩০"], ["16:00", "বিকেল ৪:০০"], ["19:15", "সন্ধ্যা ৭:১৫"], ["23:59", "রাত ১১:৫৯"], ["00:10", "রাত ১২:১০"], ["05:00", "ভোর ৫:০০"]])("%s in Bengali names the part of the day", (clock, text) => {
    expect(bengali.time(at(clock))).toBe(text);
  });

  it("in English have am and pm", () => {
    expect(english.time(at("21:05")).replace(/\s/g, " ")).toBe("9:05 pm");
  });

  it("of an order keep the day they were promised for, whatever the zone", () => {
    expect(english.date("2026-11-19")).toBe("19 Nov");
    expect(bengali.date("2026-11-19")).toBe("১৯ নভেম্বর");
    expect(new Locale("en", "America/New_York").date("2026-11-19")).toBe("19 Nov");
  });

  it("that cannot be read are shown as they came", () => {
    expect(english.date("soon")).toBe("soon");
  });

  it("have today, yesterday and the weekday as labels", () => {
    const now = at("10:00");
    expect(english.dayLabel(at("00:01"), now)).toBe("Today");
    expect(bengali.dayLabel(new Date("2026-11-18T23:00:00+06:00"), now)).toBe("গতকাল");
    expect(english.dayLabel(new Date("2026-11-16T12:00:00+06:00"), now)).toBe("Monday, 16 November");
  });
});

describe("the language of the interface", () => {
  it.each([["bn", [], "bn"], ["auto", ["bn-BD"], "bn"], [null, ["fr", "bn"], "bn"], ["en", ["bn"], "en"], ["auto", ["", "de"], "en"], ["BN-bd", [], "bn"]] as const)("%s with %j is %s", (wish, fallbacks, language) => {
    expect(chooseLanguage(wish, fallbacks)).toBe(language);
  });
});
