/** Asks how it went: five stars that are radio buttons, then thanks. */
import type { RatingCard } from "../cards";
import type { Locale } from "../i18n";
import type { Button } from "../protocol";
import { button, h, hidden, icon } from "./dom";
import { ICONS } from "./icons";

export class RatingView {
  readonly element: HTMLElement;
  private given: number | null = null;

  constructor(
    private readonly card: RatingCard,
    private readonly stars: readonly Button[],
    private readonly key: string,
    private readonly locale: Locale,
    private readonly choose: (button: Button) => void,
  ) {
    this.element = h("section", { class: "card rating", role: "group", "aria-label": locale.say("rating_label") });
    this.element.append(this.question());
    this.show(card.rating);
  }

  /** `given`: how many stars the transcript shows. */
  show(given: number | null): void {
    if (given === null || given === this.given) return;
    this.given = given;
    const hadFocus = this.element.matches(":focus-within");
    const thanks = h("p", { class: "thanks", tabindex: -1 }, this.locale.say("rating_thanks", { n: given, scale: this.card.scale }));
    const stars = this.stars.map((_, index) => h("span", { class: index < given ? "star on" : "star" }, icon(ICONS.star)));
    this.element.replaceChildren(h("div", { class: "stars", "aria-hidden": "true" }, ...stars), thanks);
    if (hadFocus) thanks.focus({ preventScroll: true });
  }

  private question(): HTMLElement {
    const send = button({ class: "choice rating-send", "aria-disabled": "true" }, () => this.send(), this.locale.say("rating_send"));
    const stars = this.stars.map((_, index) => this.star(index + 1, () => send.setAttribute("aria-disabled", "false")));
    return h(
      "fieldset",
      {},
      h("legend", { class: "sr" }, this.locale.say("rating_label")),
      h("div", { class: "stars" }, ...stars),
      h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, this.locale.say("rating_low")), h("span", {}, this.locale.say("rating_high"))),
      send,
    );
  }

  private star(value: number, chosen: () => void): HTMLElement {
    const radio = h("input", { type: "radio", name: `rating-${this.key}`, value });
    radio.addEventListener("change", chosen);
    const words = this.locale.say(value === 1 ? "rating_star_one" : "rating_star", { n: value });
    return h("label", { class: "star", title: words }, radio, icon(ICONS.star), hidden(words));
  }

  private send(): void {
    const radios = [...this.element.querySelectorAll("input")];
    const value = radios.findIndex(({ checked }) => checked) + 1;
    const star = this.stars[value - 1];
    if (!star) return radios[0]?.focus();
    this.show(value);
    this.choose(star);
  }
}
