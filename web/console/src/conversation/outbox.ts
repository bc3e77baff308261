/** Messages an agent has written and the gateway has not confirmed. Kept in the browser, so that neither a
 * reload nor a dead network loses one; each carries its id, so that sending it twice stores it once. */
import type { AgentEvent, Attachment, Uuid } from "../api/types";
import { ApiError, isPassing } from "../api/http";
import { backoffMs } from "../live/backoff";
import { newUuid } from "../text/uuid";

export interface Unsent {
  readonly clientMsgId: Uuid;
  readonly conversation: Uuid;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Milliseconds; keeps the order in which they were written. */
  readonly writtenAt: number;
  /** The code of a definite refusal: it waits for the agent's decision. */
  readonly refused: string | null;
}

export interface Sent {
  event: AgentEvent;
  duplicate: boolean;
}
export type SendMessage = (message: Unsent) => Promise<Sent>;

type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export class Outbox {
  private items: readonly Unsent[];
  private readonly listeners = new Set<() => void>();
  private readonly busy = new Set<Uuid>();
  private readonly failures = new Map<Uuid, number>();
  private readonly timers = new Map<Uuid, ReturnType<typeof setTimeout>>();
  private lastWrittenAt = 0;
  private isStopped = false;

  constructor(
    private readonly prefix: string,
    private readonly storage: Storage,
    private readonly send: SendMessage,
    private readonly onSent: (message: Unsent, sent: Sent) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.items = this.load();
  }

  get all(): readonly Unsent[] {
    return this.items;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add(conversation: Uuid, text: string, attachments: readonly Attachment[] = []): Unsent {
    this.lastWrittenAt = Math.max(this.now(), this.lastWrittenAt + 1);
    const item: Unsent = { clientMsgId: newUuid(), conversation, text, attachments, writtenAt: this.lastWrittenAt, refused: null };
    this.save(item);
    this.change([...this.items, item]);
    void this.flush(conversation);
    return item;
  }

  remove(clientMsgId: Uuid): void {
    this.storage.removeItem(this.prefix + clientMsgId);
    this.change(this.items.filter((item) => item.clientMsgId !== clientMsgId));
  }

  /** Send a refused message once more. */
  retry(clientMsgId: Uuid): void {
    const item = this.items.find((candidate) => candidate.clientMsgId === clientMsgId);
    if (!item) return;
    this.replace({ ...item, refused: null });
    void this.flush(item.conversation);
  }

  /** The connection is there: send everything that waits, now. */
  flushAll(): void {
    this.isStopped = false;
    for (const conversation of new Set(this.items.map((item) => item.conversation))) {
      clearTimeout(this.timers.get(conversation));
      void this.flush(conversation);
    }
  }

  stop(): void {
    this.isStopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  /** One message of a conversation at a time: that keeps their order. */
  private async flush(conversation: Uuid): Promise<void> {
    const next = this.items.find((item) => item.conversation === conversation && item.refused === null);
    if (!next || this.isStopped || this.busy.has(conversation)) return;
    this.busy.add(conversation);
    const goOn = await this.attempt(next);
    this.busy.delete(conversation);
    if (goOn) void this.flush(conversation);
  }

  private async attempt(message: Unsent): Promise<boolean> {
    try {
      const sent = await this.send(message);
      this.failures.delete(message.conversation);
      this.onSent(message, sent);
      this.remove(message.clientMsgId);
      return true;
    } catch (error) {
      if (isPassing(error) || !(error instanceof ApiError)) return this.later(message.conversation);
      this.replace({ ...message, refused: error.code });
      return true;
    }
  }

  private later(conversation: Uuid): false {
    const failures = (this.failures.get(conversation) ?? 0) + 1;
    this.failures.set(conversation, failures);
    clearTimeout(this.timers.get(conversation));
    this.timers.set(
      conversation,
      setTimeout(() => void this.flush(conversation), backoffMs(failures)),
    );
    return false;
  }

  private replace(changed: Unsent): void {
    if (!this.items.some((item) => item.clientMsgId === changed.clientMsgId)) return;
    this.save(changed);
    this.change(this.items.map((item) => (item.clientMsgId === changed.clientMsgId ? changed : item)));
  }

  private change(items: readonly Unsent[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }

  private save(item: Unsent): void {
    try {
      this.storage.setItem(this.prefix + item.clientMsgId, JSON.stringify(item));
    } catch {
      // The browser's storage is full or closed: the message is still sent from memory.
    }
  }

  private load(): readonly Unsent[] {
    const names = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? "");
    const items = names.filter((name) => name.startsWith(this.prefix)).map((name) => readUnsent(this.storage.getItem(name)));
    return items.filter((item) => item !== null).sort((a, b) => a.writtenAt - b.writtenAt);
  }
}

function readUnsent(stored: string | null): Unsent | null {
  try {
    const item = JSON.parse(stored ?? "") as Unsent;
    const isWhole = typeof item.clientMsgId === "string" && typeof item.conversation === "string" && typeof item.text === "string";
    return isWhole && Array.isArray(item.attachments) ? item : null;
  } catch {
    return null;
  }
}
