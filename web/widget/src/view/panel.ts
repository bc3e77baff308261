/** The open chat: header, state of the connection, log, composer. */
import type { Chat } from "../chat/chat";
import type { Locale } from "../i18n";
import type { Status } from "../net/connection";
import type { Owner } from "../protocol";
import { initialsOf, nameOf } from "../text/names";
import { Composer, type ComposerActions } from "./composer";
import { button, h, icon, setText } from "./dom";
import { ICONS } from "./icons";
import { LogView, type Greeting, type LogActions } from "./log";

/** A short break in the connection is not worth a word. */
const NOTICE_AFTER_MS = 1_500;
/** Quick answers need no announcement that they are being written. */
const ANNOUNCE_TYPING_AFTER_MS = 1_500;

export interface PanelActions extends LogActions, ComposerActions {
  close(): void;
  switchLanguage(): void;
  tryNow(): void;
}

type Notice = "offline" | "reconnecting" | "unreachable" | "refused";

export class Panel {
  readonly element: HTMLDialogElement;
  readonly composer: Composer;
  readonly log: LogView;
  private readonly subtitle: HTMLElement;
  private readonly notice = h("span");
  private readonly tryNow: HTMLButtonElement;
  private readonly bar: HTMLElement;
  private readonly spoken = h("p", { class: "sr", role: "status" });
  private timers: ReturnType<typeof setTimeout>[] = [];
  private shownStatus: Status = "idle";
  private spokeTyping = false;
  private readonly crest = h("span", { class: "crest", "aria-hidden": "true" }, icon(ICONS.mark));
  private shownOwner = "";

  constructor(
    private readonly locale: Locale,
    actions: PanelActions,
    title: string | null,
    draft: string,
  ) {
    this.log = new LogView(locale, actions);
    this.composer = new Composer(locale, actions, draft);
    this.subtitle = h("p", {}, locale.say("subtitle"));
    this.tryNow = button({ class: "link" }, () => actions.tryNow(), locale.say("try_now"));
    this.bar = h("div", { class: "notice", hidden: true }, h("span", { role: "status" }, this.notice), this.tryNow);
    const other = locale.language === "en" ? "bn" : "en";
    this.element = h(
      "dialog",
      { class: "panel", "aria-labelledby": "title", lang: locale.language },
      h(
        "div",
        { class: "head" },
        this.crest,
        h("div", { class: "head-text" }, h("h2", { id: "title", dir: "auto" }, title ?? locale.say("title")), this.subtitle),
        button({ class: "tool language", lang: other, "aria-label": locale.say("switch_language_label") }, () => actions.switchLanguage(), locale.say("switch_language")),
        button({ class: "tool", "aria-label": locale.say("close"), title: locale.say("close") }, () => actions.close(), icon(ICONS.close)),
      ),
      this.bar,
      this.log.element,
      this.composer.element,
      this.spoken,
      h("div", { class: "drop-here", "aria-hidden": "true" }, locale.say("drop_here")),
    );
    this.takeDrops();
  }

  render(chat: Chat, greeting: Greeting): void {
    this.showStatus(chat.status);
    this.showOwner(chat.owner);
    this.log.render(chat, greeting, new Date());
    this.announceTyping(chat);
  }

  /** Whom the customer is talking with stands where the assistant introduced itself. */
  private showOwner(owner: Owner): void {
    const name = owner.isPerson ? nameOf(owner.agent, this.locale) : null;
    const words = this.ownerWords(owner, name);
    if (words === this.shownOwner) return;
    this.shownOwner = words;
    setText(this.subtitle, words);
    this.subtitle.classList.toggle("waiting", owner.waiting);
    this.crest.classList.toggle("person", name !== null);
    this.crest.replaceChildren(name ? initialsOf(name) : icon(ICONS.mark));
  }

  private ownerWords(owner: Owner, name: string | null): string {
    if (name) return this.locale.say("subtitle_with", { name });
    return this.locale.say(owner.isPerson ? "subtitle_with_person" : owner.waiting ? "subtitle_waiting" : "subtitle");
  }

  private takeDrops(): void {
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.element.classList.add("dropping");
    };
    const end = (): void => this.element.classList.remove("dropping");
    this.element.addEventListener("dragenter", over);
    this.element.addEventListener("dragover", over);
    this.element.addEventListener("dragleave", (event) => event.relatedTarget instanceof Node && this.element.contains(event.relatedTarget) ? undefined : end());
    this.element.addEventListener("drop", (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      end();
      if (files.length === 0) return;
      event.preventDefault();
      this.composer.attach(files);
    });
  }

  private showStatus(status: Status): void {
    if (status === this.shownStatus) return;
    const was = this.shownStatus;
    this.shownStatus = status;
    this.clearTimers();
    if (status === "reconnecting" && this.bar.hidden) {
      this.timers.push(setTimeout(() => this.showNotice(status), NOTICE_AFTER_MS));
    } else {
      this.showNotice(noticeOf(status));
    }
    if (status === "online" && was !== "connecting" && was !== "idle") setText(this.spoken, this.locale.say("online_again"));
  }

  private showNotice(notice: Notice | null): void {
    this.bar.hidden = notice === null;
    this.bar.className = `notice ${notice ?? ""}`;
    setText(this.notice, notice ? this.locale.say(notice) : "");
    this.tryNow.hidden = notice !== "unreachable";
  }

  private announceTyping({ isTyping, isPersonTyping, owner }: Chat): void {
    if (isTyping === this.spokeTyping) return;
    this.spokeTyping = isTyping;
    if (!isTyping) return setText(this.spoken, "");
    const name = isPersonTyping ? nameOf(owner.agent, this.locale) : null;
    const words = name ? this.locale.say("typing_person", { name }) : this.locale.say("typing");
    this.timers.push(setTimeout(() => this.spokeTyping && setText(this.spoken, words), ANNOUNCE_TYPING_AFTER_MS));
  }

  private clearTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
  }
}

function noticeOf(status: Status): Notice | null {
  switch (status) {
    case "idle":
    case "connecting":
    case "online":
      return null;
    default:
      return status;
  }
}
