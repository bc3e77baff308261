/** Where the customer writes. */
import type { Locale } from "../i18n";
import { TEXT_LIMIT } from "../protocol";
import { countCodePoints, isBlank } from "../text/length";
import { button, h, icon, setText } from "./dom";
import { ICONS } from "./icons";

/** The length is shown when little room is left. */
const COUNT_FROM = TEXT_LIMIT * 0.9;
const TALLEST_PX = 136;
/** What browsers report for keys that an input method is still working on. */
const IME_KEY_CODE = 229;

export interface ComposerActions {
  send(text: string): boolean;
  edited(text: string): void;
}

export class Composer {
  readonly element: HTMLElement;
  readonly field: HTMLTextAreaElement;
  private readonly count: HTMLElement;
  private readonly problem: HTMLElement;
  private readonly sendButton: HTMLButtonElement;

  constructor(
    private readonly locale: Locale,
    private readonly actions: ComposerActions,
    draft: string,
  ) {
    this.field = h("textarea", {
      rows: 1,
      dir: "auto",
      placeholder: locale.say("placeholder"),
      "aria-label": locale.say("compose"),
      "aria-describedby": "problem",
      enterkeyhint: "send",
    });
    this.count = h("p", { class: "count" });
    this.problem = h("p", { class: "problem", id: "problem", role: "alert" });
    this.sendButton = button({ class: "send", "aria-label": locale.say("send"), title: locale.say("send") }, () => this.send(), icon(ICONS.send));
    const row = h("div", { class: "compose-row" }, this.field, this.sendButton);
    this.element = h("div", { class: "composer" }, this.problem, row, this.count);
    this.field.value = draft;
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("input", () => this.onInput());
    this.check();
  }

  fit(): void {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST_PX)}px`;
  }

  write(text: string): void {
    this.field.value = text;
    this.onInput();
  }

  private onKey(event: KeyboardEvent): void {
    const composing = event.isComposing || event.keyCode === IME_KEY_CODE;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.send();
  }

  private onInput(): void {
    this.fit();
    this.check();
    this.actions.edited(this.field.value);
  }

  private send(): void {
    const isSent = this.actions.send(this.field.value);
    if (isSent) this.write("");
    this.field.focus();
  }

  /** The limit is named while writing, before anything is lost by sending. */
  private check(): void {
    const length = countCodePoints(this.field.value);
    const isTooLong = length > TEXT_LIMIT;
    const values = { n: length, limit: TEXT_LIMIT };
    setText(this.problem, isTooLong ? this.locale.say("too_long", values) : "");
    setText(this.count, length >= COUNT_FROM && !isTooLong ? this.locale.say("left", values) : "");
    this.field.setAttribute("aria-invalid", String(isTooLong));
    this.sendButton.setAttribute("aria-disabled", String(isTooLong || isBlank(this.field.value)));
  }
}
