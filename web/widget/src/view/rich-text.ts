/** A message's text as text nodes and safe links. */
import type { Locale } from "../i18n";
import { splitLinks } from "../text/links";
import { splitWhole } from "../text/whole";
import { h, hidden } from "./dom";

export function richText(text: string, locale: Locale): Node[] {
  return splitLinks(text).flatMap(({ text: part, href }): Node[] => {
    if (href === null) return splitWhole(part).map((piece, at) => (at % 2 ? h("span", { class: "whole" }, piece) : document.createTextNode(piece)));
    const attributes = { href, target: "_blank", rel: "noopener noreferrer nofollow" };
    return [h("a", attributes, part, hidden(` (${locale.say("new_window")})`))];
  });
}

/** How a message is to be read aloud and spaced: by its script, whatever the interface's language. */
export function scriptLanguage(text: string): string | null {
  if (/\p{Script=Bengali}/u.test(text)) return "bn";
  return /\p{Script=Latin}/u.test(text) ? "en" : null;
}
