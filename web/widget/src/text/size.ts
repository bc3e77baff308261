/** How large a file is, in words. */
import type { Locale } from "../i18n";

export const MEGABYTE = 1024 * 1024;

export function sizeOf(bytes: number, locale: Locale): string {
  if (bytes < MEGABYTE) return locale.say("size_kb", { n: Math.max(1, Math.round(bytes / 1024)) });
  return locale.say("size_mb", { n: Math.round((bytes / MEGABYTE) * 10) / 10 });
}
