import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import bn from "../src/i18n/bn.json";
import en from "../src/i18n/en.json";
import { chooseLanguage, Locale, type Catalogue } from "../src/i18n/locale";

const english = new Locale("en", en as Catalogue, "Asia/Dhaka");
const bengali = new Locale("bn", bn as Catalogue, "Asia/Dhaka");
const texts = (entry: string | { one: string; other: string }): string[] => (typeof entry === "string" ? [entry] : [entry.one, entry.other]);
const variables = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();

describe("the catalogues", () => {
  it("have the same keys", () => {
    expect(Object.keys(bn).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(Object.keys(en) as (keyof typeof en)[])("agree on the form and the variables of %s", (key) => {
    expect(typeof bn[key]).toBe(typeof en[key]);
    for (const text of texts((bn as Catalogue)[key])) {
      expect(text.trim()).not.toBe("");
      expect(variables(text)).toEqual(variables(texts((en as Catalogue)[key])[0] ?? ""));
    }
  });

  it("have every key the source names", () => {
    const files = (readdirSync("src", { recursive: true }) as string[]).filter((path) => /\.tsx?$/.test(path));
    const named = files.flatMap((path) => [...readFileSync(`src/${path}`, "utf8").matchAll(/\bt\("([a-z_.]+)"/g)].map(([, key]) => key ?? ""));
    expect(named.length).toBeGreaterThan(300);
    expect(named.filter((key) => !(key in en))).toEqual([]);
  });
});

describe("numbers and times", () => {
  it("are written in the language's digits and groups", () => {
    expect(english.money(12_500_000, "BDT")).toBe("৳1,25,000");
    expect(bengali.money(12_500_000, "BDT")).toBe("৳১,২৫,০০০");
    expect(english.money(131_050, "BDT")).toBe("৳1,310.50");
    expect(english.money(500, "EUR")).toBe("EUR 5");
  });

  it("name the part of the day in Bengali", () => {
    expect(english.time("2026-11-21T09:30:00Z")).toBe("3:30 pm");
    expect(bengali.time("2026-11-21T09:30:00Z")).toBe("বিকেল ৩:৩০");
  });

  it("choose the plural form", () => {
    expect(english.t("unread", { n: 1 })).toBe("1 new message");
    expect(english.t("unread", { n: 3 })).toBe("3 new messages");
    expect(bengali.t("unread", { n: 3 })).toBe("৩টি নতুন বার্তা");
  });

  it.each([
    [9, "9s"],
    [95, "1m"],
    [3_900, "1h 5m"],
    [7_200, "2h"],
    [200_000, "2d"],
  ])("say %i seconds as %s", (seconds, expected) => {
    expect(english.duration(seconds)).toBe(expected);
  });

  it("count on a stopwatch", () => {
    expect(english.stopwatch(245)).toBe("4:05");
    expect(english.stopwatch(3_729)).toBe("1:02:09");
    expect(bengali.stopwatch(245)).toBe("৪:০৫");
    expect(english.stopwatch(-5)).toBe("0:00");
  });

  it("name today and yesterday by the shop's clock", () => {
    const now = new Date("2026-11-21T19:00:00Z"); // already the 22nd in Dhaka
    expect(english.day("2026-11-21T18:30:00Z", now)).toBe("Today");
    expect(english.day("2026-11-21T10:00:00Z", now)).toBe("Yesterday");
  });

  it("do not shift plain dates", () => {
    expect(english.date("2026-11-19", new Date("2026-12-01T00:00:00Z"))).toBe("19 Nov");
    expect(bengali.date("2026-11-19", new Date("2026-12-01T00:00:00Z"))).toBe("১৯ নভেম্বর");
    expect(english.date("2025-03-02", new Date("2026-12-01T00:00:00Z"))).toBe("2 Mar 2025");
  });

  it("begin the week on Monday", () => {
    expect(english.weekday(0)).toBe("Monday");
    expect(bengali.weekday(4)).toBe("শুক্রবার");
  });
});

describe("names and words", () => {
  it("come in the reader's language when there is one", () => {
    expect(bengali.name({ name: "Rahima", name_bn: "রহিমা" })).toBe("রহিমা");
    expect(bengali.name({ name: "John", name_bn: null })).toBe("John");
    expect(english.name(null)).toBe("Somebody");
  });

  it("stay readable when the gateway says something new", () => {
    expect(english.word("state", "queued")).toBe("Waiting");
    expect(english.word("reason", "moon_is_full")).toBe("moon is full");
  });

  it("are chosen by the first language that is known", () => {
    expect(chooseLanguage(["", "de-DE", "bn-BD", "en"])).toBe("bn");
    expect(chooseLanguage(["fr"])).toBe("en");
  });
});
