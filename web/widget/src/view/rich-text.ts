/** A message's text as text nodes and safe links. */
import type { Locale } from "../i18n";
import { splitLinks } from "../text/links";
import { h, hidden } from "./dom";

export function richText(text: string, locale: Locale): Node[] {
  return splitLinks(text).map(({ text: part, href }) => {
    if (href === null) return document.createTextNode(part);
    const attributes = { href, target: "_blank", rel: "noopener noreferrer nofollow" };
    return h("a", attributes, part, hidden(` (${locale.say("new_window")})`));
  });
}

/** How a message is to be read aloud and spaced: by its script, whatever the interface's language. */
export function scriptLanguage(text: string): string | null {
  if (/\p{Script=Bengali}/u.test(text)) return "bn";
  return /\p{Script=Latin}/u.test(text) ? "en" : null;
}
