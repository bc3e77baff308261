/** Where the customer writes. */
import type { Locale } from "../i18n";
import { FILE_TYPES, TEXT_LIMIT, type Attachment } from "../protocol";
import { countCodePoints, isBlank } from "../text/length";
import { button, h, icon, setText } from "./dom";
import { ICONS } from "./icons";
import { Tray, type TrayActions } from "./tray";

/** The length is shown when little room is left. */
const COUNT_FROM = TEXT_LIMIT * 0.9;
const TALLEST_PX = 136;
/** What browsers report for keys that an input method is still working on. */
const IME_KEY_CODE = 229;

export interface ComposerActions {
  send(text: string, attachments: readonly Attachment[]): boolean;
  upload: TrayActions["upload"];
  edited(text: string): void;
}

export class Composer {
  readonly element: HTMLElement;
  readonly field: HTMLTextAreaElement;
  private readonly count: HTMLElement;
  private readonly problem: HTMLElement;
  private readonly sendButton: HTMLButtonElement;
  private readonly tray: Tray;
  private readonly picker: HTMLInputElement;
  private fileProblem = "";

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
    this.picker = h("input", { type: "file", multiple: true, accept: FILE_TYPES.join(), hidden: true });
    const attach = button({ class: "attach", "aria-label": locale.say("attach"), title: locale.say("attach") }, () => this.picker.click(), icon(ICONS.clip));
    this.tray = new Tray(locale, {
      upload: (...call) => actions.upload(...call),
      changed: () => this.check(),
      problem: (text) => this.showFileProblem(text),
    });
    const row = h("div", { class: "compose-row" }, attach, this.field, this.sendButton);
    this.element = h("div", { class: "composer" }, this.problem, this.tray.element, row, this.count, this.picker);
    this.field.value = draft;
    this.picker.addEventListener("change", () => this.takePicked());
    this.field.addEventListener("paste", (event) => this.onPaste(event));
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

  attach(files: Iterable<File>): void {
    this.tray.add(files);
    this.field.focus({ preventScroll: true });
  }

  private takePicked(): void {
    this.attach([...(this.picker.files ?? [])]);
    this.picker.value = "";
  }

  private onPaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    // What office programs copy is text with a picture of it beside.
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    this.attach(files);
  }

  private showFileProblem(text: string): void {
    this.fileProblem = text;
    this.check();
  }

  private onKey(event: KeyboardEvent): void {
    const composing = event.isComposing || event.keyCode === IME_KEY_CODE;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.send();
  }

  private onInput(): void {
    this.fileProblem = "";
    this.fit();
    this.check();
    this.actions.edited(this.field.value);
  }

  private send(): void {
    if (!this.tray.isBusy && this.actions.send(this.field.value, this.tray.ready)) {
      this.fileProblem = "";
      this.tray.clear();
      this.write("");
    }
    this.field.focus();
  }

  /** The limit is named while writing, before anything is lost by sending. */
  private check(): void {
    const length = countCodePoints(this.field.value);
    const isTooLong = length > TEXT_LIMIT;
    const values = { n: length, limit: TEXT_LIMIT };
    setText(this.problem, isTooLong ? this.locale.say("too_long", values) : this.fileProblem);
    setText(this.count, length >= COUNT_FROM && !isTooLong ? this.locale.say("left", values) : "");
    this.field.setAttribute("aria-invalid", String(isTooLong));
    const isNothing = isBlank(this.field.value) && this.tray.isEmpty;
    this.sendButton.setAttribute("aria-disabled", String(isTooLong || isNothing || this.tray.isBusy));
  }
}
