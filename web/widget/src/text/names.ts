/** People, as this interface calls them. */
import type { Locale } from "../i18n";
import type { PersonName } from "../protocol";

export function nameOf(person: PersonName | null, locale: Locale): string | null {
  return (locale.language === "bn" && person?.nameBn) || person?.name || null;
}

/** "Farhana Islam" is FI. Bengali letters carry their signs with them, and one of them is enough. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const firsts = words.map((word) => [...new Intl.Segmenter().segment(word)][0]?.segment ?? "");
  const [first = "", ...others] = firsts;
  return /[\u0980-\u09ff]/.test(first) ? first : (first + (others.at(-1) ?? "")).toUpperCase();
}
