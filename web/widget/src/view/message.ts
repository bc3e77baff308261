/** One message of the log. The element stays; what changes is updated in place, so that a screen
 * reader hears a message once and nothing jumps. */
import { readCard, type Card, type InvoiceCard, type RatingCard } from "../cards";
import type { MessageItem, Delivery } from "../chat/timeline";
import type { Locale } from "../i18n";
import { TEXT_LIMIT, type Button } from "../protocol";
import { initialsOf, nameOf } from "../text/names";
import { cardView } from "./cards";
import type { WayIn } from "../net/api";
import { button, h, hidden, icon } from "./dom";
import { filesView, type FileActions } from "./files";
import { ICONS } from "./icons";
import { RatingView } from "./rating";
import { richText, scriptLanguage } from "./rich-text";

export interface MessageActions extends FileActions {
  choose(button: Button): void;
  /** False when it could not be opened. */
  openInvoice(card: InvoiceCard): Promise<boolean>;
  waysIn(): Promise<readonly WayIn[]>;
  retry(key: string): void;
  discard(key: string): void;
}

const KNOWN_REFUSALS = ["text_too_long", "unknown_choice", "unknown_attachment"] as const;
const TICKS: Record<Delivery, keyof typeof ICONS> = { queued: "clock", sent: "check", read: "checks", refused: "alert" };

export class MessageView {
  readonly element = h("div", { class: "message" });
  private readonly meta = h("div", { class: "meta" });
  private readonly choices = h("div", { class: "choices", role: "group" });
  private readonly words = h("div", { class: "words" });
  private readonly rating: RatingView | null;
  private shown = "";
  private shownText: string | null = null;
  /** The name stands above, so it need not be said again. */
  private isNamed = false;

  constructor(
    item: MessageItem,
    private readonly locale: Locale,
    private readonly actions: MessageActions,
  ) {
    const card = readCard(item.card);
    this.rating = card?.type === "rating" ? this.ratingView(card, item) : null;
    this.element.append(...this.body(item, card), this.meta, this.choices);
    this.choices.setAttribute("aria-label", locale.say("choices_label"));
    this.choices.hidden = item.buttons.length === 0 || this.rating !== null;
    this.update(item);
  }

  update(item: MessageItem): void {
    const state = JSON.stringify([item.delivery, item.refused, item.first, item.last, item.past, item.chosen, item.text, item.edited]);
    if (state === this.shown) return;
    this.shown = state;
    this.element.className = ["message", item.author, item.first && "first", item.last && "last"].filter(Boolean).join(" ");
    this.showWords(item);
    this.showMeta(item);
    this.showChoices(item);
    this.rating?.show(item.chosen === null ? null : item.buttons.findIndex(({ id }) => id === item.chosen) + 1);
  }

  private body(item: MessageItem, card: Card | null): HTMLElement[] {
    const parts: HTMLElement[] = [this.words];
    this.isNamed = item.author === "agent" && item.first;
    if (this.isNamed) parts.unshift(this.person(this.nameOf(item)));
    if (item.attachments.length > 0) parts.push(filesView(item.attachments, this.locale, this.actions));
    if (this.rating) parts.push(this.rating.element);
    else if (card && card.type !== "rating") parts.push(cardView(card, this.locale, this.actions));
    return parts;
  }

  private nameOf({ author, agent }: MessageItem): string {
    return nameOf(agent, this.locale) ?? this.locale.say(`author_${author}`);
  }

  private person(name: string): HTMLElement {
    return h("p", { class: "author" }, h("span", { class: "initials", "aria-hidden": "true" }, initialsOf(name)), name);
  }

  /** The newest wording: a person may correct what they wrote. */
  private showWords(item: MessageItem): void {
    const wording = JSON.stringify([item.text, item.edited]);
    if (wording === this.shownText) return;
    this.shownText = wording;
    this.words.classList.toggle("none", !item.text);
    const author = this.isNamed ? "" : hidden(`${this.nameOf(item)}: `);
    if (!item.text) return this.words.replaceChildren(author);
    const attributes = { class: "text", dir: "auto", lang: scriptLanguage(item.text) };
    const edited = item.edited ? h("span", { class: "edited" }, this.locale.say("edited")) : null;
    this.words.replaceChildren(h("div", { class: "bubble" }, author, h("span", attributes, ...richText(item.text, this.locale)), edited ?? ""));
  }

  /** As many stars as there are buttons for; otherwise the buttons stand for themselves. */
  private ratingView(card: RatingCard, item: MessageItem): RatingView | null {
    if (item.buttons.length !== card.scale) return null;
    return new RatingView(card, item.buttons, item.key, this.locale, (star) => this.actions.choose(star));
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
    const code = KNOWN_REFUSALS.find((known) => known === item.refused) ?? "other";
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
