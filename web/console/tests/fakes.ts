import { vi } from "vitest";
import type { Agent, ServerFrame } from "../src/api/types";
import type { Connection, SocketHost } from "../src/live/socket";

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;

  welcome(): void {
    this.readyState = 1;
    this.onopen?.();
    this.say({ type: "welcome", agent: {}, heartbeat_s: 20, gone_after_s: 90 });
  }

  say(frame: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
    this.readyState = 3;
  }

  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame["type"] === type);
  }
}

/** The console's side of the socket, which records what it is told. */
export class FakeHost implements SocketHost {
  readonly frames: ServerFrame[] = [];
  readonly states: Connection[] = [];
  readonly welcomes: boolean[] = [];
  loggedOutTimes = 0;
  known = new Map<string, number>();

  frame(frame: ServerFrame): void {
    this.frames.push(frame);
  }

  welcomed(_agent: Agent, again: boolean): void {
    this.welcomes.push(again);
  }

  connection(state: Connection): void {
    this.states.push(state);
  }

  loggedOut(): void {
    this.loggedOutTimes += 1;
  }

  lastSeq(conversation: string): number {
    return this.known.get(conversation) ?? 0;
  }
}

/** Lets timers and promises run for `ms` of fake time. */
export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

export function jsonAnswer(status: number, body: unknown): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}
