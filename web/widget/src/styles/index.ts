/** The shadow root's styles as constructable sheets: they need no 'unsafe-inline' in a page's policy. */
import base from "./base.css?inline";
import cards from "./cards.css?inline";
import messages from "./messages.css?inline";
import people from "./people.css?inline";

export function sheets(): CSSStyleSheet[] {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(base + messages + cards + people);
  return [sheet];
}
