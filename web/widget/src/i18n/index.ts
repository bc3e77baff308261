/** The interface's words, numbers and dates in English and Bengali. */
import bn from "./bn.json";
import en from "./en.json";

export type Language = "en" | "bn";
type Catalogue = typeof en;
export type Key = { [K in keyof Catalogue]: Catalogue[K] extends string ? K : never }[keyof Catalogue];
type Values = Record<string, string | number>;

const CATALOGUES: Record<Language, Catalogue> = { en, bn };
/** en-IN and bn-BD group digits as Bangladesh does (1,25,000) and keep the day before the month. */
const LOCALES: Record<Language, string> = { en: "en-IN", bn: "bn-BD" };
const SYMBOLS: Record<string, string> = { BDT: "৳" };
const MINOR_UNITS = 100;

export class Locale {
  private readonly catalogue: Catalogue;
  private readonly numbers: Intl.NumberFormat;
  private readonly clock: Intl.DateTimeFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly dates: Intl.DateTimeFormat;
  private readonly weekdays: Intl.DateTimeFormat;

  constructor(
    readonly language: Language,
    timeZone?: string,
  ) {
    const locale = LOCALES[language];
    const zone = timeZone ? { timeZone } : {};
    this.catalogue = CATALOGUES[language];
    this.numbers = new Intl.NumberFormat(locale);
    this.clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", hour12: true, ...zone });
    this.days = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...zone });
    this.dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: language === "bn" ? "long" : "short", ...zone });
    this.weekdays = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", ...zone });
  }

  get starters(): readonly string[] {
    return this.catalogue.starters;
  }

  say(key: Key, values: Values = {}): string {
    return this.catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? this.number(value) : value;
    });
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  /** `amount` in minor units: 125000 BDT is ৳1,250. */
  money(amount: number, currency: string): string {
    const fraction = amount % MINOR_UNITS === 0 ? 0 : 2;
    const figure = new Intl.NumberFormat(LOCALES[this.language], {
      minimumFractionDigits: fraction,
      maximumFractionDigits: fraction,
    }).format(amount / MINOR_UNITS);
    const symbol = SYMBOLS[currency];
    return symbol ? symbol + figure : `${currency} ${figure}`;
  }

  /** "9:30 am"; in Bengali the part of the day stands first: "সকাল ৯:৩০". */
  time(at: Date): string {
    if (this.language === "en") return this.clock.format(at);
    const parts = this.clock.formatToParts(at);
    const find = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
    return `${partOfDayBn(this.hour(at))} ${find("hour")}:${find("minute")}`;
  }

  /** A date of an order: "19 Nov", "১৯ নভেম্বর". Plain dates are not shifted by the time zone. */
  date(value: string): string {
    const plain = /^\d{4}-\d{2}-\d{2}$/.test(value);
    const at = new Date(plain ? `${value}T12:00:00` : value);
    return Number.isNaN(at.getTime()) ? value : this.dates.format(at);
  }

  /** What makes two moments the same day here: "2026-11-19". */
  dayKey(at: Date): string {
    return this.days.format(at);
  }

  dayLabel(at: Date, now: Date): string {
    const yesterday = new Date(now);
    yesterday.setDate(yesterday.getDate() - 1);
    const key = this.dayKey(at);
    if (key === this.dayKey(now)) return this.say("today");
    if (key === this.dayKey(yesterday)) return this.say("yesterday");
    return this.weekdays.format(at);
  }

  private hour(at: Date): number {
    const { timeZone } = this.clock.resolvedOptions();
    const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hour12: false, timeZone }).format(at);
    return Number(hour) % 24;
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

/** Which interface a wish such as "auto", "bn-BD" or the page's language leads to. */
export function chooseLanguage(wish: string | null, fallbacks: readonly string[]): Language {
  for (const tag of [wish ?? "auto", ...fallbacks]) {
    const base = tag.toLowerCase().split("-")[0];
    if (base === "bn" || base === "en") return base;
  }
  return "en";
}
