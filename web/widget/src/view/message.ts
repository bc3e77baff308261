/** One message of the log. The element stays; what changes is updated in place, so that a screen
 * reader hears a message once and nothing jumps. */
import { readCard, type InvoiceCard } from "../cards";
import type { MessageItem, Delivery } from "../chat/timeline";
import type { Locale } from "../i18n";
import { TEXT_LIMIT, type Button } from "../protocol";
import { cardView } from "./cards";
import { button, h, hidden, icon } from "./dom";
import { ICONS } from "./icons";
import { richText, scriptLanguage } from "./rich-text";

export interface MessageActions {
  choose(button: Button): void;
  /** False when it could not be opened. */
  openInvoice(card: InvoiceCard): Promise<boolean>;
  retry(key: string): void;
  discard(key: string): void;
}

const TICKS: Record<Delivery, keyof typeof ICONS> = { queued: "clock", sent: "check", read: "checks", refused: "alert" };

export class MessageView {
  readonly element = h("div", { class: "message" });
  private readonly meta = h("div", { class: "meta" });
  private readonly choices = h("div", { class: "choices", role: "group" });
  private shown = "";

  constructor(
    item: MessageItem,
    private readonly locale: Locale,
    private readonly actions: MessageActions,
  ) {
    this.element.append(...this.body(item), this.meta, this.choices);
    this.choices.setAttribute("aria-label", locale.say("choices_label"));
    this.choices.hidden = item.buttons.length === 0;
    this.update(item);
  }

  update(item: MessageItem): void {
    const state = JSON.stringify([item.delivery, item.refused, item.first, item.last, item.past, item.chosen]);
    if (state === this.shown) return;
    this.shown = state;
    this.element.className = ["message", item.author, item.first && "first", item.last && "last"].filter(Boolean).join(" ");
    this.showMeta(item);
    this.showChoices(item);
  }

  private body(item: MessageItem): HTMLElement[] {
    const card = readCard(item.card);
    const parts: HTMLElement[] = [];
    const name = this.locale.say(`author_${item.author}`);
    const isPerson = item.author === "agent" && item.first;
    const author = isPerson ? null : hidden(`${name}: `);
    if (isPerson) parts.push(h("p", { class: "author" }, name));
    if (item.text) {
      const attributes = { class: "text", dir: "auto", lang: scriptLanguage(item.text) };
      parts.push(h("div", { class: "bubble" }, author, h("span", attributes, ...richText(item.text, this.locale))));
    }
    if (card) parts.push(cardView(card, this.locale, this.actions));
    return parts;
  }

  private showMeta(item: MessageItem): void {
    const waits = item.delivery === "queued" || item.delivery === "refused";
    this.meta.hidden = (!item.last && !waits) || item.author === "system";
    this.meta.replaceChildren(
      h("time", { datetime: item.at.toISOString() }, this.locale.time(item.at)),
      ...(item.delivery ? [this.tick(item.delivery)] : []),
      ...(item.delivery === "refused" ? [this.refusal(item)] : []),
    );
  }

  private tick(delivery: Delivery): HTMLElement {
    const label = this.locale.say(`state_${delivery}`);
    return h("span", { class: `tick ${delivery}`, role: "img", "aria-label": label, title: label }, icon(ICONS[TICKS[delivery]]));
  }

  private refusal(item: MessageItem): HTMLElement {
    const code = item.refused === "text_too_long" || item.refused === "unknown_choice" ? item.refused : "other";
    return h(
      "span",
      { class: "refusal" },
      h("span", {}, `${this.locale.say("state_refused")}. ${this.locale.say(`fail_${code}`, { limit: TEXT_LIMIT })}`),
      code === "other" ? button({ class: "link" }, () => this.actions.retry(item.key), this.locale.say("retry")) : null,
      button({ class: "link" }, () => this.actions.discard(item.key), this.locale.say("remove")),
    );
  }

  private showChoices(item: MessageItem): void {
    this.choices.classList.toggle("past", item.past);
    if (this.choices.childElementCount === 0) {
      this.choices.append(...item.buttons.map((choice) => this.choice(choice)));
    }
    item.buttons.forEach(({ id }, index) => {
      const element = this.choices.children[index];
      element?.classList.toggle("chosen", id === item.chosen);
    });
  }

  private choice(choice: Button): HTMLElement {
    return button({ class: "choice", dir: "auto" }, () => this.actions.choose(choice), choice.title);
  }
}
