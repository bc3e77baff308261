/** Entry of the one script: finds its tag, puts the chat on the page, offers `window.Kotha`. */
import { KothaChat, TAG } from "./element";
import { readSettings, type Settings } from "./settings";

export interface KothaApi {
  /** Proves who the customer is: a signed token, or a function that fetches a fresh one when needed. */
  identify(token: string | (() => string | Promise<string>)): void;
  open(): void;
  close(): void;
  /** Forgets the customer on this browser; call it when they log out of the shop. */
  logout(): void;
  /** Listens to an event ("open", "close", "message", "unread", "identified", "language", "logout", "error"); answers how to stop. */
  on(name: string, listener: (detail: unknown) => void): () => void;
  readonly element: HTMLElement;
}

declare global {
  interface Window {
    Kotha?: KothaApi;
  }
}

function apiOf(element: KothaChat): KothaApi {
  return {
    element,
    identify: (token) => element.identify(token),
    open: () => element.open(),
    close: () => element.close(),
    logout: () => element.logOut(),
    on: (name, listener) => {
      const listen = (event: Event): void => listener((event as CustomEvent).detail);
      element.addEventListener(`kotha:${name}`, listen);
      return () => element.removeEventListener(`kotha:${name}`, listen);
    },
  };
}

function mount(settings: Settings): void {
  const element = new KothaChat().configure(settings);
  document.body.append(element);
  window.Kotha = apiOf(element);
  element.dispatchEvent(new CustomEvent("kotha:ready", { bubbles: true, composed: true }));
}

const script = document.currentScript as HTMLScriptElement | null;
const settings = script && readSettings(script.src, script.dataset);

// A page that loads the script twice has one chat.
if (settings && !customElements.get(TAG)) {
  customElements.define(TAG, KothaChat);
  if (document.body) mount(settings);
  else addEventListener("DOMContentLoaded", () => mount(settings), { once: true });
} else if (!settings) {
  console.error('Kotha: the script tag needs data-widget="…".');
}
