/** Connecting a messenger: a one-time link or code that says who the customer is there. */
import { offerLink, type LinkOffer, type WayIn } from "./backend";
import type { Word } from "./words";

type Say = (key: Word, values?: Record<string, string>) => string;

const CHANNEL_NAMES: Record<string, string> = { telegram: "Telegram", slack: "Slack" };

/** A button that makes room for the links it fetches. Each press makes new ones: the older stop working. */
export function connectPanel(say: Say): HTMLElement {
  const panel = element("div", "connect");
  const answer = element("div", "connect-ways");
  answer.setAttribute("role", "status");
  const button = element("button", "button small quiet", say("connect"));
  (button as HTMLButtonElement).type = "button";
  button.addEventListener("click", () => void fill(answer, say));
  panel.append(button, answer);
  return panel;
}

async function fill(answer: HTMLElement, say: Say): Promise<void> {
  try {
    const offer = await offerLink();
    answer.replaceChildren(...(offer.channels.length ? ways(offer, say) : [element("p", "", say("connect_nothing"))]));
  } catch {
    answer.replaceChildren(element("p", "trouble", say("connect_failed")));
  }
}

function ways(offer: LinkOffer, say: Say): HTMLElement[] {
  return [...offer.channels.map((way) => wayIn(way, say)), element("p", "connect-note", say("connect_note"))];
}

function wayIn(way: WayIn, say: Say): HTMLElement {
  const channel = `${CHANNEL_NAMES[way.channel] ?? way.channel} (${way.name})`;
  if (way.url === null) return element("p", "", say("connect_type", { channel }), " ", element("code", "", way.type ?? ""));
  const link = element("a", "button small", say("connect_open", { channel })) as HTMLAnchorElement;
  link.href = way.url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return element("p", "", link);
}

function element(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
