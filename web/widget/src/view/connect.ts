/** A way into a messenger: fetched when the customer presses, shown in this browser alone, gone with the page. */
import type { ConnectCard } from "../cards";
import type { Locale } from "../i18n";
import type { WayIn } from "../net/api";
import { button, h, hidden } from "./dom";

/** Names of messengers as their makers write them; others begin with a capital. */
const nameOf = (channel: string): string => channel.charAt(0).toUpperCase() + channel.slice(1);

export function connectView(card: ConnectCard, locale: Locale, fetchWays: () => Promise<readonly WayIn[]>): HTMLElement {
  const shown = h("div", { class: "ways", role: "status" });
  const show = async (): Promise<void> => {
    try {
      const ways = (await fetchWays()).filter((way) => card.channels.includes(way.channel));
      shown.replaceChildren(...(ways.length > 0 ? ways.map((way) => wayView(way, locale)) : [failed(locale)]));
    } catch {
      shown.replaceChildren(failed(locale));
    }
  };
  const label = card.channels.map(nameOf).join(", ");
  return h(
    "section",
    { class: "card", role: "group", "aria-label": label },
    h("div", { class: "card-head" }, h("h3", {}, label)),
    button({ class: "choice card-open" }, () => void show(), locale.say("connect_show")),
    shown,
  );
}

function failed(locale: Locale): HTMLElement {
  return h("p", { class: "card-dates" }, locale.say("connect_failed"));
}

function wayView(way: WayIn, locale: Locale): HTMLElement {
  const name = way.name ? `${nameOf(way.channel)} (${way.name})` : nameOf(way.channel);
  if (way.url === null) return h("p", {}, locale.say("connect_type", { name }), " ", h("code", { dir: "ltr" }, way.type ?? ""));
  const attributes = { href: way.url, target: "_blank", rel: "noopener noreferrer" };
  return h("p", {}, h("a", attributes, locale.say("connect_open", { name }), hidden(` (${locale.say("new_window")})`)));
}
