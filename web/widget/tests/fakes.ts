import { vi } from "vitest";
import type { Host } from "../src/net/link";
import type { Outgoing } from "../src/net/api";
import { BOT, type Ack, type ChatEvent, type Owner } from "../src/protocol";

/** The conversation's side of a link, which records what it is told. */
export class FakeHost implements Host {
  queue: Outgoing[] = [];
  events: ChatEvent[] = [];
  conversation: string | null = null;
  readonly acks: Ack[] = [];
  readonly refusals: [string, string][] = [];
  readSeq = 0;
  typings = 0;
  owner: Owner = BOT;

  get afterSeq(): number {
    return this.events.length;
  }

  get nextToSend(): Outgoing | null {
    return this.queue[0] ?? null;
  }

  entered(conversation: string): void {
    if (this.conversation !== null && conversation !== this.conversation) this.events = [];
    this.conversation = conversation;
  }

  received(events: readonly ChatEvent[]): boolean {
    for (const event of events) {
      if (event.seq > this.afterSeq + 1) return false;
      if (event.seq <= this.afterSeq) continue;
      this.events.push(event);
      this.drop(event.clientMsgId);
    }
    return true;
  }

  acknowledged(ack: Ack): void {
    this.acks.push(ack);
    this.drop(ack.clientMsgId);
  }

  refused(clientMsgId: string, code: string): void {
    this.refusals.push([clientMsgId, code]);
    this.drop(clientMsgId);
  }

  read(seq: number): void {
    this.readSeq = seq;
  }

  typing(): void {
    this.typings += 1;
  }

  owned(owner: Owner): void {
    this.owner = owner;
  }

  write(clientMsgId: string, text = clientMsgId): void {
    this.queue.push({ clientMsgId, text, choice: null, attachments: [] });
  }

  private drop(clientMsgId: string | null): void {
    this.queue = this.queue.filter((item) => item.clientMsgId !== clientMsgId);
  }
}

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;

  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(frame: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcome(more: Record<string, unknown> = {}): void {
    this.accept();
    this.say({ type: "welcome", conversation: "c", last_seq: 0, identified: false, customer: null, heartbeat_s: 30, ...more });
  }

  drop(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
  }

  sentOf(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame["type"] === type);
  }
}

export function eventFrame(seq: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: "event", seq, id: `e${seq}`, at: "2026-11-21T09:00:00Z", author: "bot", text: `t${seq}`, buttons: [], ...more };
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** Lets timers and promises run for `ms` of fake time. */
export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
