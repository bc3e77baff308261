/** Messages the customer has written and the server has not confirmed. Each is one entry in the
 * page's storage, so that two tabs do not overwrite each other and a reload loses nothing. */
import type { KeyValues } from "../storage";
import { isFields, readAttachments, textOr, type Attachment } from "../protocol";

export interface QueuedMessage {
  readonly clientMsgId: string;
  readonly text: string;
  /** The button behind the text, when one was pressed. */
  readonly choice: string | null;
  /** Uploaded already; the text may then be empty. */
  readonly attachments: readonly Attachment[];
  /** Milliseconds; keeps the order in which they were written. */
  readonly writtenAt: number;
  /** The conversation it was written in; null before there was one. */
  readonly conversation: string | null;
  /** Written by somebody who had proven who they are. */
  readonly identified: boolean;
  /** The error code of a definite refusal; such a message waits for the customer. */
  readonly refused: string | null;
  /** Acknowledged; shown until its event arrives, never sent again. */
  readonly confirmed: boolean;
}

export type Draft = Pick<QueuedMessage, "text" | "choice" | "attachments" | "conversation" | "identified">;

export class SendQueue {
  private items: QueuedMessage[];
  private lastWrittenAt = 0;

  constructor(
    private readonly storage: KeyValues,
    private readonly newId: () => string = () => crypto.randomUUID(),
    private readonly now: () => number = Date.now,
  ) {
    this.items = this.load();
  }

  get all(): readonly QueuedMessage[] {
    return this.items;
  }

  /** The one message to send now: strictly one after the other keeps their order. */
  get next(): QueuedMessage | null {
    return this.items.find(({ refused, confirmed }) => refused === null && !confirmed) ?? null;
  }

  add(draft: Draft): QueuedMessage {
    this.lastWrittenAt = Math.max(this.now(), this.lastWrittenAt + 1);
    const item = { ...draft, clientMsgId: this.newId(), writtenAt: this.lastWrittenAt, refused: null, confirmed: false };
    this.items = [...this.items, item];
    this.save(item);
    return item;
  }

  remove(clientMsgId: string): boolean {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.clientMsgId !== clientMsgId);
    this.storage.remove(key(clientMsgId));
    return this.items.length < before;
  }

  /** The service has it: nothing to keep for a reload, only to show. */
  confirm(clientMsgId: string): void {
    this.items = this.items.map((item) => (item.clientMsgId === clientMsgId ? { ...item, confirmed: true } : item));
    this.storage.remove(key(clientMsgId));
  }

  refuse(clientMsgId: string, code: string): void {
    this.change(clientMsgId, { refused: code });
  }

  retry(clientMsgId: string): void {
    this.change(clientMsgId, { refused: null });
  }

  /** Drops what does not belong in the conversation now entered: another person's messages, and
   * buttons of another conversation. What somebody wrote before logging in comes along. */
  enter(conversation: string): void {
    for (const item of this.items) {
      const elsewhere = item.conversation !== null && item.conversation !== conversation;
      if (elsewhere && (item.identified || item.confirmed || item.choice !== null)) this.remove(item.clientMsgId);
    }
  }

  clear(): void {
    for (const { clientMsgId } of this.items) this.remove(clientMsgId);
  }

  private change(clientMsgId: string, change: Partial<QueuedMessage>): void {
    this.items = this.items.map((item) => (item.clientMsgId === clientMsgId ? { ...item, ...change } : item));
    const changed = this.items.find((item) => item.clientMsgId === clientMsgId);
    if (changed) this.save(changed);
  }

  private save(item: QueuedMessage): void {
    this.storage.set(key(item.clientMsgId), JSON.stringify(item));
  }

  private load(): QueuedMessage[] {
    const stored = this.storage.keys().filter((name) => name.startsWith(PREFIX));
    const items = stored.map((name) => readItem(this.storage.get(name))).filter((item) => item !== null);
    return items.sort((a, b) => a.writtenAt - b.writtenAt);
  }
}

const PREFIX = "unsent:";
const key = (clientMsgId: string): string => PREFIX + clientMsgId;

function readItem(stored: string | null): QueuedMessage | null {
  try {
    const value: unknown = JSON.parse(stored ?? "");
    if (!isFields(value)) return null;
    const clientMsgId = textOr(value["clientMsgId"], "");
    const text = textOr(value["text"], null);
    if (!clientMsgId || text === null) return null;
    return {
      clientMsgId,
      text,
      choice: textOr(value["choice"], null),
      attachments: readAttachments(value["attachments"]),
      writtenAt: typeof value["writtenAt"] === "number" ? value["writtenAt"] : 0,
      conversation: textOr(value["conversation"], null),
      identified: value["identified"] === true,
      refused: textOr(value["refused"], null),
      confirmed: false,
    };
  } catch {
    return null;
  }
}
