/** The interface's words, numbers, dates and plural forms in English and Bengali. */
import type { Both } from "../api/types";
import type en from "./en.json";

export type Language = "en" | "bn";
export type Key = keyof typeof en;
export type Plural = { one: string; other: string };
export type Catalogue = Record<Key, string | Plural>;
export type Values = Record<string, string | number>;

/** en-IN and bn-BD group digits as Bangladesh does (1,25,000) and keep the day before the month. */
const LOCALES: Record<Language, string> = { en: "en-IN", bn: "bn-BD" };
const SYMBOLS: Record<string, string> = { BDT: "৳" };
const MINOR_UNITS = 100;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export class Locale {
  private readonly tag: string;
  private readonly plurals: Intl.PluralRules;
  private readonly formats = new Map<string, Intl.DateTimeFormat>();

  constructor(
    readonly language: Language,
    private readonly catalogue: Catalogue,
    private readonly timeZone?: string,
  ) {
    this.tag = LOCALES[language];
    this.plurals = new Intl.PluralRules(this.tag);
  }

  /** `n` among the values chooses the plural form. */
  t = (key: Key, values: Values = {}): string => {
    const entry = this.catalogue[key];
    const n = values["n"];
    const text = typeof entry === "string" ? entry : entry[typeof n === "number" && this.plurals.select(n) === "one" ? "one" : "other"];
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? this.number(value) : value;
    });
  };

  /** A word from the gateway's vocabulary ("state.queued"); an unknown one is shown as it is, made readable. */
  word = (group: string, value: string): string => {
    const key = `${group}.${value}`;
    return key in this.catalogue ? this.t(key as Key) : readable(value);
  };

  /** A sentence about something the gateway names; null for what this console does not know. */
  sentence = (group: string, name: string, values: Values): string | null => {
    const key = `${group}.${name}`;
    return key in this.catalogue ? this.t(key as Key, values) : null;
  };

  /** A sentence or a name that comes in both languages. */
  both = (value: Both): string => (this.language === "bn" && value.bn ? value.bn : value.en);

  name = (value: { name?: string | null; name_bn?: string | null } | null | undefined): string =>
    (this.language === "bn" && value?.name_bn ? value.name_bn : value?.name) || this.t("someone");

  number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(this.tag, { minimumFractionDigits: digits, maximumFractionDigits: Math.max(digits, 1) }).format(value);

  percent = (share: number): string => new Intl.NumberFormat(this.tag, { style: "percent", maximumFractionDigits: 0 }).format(share);

  /** `amount` in minor units: 125000 BDT is ৳1,250. */
  money = (amount: number, currency: string): string => {
    const digits = amount % MINOR_UNITS === 0 ? 0 : 2;
    const figure = new Intl.NumberFormat(this.tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount / MINOR_UNITS);
    const symbol = SYMBOLS[currency];
    return symbol ? symbol + figure : `${currency} ${figure}`;
  };

  /** "9:30 am"; in Bengali the part of the day stands first: "সকাল ৯:৩০". */
  time = (at: string | Date): string => {
    const moment = new Date(at);
    const clock = this.format("clock", { hour: "numeric", minute: "2-digit", hour12: true });
    if (this.language === "en") return clock.format(moment);
    const find = (type: string): string => clock.formatToParts(moment).find((part) => part.type === type)?.value ?? "";
    return `${partOfDayBn(this.hour(moment))} ${find("hour")}:${find("minute")}`;
  };

  /** "19 Nov"; with the year when it is not this one. Plain dates are not shifted by the time zone. */
  date = (value: string | Date, now = new Date()): string => {
    const at = typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T12:00:00`) : new Date(value);
    if (Number.isNaN(at.getTime())) return String(value);
    const withYear = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
    return this.format(`date${"year" in withYear}`, { day: "numeric", month: this.language === "bn" ? "long" : "short", ...withYear }).format(at);
  };

  dateTime = (value: string | Date): string => `${this.date(value)}, ${this.time(value)}`;

  /** What makes two moments the same day here: "2026-11-19". */
  dayKey = (at: string | Date): string => {
    const parts = new Date(at);
    const zone = this.timeZone ? { timeZone: this.timeZone } : {};
    return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...zone }).format(parts);
  };

  day = (at: string | Date, now = new Date()): string => {
    const key = this.dayKey(at);
    if (key === this.dayKey(now)) return this.t("today");
    if (key === this.dayKey(new Date(now.getTime() - DAY * 1000))) return this.t("yesterday");
    return this.format("weekday", { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
  };

  weekday = (index: number): string =>
    // 2026-06-01 was a Monday.
    new Intl.DateTimeFormat(this.tag, { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2026, 5, 1 + index)));

  /** A length of time in its one or two largest units: "45s", "12m", "1h 5m", "3d". */
  duration = (seconds: number): string => {
    const s = Math.max(0, Math.round(seconds));
    if (s < MINUTE) return this.t("unit.s", { n: s });
    if (s < HOUR) return this.t("unit.m", { n: Math.floor(s / MINUTE) });
    const minutes = Math.floor((s % HOUR) / MINUTE);
    if (s < DAY && minutes > 0 && s < 10 * HOUR) return `${this.t("unit.h", { n: Math.floor(s / HOUR) })} ${this.t("unit.m", { n: minutes })}`;
    return s < DAY ? this.t("unit.h", { n: Math.floor(s / HOUR) }) : this.t("unit.d", { n: Math.floor(s / DAY) });
  };

  /** A clock that counts: "4:05", "1:02:09". */
  stopwatch = (seconds: number): string => {
    const s = Math.max(0, Math.floor(seconds));
    const two = (value: number): string => new Intl.NumberFormat(this.tag, { minimumIntegerDigits: 2 }).format(value);
    const tail = `${two(s % MINUTE)}`;
    if (s < HOUR) return `${this.number(Math.floor(s / MINUTE))}:${tail}`;
    return `${this.number(Math.floor(s / HOUR))}:${two(Math.floor((s % HOUR) / MINUTE))}:${tail}`;
  };

  /** When something was, as short as a list allows: the time today, the date before. */
  when = (at: string, now = new Date()): string => (this.dayKey(at) === this.dayKey(now) ? this.time(at) : this.date(at));

  bytes = (size: number): string =>
    size < 1024 * 1024 ? this.t("unit.kb", { n: Math.max(1, Math.round(size / 1024)) }) : this.t("unit.mb", { n: Math.round(size / 104857.6) / 10 });

  private hour(at: Date): number {
    const { timeZone } = this.format("clock", {}).resolvedOptions();
    return Number(new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hour12: false, timeZone }).format(at)) % 24;
  }

  private format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const known = this.formats.get(name);
    if (known) return known;
    const made = new Intl.DateTimeFormat(this.tag, { ...options, ...(this.timeZone ? { timeZone: this.timeZone } : {}) });
    this.formats.set(name, made);
    return made;
  }
}

/** Bengali clocks name the part of the day where English says am or pm. */
function partOfDayBn(hour: number): string {
  if (hour < 4 || hour >= 20) return "রাত";
  if (hour < 6) return "ভোর";
  if (hour < 12) return "সকাল";
  if (hour < 15) return "দুপুর";
  if (hour < 18) return "বিকেল";
  return "সন্ধ্যা";
}

/** "track_order" as "track order". */
export function readable(name: string): string {
  return name.replace(/^(action|utter)_/, "").replaceAll(/[_.]/g, " ");
}

/** Which interface the browser's languages lead to. */
export function chooseLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const base = wish.toLowerCase().split("-")[0];
    if (base === "bn" || base === "en") return base;
  }
  return "en";
}
