/** <kotha-chat>: launcher and panel in a shadow root, with the chat behind them. */
import { Chat } from "./chat/chat";
import { chooseLanguage, Locale, type Language } from "./i18n";
import { Api } from "./net/api";
import type { ChatEvent, CustomerName } from "./protocol";
import type { Settings } from "./settings";
import { PageValues } from "./storage";
import { sheets } from "./styles";
import { openTab } from "./view/tab";
import { accentProperties, chooseTheme, darkScheme } from "./theme";
import { button, h, icon, setAttributes, setText } from "./view/dom";
import { ICONS } from "./view/icons";
import type { Greeting } from "./view/log";
import { Panel } from "./view/panel";

export const TAG = "kotha-chat";
/** On smaller screens the chat takes all of it and is modal. */
const SMALL_SCREEN = "(max-width: 520px), (max-height: 420px)";
const LANGUAGE_KEY = "language";
const OPEN_KEY = "open";

export class KothaChat extends HTMLElement {
  static readonly observedAttributes = ["language", "theme", "accent", "position"];
  private settings!: Settings;
  private storage!: PageValues;
  private chat!: Chat;
  private locale!: Locale;
  private panel!: Panel;
  private root!: HTMLElement;
  private launcher!: HTMLButtonElement;
  private badge!: HTMLElement;
  private started = false;
  private isDrawing = false;
  private isAtEnd = true;
  private saidUnread = 0;

  /** Called once, before the element enters the page. */
  configure(settings: Settings): this {
    this.settings = settings;
    for (const name of KothaChat.observedAttributes) {
      const value = settings[name as "language" | "theme" | "accent" | "position"];
      if (value !== null && !this.hasAttribute(name)) this.setAttribute(name, value);
    }
    return this;
  }

  connectedCallback(): void {
    if (this.started || !this.settings) return;
    this.started = true;
    this.storage = new PageValues(`kotha:${this.settings.widget}@${new URL(this.settings.base).host}:`);
    this.chat = new Chat(new Api(this.settings.base, this.settings.widget), this.storage, {
      changed: () => this.draw(),
      arrived: (events) => this.tellArrived(events),
      identified: (customer) => this.tell("identified", { customer }),
      failed: (error) => this.tellError(error),
    });
    this.build();
    this.follow();
    this.chat.resume();
    if (this.storage.get(OPEN_KEY) === "yes" && !matchMedia(SMALL_SCREEN).matches) this.show(false);
  }

  attributeChangedCallback(name: string): void {
    if (!this.started) return;
    if (name === "language") {
      this.storage.remove(LANGUAGE_KEY);
      this.rebuildPanel();
    }
    this.applyLook();
  }

  // What a page may call ------------------------------------------------------------------------

  get isOpen(): boolean {
    return this.started && this.panel.element.open;
  }

  open(): void {
    if (!this.isOpen) this.show(true);
  }

  close(): void {
    if (!this.isOpen) return;
    const hadFocus = this.panel.element.contains(this.shadowRoot?.activeElement ?? null);
    this.storage.remove(OPEN_KEY);
    this.panel.element.close();
    this.launcher.hidden = false;
    if (hadFocus) this.launcher.focus();
    this.updateWatching();
    this.tell("close");
  }

  identify(source: string | (() => string | Promise<string>)): void {
    this.chat.identify(typeof source === "string" ? () => source : source);
  }

  logOut(): void {
    this.chat.logOut();
    this.rebuildPanel();
    if (this.isOpen) this.chat.connect();
    this.tell("logout");
  }

  // Building --------------------------------------------------------------------------------------

  private build(): void {
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = sheets();
    this.badge = h("span", { class: "unread", "aria-hidden": "true", hidden: true });
    this.launcher = button({ class: "launcher", "aria-haspopup": "dialog" }, () => this.open(), icon(ICONS.mark), this.badge);
    this.root = h("div", { class: "kotha" }, this.launcher);
    shadow.append(this.root);
    this.buildPanel();
    this.applyLook();
    this.draw();
  }

  private buildPanel(): void {
    this.locale = new Locale(this.language());
    this.panel = new Panel(
      this.locale,
      {
        close: () => this.close(),
        switchLanguage: () => this.switchLanguage(),
        tryNow: () => this.chat.retryConnection(),
        choose: (choice) => this.chat.sendChoice(choice),
        openInvoice: (card) => openTab(() => this.chat.linkInvoice(card)),
        waysIn: () => this.chat.waysIn(),
        retry: (key) => this.chat.retry(key),
        discard: (key) => this.chat.discard(key),
        say: (text) => void this.chat.sendText(text),
        send: (text, attachments) => this.chat.sendText(text, attachments),
        upload: (...call) => this.chat.upload(...call),
        fileOf: (attachment) => this.chat.fileOf(attachment),
        edited: (text) => this.noteEdited(text),
        atEnd: (isAtEnd) => this.noteScrolled(isAtEnd),
      },
      this.settings.title,
      this.chat.draft,
    );
    this.root.append(this.panel.element);
    this.root.lang = this.locale.language;
    this.panel.element.addEventListener("cancel", (event) => (event.preventDefault(), this.close()));
    this.panel.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** Everything in the panel is in one language: another one is another panel. */
  private rebuildPanel(): void {
    const wasOpen = this.isOpen;
    this.panel.element.remove();
    this.buildPanel();
    if (wasOpen) this.present(false);
    this.draw();
  }

  private follow(): void {
    matchMedia(SMALL_SCREEN).addEventListener("change", () => this.isOpen && this.present());
    darkScheme().addEventListener("change", () => this.applyLook());
    document.addEventListener("visibilitychange", () => this.updateWatching());
    window.visualViewport?.addEventListener("resize", () => this.fitViewport());
    window.visualViewport?.addEventListener("scroll", () => this.fitViewport());
  }

  private language(): Language {
    const page = document.documentElement.lang;
    const wish = this.storage.get(LANGUAGE_KEY) ?? this.getAttribute("language");
    return chooseLanguage(wish, [page, ...navigator.languages]);
  }

  private applyLook(): void {
    const theme = chooseTheme(this.getAttribute("theme"));
    this.root.dataset["theme"] = theme;
    this.root.classList.toggle("left", this.getAttribute("position") === "left");
    for (const [name, value] of Object.entries(accentProperties(this.getAttribute("accent"), theme))) {
      this.root.style.setProperty(name, value);
    }
  }

  // Opening and closing -----------------------------------------------------------------------

  private show(isAsked: boolean): void {
    this.storage.set(OPEN_KEY, "yes");
    this.launcher.hidden = true;
    this.present(isAsked);
    this.chat.connect();
    if (isAsked) this.tell("open");
  }

  /** Modal on a small screen: the browser keeps the focus in and the page behind still. */
  private present(takesFocus = true): void {
    const { element, composer, log } = this.panel;
    const isSmall = matchMedia(SMALL_SCREEN).matches;
    const focused = document.activeElement;
    if (element.open) element.close();
    if (isSmall) element.showModal();
    else element.show();
    this.fitViewport();
    composer.fit();
    this.isAtEnd = true;
    this.updateWatching();
    this.drawNow();
    log.scrollToEnd();
    if (!takesFocus) (focused instanceof HTMLElement ? focused : document.body).focus({ preventScroll: true });
    else if (!matchMedia("(pointer: coarse)").matches) composer.field.focus();
  }

  /** Keeps the composer above an on-screen keyboard. */
  private fitViewport(): void {
    const view = window.visualViewport;
    if (!view) return;
    this.root.style.setProperty("--view-height", `${view.height}px`);
    this.root.style.setProperty("--view-top", `${view.offsetTop}px`);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  private switchLanguage(): void {
    this.storage.set(LANGUAGE_KEY, this.locale.language === "en" ? "bn" : "en");
    this.rebuildPanel();
    this.panel.element.querySelector<HTMLElement>(".language")?.focus();
    this.tell("language", { language: this.locale.language });
  }

  // Drawing ------------------------------------------------------------------------------------

  /** Many changes in one moment are one drawing. */
  private draw(): void {
    if (this.isDrawing || !this.started) return;
    this.isDrawing = true;
    const drawNow = (): void => {
      this.isDrawing = false;
      this.drawNow();
    };
    if (document.hidden) setTimeout(drawNow, 100);
    else requestAnimationFrame(drawNow);
  }

  private drawNow(): void {
    if (!this.panel) return;
    if (this.isOpen) this.panel.render(this.chat, this.greeting());
    this.drawLauncher(this.chat.unread);
  }

  private drawLauncher(unread: number): void {
    const key = unread === 0 ? "open" : unread === 1 ? "open_unread_one" : "open_unread";
    setAttributes(this.launcher, { "aria-label": this.locale.say(key, { n: unread }), title: this.locale.say("chat") });
    this.badge.hidden = unread === 0;
    setText(this.badge, unread > 99 ? `${this.locale.number(99)}+` : this.locale.number(unread));
    if (unread !== this.saidUnread) this.tell("unread", { count: unread });
    this.saidUnread = unread;
  }

  private greeting(): Greeting {
    const isBn = this.locale.language === "bn";
    const own = isBn ? this.settings.greetingBn : this.settings.greeting;
    return { text: own ?? this.builtInGreeting(this.chat.customer, isBn), starters: this.settings.starters ?? this.locale.starters };
  }

  private builtInGreeting(customer: CustomerName | null, isBn: boolean): string {
    const name = (isBn && customer?.nameBn) || customer?.name;
    return name ? this.locale.say("greeting_named", { name }) : this.locale.say("greeting");
  }

  // Reporting ----------------------------------------------------------------------------------

  private noteEdited(text: string): void {
    this.chat.draft = text;
    if (text) this.chat.noteTyping();
  }

  private noteScrolled(isAtEnd: boolean): void {
    this.isAtEnd = isAtEnd;
    this.updateWatching();
    this.draw();
  }

  private updateWatching(): void {
    this.chat.watch(this.isOpen && this.isAtEnd && !document.hidden);
  }

  private tellArrived(events: readonly ChatEvent[]): void {
    const last = events.at(-1);
    if (last) this.tell("message", { author: last.author, seq: last.seq });
  }

  private tellError(error: Error): void {
    console.error("Kotha: the identity was refused.", error.message);
    this.tell("error", { message: error.message });
  }

  /** Events carry no message text: other scripts of the page can listen too. */
  private tell(name: string, detail: Record<string, unknown> = {}): void {
    this.dispatchEvent(new CustomEvent(`kotha:${name}`, { bubbles: true, composed: true, detail }));
  }
}
