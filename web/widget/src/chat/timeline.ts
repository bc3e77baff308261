/** What the conversation shows, from top to bottom: day separators, messages, waiting messages. */
import type { Attachment, Author, Button, ChatEvent, PersonName } from "../protocol";
import type { QueuedMessage } from "./queue";
import type { Transcript } from "./transcript";

export type Delivery = "queued" | "refused" | "sent" | "read";

export interface DayItem {
  readonly kind: "day";
  readonly key: string;
  readonly at: Date;
}

export interface MessageItem {
  readonly kind: "message";
  /** The client's id for own messages, so that a waiting message becomes the confirmed one. */
  readonly key: string;
  readonly author: Author;
  readonly text: string | null;
  /** It is not the first wording any more. */
  readonly edited: boolean;
  readonly agent: PersonName | null;
  readonly attachments: readonly Attachment[];
  readonly at: Date;
  readonly delivery: Delivery | null;
  readonly refused: string | null;
  readonly buttons: readonly Button[];
  /** The button the customer pressed, as far as the transcript shows. */
  readonly chosen: string | null;
  /** The conversation has moved past these buttons. */
  readonly past: boolean;
  readonly card: unknown;
  /** First and last of a run of one author within a few minutes. */
  readonly first: boolean;
  readonly last: boolean;
}

export type TimelineItem = DayItem | MessageItem;

/** Messages of one author closer together than this are shown as one group. */
const GROUP_MS = 5 * 60 * 1000;

/** The last `limit` events and everything unsent. `dayKey` says which moments share a day. */
export function timeline(
  transcript: Transcript,
  queue: readonly QueuedMessage[],
  dayKey: (at: Date) => string,
  limit: number,
): TimelineItem[] {
  const known = new Set(transcript.events.map(({ clientMsgId }) => clientMsgId));
  const waiting = queue.filter(({ clientMsgId }) => !known.has(clientMsgId));
  const edits = editsIn(transcript.events);
  const events = transcript.events.slice(-limit).filter(({ replaces }) => replaces === null || !edits.has(replaces));
  const messages = [
    ...events.map((event, index) => eventItem(edits.get(event.id) ?? event, event, transcript, events[index + 1] ?? null, waiting)),
    ...waiting.map(queuedItem),
  ];
  return withDays(grouped(messages), dayKey);
}

/** The newest wording of each edited message, by the id of its first. */
function editsIn(events: readonly ChatEvent[]): Map<string, ChatEvent> {
  const known = new Set(events.map(({ id }) => id));
  return new Map(events.flatMap((event) => (event.replaces !== null && known.has(event.replaces) ? [[event.replaces, event]] : [])));
}

function eventItem(
  wording: ChatEvent,
  event: ChatEvent,
  transcript: Transcript,
  following: ChatEvent | null,
  waiting: readonly QueuedMessage[],
): MessageItem {
  const own = event.author === "customer";
  const pressed = following?.author === "customer" ? following.text : (waiting.find(({ choice }) => choice)?.text ?? null);
  return {
    kind: "message",
    key: event.clientMsgId ?? event.id,
    author: event.author,
    text: wording.text,
    edited: wording !== event,
    agent: event.agent,
    attachments: wording.attachments,
    at: moment(event.at),
    delivery: own ? (event.seq <= transcript.readSeq ? "read" : "sent") : null,
    refused: null,
    buttons: event.buttons,
    chosen: event.buttons.find(({ title }) => title === pressed)?.id ?? null,
    past: following !== null || waiting.length > 0,
    card: event.card,
    first: true,
    last: true,
  };
}

function queuedItem(item: QueuedMessage): MessageItem {
  return {
    kind: "message",
    key: item.clientMsgId,
    author: "customer",
    text: item.text,
    edited: false,
    agent: null,
    attachments: item.attachments,
    at: new Date(item.writtenAt),
    delivery: item.confirmed ? "sent" : item.refused === null ? "queued" : "refused",
    refused: item.refused,
    buttons: [],
    chosen: null,
    past: false,
    card: null,
    first: true,
    last: true,
  };
}

function grouped(messages: readonly MessageItem[]): MessageItem[] {
  return messages.map((message, index) => ({
    ...message,
    first: !together(messages[index - 1], message),
    last: !together(message, messages[index + 1]),
  }));
}

function together(a: MessageItem | undefined, b: MessageItem | undefined): boolean {
  return !!a && !!b && a.author === b.author && a.agent?.name === b.agent?.name && Math.abs(b.at.getTime() - a.at.getTime()) < GROUP_MS;
}

function withDays(messages: readonly MessageItem[], dayKey: (at: Date) => string): TimelineItem[] {
  const items: TimelineItem[] = [];
  const days = new Set<string>();
  for (const message of messages) {
    const key = dayKey(message.at);
    if (!days.has(key)) items.push({ kind: "day", key: `day:${key}`, at: message.at });
    days.add(key);
    items.push(message);
  }
  return items;
}

function moment(at: string): Date {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? new Date() : date;
}
