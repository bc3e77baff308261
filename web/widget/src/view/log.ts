/** The scrolling conversation: greeting, messages, typing. Keeps its elements by key. */
import type { Chat } from "../chat/chat";
import { timeline, type TimelineItem } from "../chat/timeline";
import { lastSeq } from "../chat/transcript";
import type { Locale } from "../i18n";
import { nameOf } from "../text/names";
import { button, h, hidden, icon, setText } from "./dom";
import { ICONS } from "./icons";
import { MessageView, type MessageActions } from "./message";

/** Long histories are shown from their end, this many messages at a time. */
const WINDOW = 80;
/** So near to the end still counts as reading along. */
const NEAR_END_PX = 72;
/** What is left above an answer that is scrolled to its beginning. */
const ABOVE_PX = 10;
/** More new messages than this at once is history, which is not read aloud. */
const SPOKEN_AT_ONCE = 4;

export interface Greeting {
  readonly text: string;
  readonly starters: readonly string[];
}

export interface LogActions extends MessageActions {
  say(text: string): void;
  atEnd(isAtEnd: boolean): void;
}

export class LogView {
  readonly element: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly messages: HTMLElement;
  private readonly greeting = h("span", { class: "text", dir: "auto" });
  private readonly starters: HTMLElement;
  private readonly opening: HTMLElement;
  private readonly earlier: HTMLButtonElement;
  private readonly latest: HTMLButtonElement;
  private readonly typing: HTMLElement;
  private readonly writer = h("b");
  private readonly views = new Map<string, { element: HTMLElement; update(item: TimelineItem): void }>();
  private limit = WINDOW;
  private isAtEnd = true;

  constructor(
    private readonly locale: Locale,
    private readonly actions: LogActions,
  ) {
    this.messages = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": locale.say("log") });
    this.starters = h("div", { class: "choices", role: "group", "aria-label": locale.say("starters_label") });
    const author = hidden(`${locale.say("author_bot")}: `);
    this.opening = h("div", { class: "message bot first last" }, h("div", { class: "bubble" }, author, this.greeting), this.starters);
    this.earlier = button({ class: "earlier" }, () => this.showEarlier(), locale.say("earlier"));
    this.typing = h("div", { class: "typing", "aria-hidden": "true" }, this.writer, h("i"), h("i"), h("i"));
    this.scroller = h("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": locale.say("log") }, this.earlier, this.opening, this.messages, this.typing);
    this.latest = button({ class: "latest" }, () => this.scrollToEnd(), icon(ICONS.down), h("span", {}, locale.say("latest")));
    this.element = h("div", { class: "log" }, this.scroller, this.latest);
    this.scroller.addEventListener("scroll", () => this.noteScroll(), { passive: true });
    // Files above the composer, or an on-screen keyboard, take height: whoever reads the end still does.
    new ResizeObserver(() => this.isAtEnd && this.scrollToEnd()).observe(this.scroller);
    this.latest.hidden = true;
  }

  render(chat: Chat, greeting: Greeting, now: Date): void {
    const items = timeline(chat.transcript, chat.unsent, (at) => this.locale.dayKey(at), this.limit);
    const isWhole = lastSeq(chat.transcript) <= this.limit;
    this.earlier.hidden = isWhole;
    this.opening.hidden = !isWhole;
    this.typing.hidden = !chat.isTyping;
    setText(this.writer, this.writerOf(chat));
    this.renderGreeting(greeting, items.length === 0);
    const added = this.sync(items, now);
    const mine = added.some((item) => item.kind === "message" && item.delivery === "queued");
    if (this.isAtEnd || mine) this.follow(added);
    else if (added.length > 0) this.latest.hidden = false;
  }

  /** Only people have a name there. */
  private writerOf({ isPersonTyping, owner }: Chat): string {
    const name = isPersonTyping && nameOf(owner.agent, this.locale);
    return name ? this.locale.say("typing_person", { name }) : "";
  }

  scrollToEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.latest.hidden = true;
    this.isAtEnd = true;
  }

  /** To the end, but never past the beginning of an answer that is taller than the window. */
  private follow(added: readonly TimelineItem[]): void {
    const first = added.find((item) => item.kind === "message" && item.author !== "customer");
    const element = first && added.length <= SPOKEN_AT_ONCE ? this.views.get(first.key)?.element : undefined;
    this.scrollToEnd();
    if (element) this.scroller.scrollTop = Math.min(this.scroller.scrollTop, element.offsetTop - this.scroller.offsetTop - ABOVE_PX);
  }

  private renderGreeting({ text, starters }: Greeting, isNew: boolean): void {
    setText(this.greeting, text);
    this.starters.hidden = !isNew || starters.length === 0;
    if (this.starters.childElementCount > 0) return;
    this.starters.append(...starters.map((line) => button({ class: "choice", dir: "auto" }, () => this.actions.say(line), line)));
  }

  /** Brings the elements into the order of `items`; answers what is new. */
  private sync(items: readonly TimelineItem[], now: Date): TimelineItem[] {
    const added = items.filter(({ key }) => !this.views.has(key));
    this.messages.setAttribute("aria-live", added.length > SPOKEN_AT_ONCE ? "off" : "polite");
    this.removeAllBut(new Set(items.map(({ key }) => key)));
    let place: ChildNode | null = this.messages.firstChild;
    for (const item of items) {
      const view = this.views.get(item.key) ?? this.create(item, now);
      view.update(item);
      if (view.element === place) place = place.nextSibling;
      else this.messages.insertBefore(view.element, place);
    }
    return added;
  }

  private create(item: TimelineItem, now: Date): { element: HTMLElement; update(item: TimelineItem): void } {
    const view = item.kind === "day" ? this.day(item.at, now) : this.message(item);
    this.views.set(item.key, view);
    return view;
  }

  private day(at: Date, now: Date): { element: HTMLElement; update(): void } {
    const label = h("time", { datetime: at.toISOString().slice(0, 10) }, this.locale.dayLabel(at, now));
    return { element: h("div", { class: "day" }, label), update: () => {} };
  }

  private message(item: Extract<TimelineItem, { kind: "message" }>): { element: HTMLElement; update(item: TimelineItem): void } {
    const view = new MessageView(item, this.locale, this.actions);
    return { element: view.element, update: (next) => next.kind === "message" && view.update(next) };
  }

  private removeAllBut(keys: ReadonlySet<string>): void {
    for (const [key, { element }] of this.views) {
      if (keys.has(key)) continue;
      element.remove();
      this.views.delete(key);
    }
  }

  /** The reader's place stays where it was while older messages appear above it. */
  private showEarlier(): void {
    this.limit += WINDOW;
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.isAtEnd = false;
    this.actions.atEnd(false);
    requestAnimationFrame(() => {
      this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
      this.latest.hidden = true;
    });
  }

  private noteScroll(): void {
    const left = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    const isAtEnd = left < NEAR_END_PX;
    if (isAtEnd) this.latest.hidden = true;
    if (isAtEnd === this.isAtEnd) return;
    this.isAtEnd = isAtEnd;
    this.actions.atEnd(isAtEnd);
  }
}
