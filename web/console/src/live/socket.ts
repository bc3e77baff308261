/** The console's one socket: says hello, keeps the heartbeat that keeps the claims, comes back when it is lost. */
import type { Agent, ServerFrame, Uuid } from "../api/types";
import { backoffMs } from "./backoff";

export const SUBPROTOCOL = "kotha.console.v1";
/** A socket that a proxy swallows never opens and never fails. */
const OPEN_WITHIN_MS = 8_000;
const PONG_WITHIN_MS = 10_000;
/** Shown to the customer for 6 s: said again a little earlier while the agent goes on typing. */
const TYPING_EVERY_MS = 4_000;
const OPEN = 1;
const POLICY = 1008;
const SESSION_OVER = 4001;

export type Connection = "connecting" | "open" | "lost" | "closed";

export interface SocketHost {
  frame(frame: ServerFrame): void;
  /** Connected, for the first time or again: what was missed must be read again. */
  welcomed(agent: Agent, again: boolean): void;
  connection(state: Connection): void;
  loggedOut(): void;
  /** The newest seq known of a watched conversation. */
  lastSeq(conversation: Uuid): number;
}

export type OpenSocket = (url: string, protocol: string) => WebSocket;

export class LiveSocket {
  private socket: WebSocket | null = null;
  private state: Connection = "closed";
  private failures = 0;
  private wasWelcomed = false;
  private readonly watched = new Map<Uuid, number>();
  private readonly typedAt = new Map<Uuid, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly url: string,
    private readonly tab: Uuid,
    private readonly host: SocketHost,
    private readonly open: OpenSocket = (url, protocol) => new WebSocket(url, protocol),
  ) {}

  get connection(): Connection {
    return this.state;
  }

  start(): void {
    if (this.state !== "closed") return;
    this.connect();
  }

  stop(): void {
    this.change("closed");
    this.drop();
  }

  /** Try now rather than after the wait: the network is back, or somebody pressed the button. */
  retry(): void {
    if (this.state !== "lost") return;
    this.failures = 0;
    this.connect();
  }

  /** Counted: two views may look at the same conversation. */
  watch(conversation: Uuid): () => void {
    const count = this.watched.get(conversation) ?? 0;
    this.watched.set(conversation, count + 1);
    if (count === 0 && this.state === "open") this.sendWatch(conversation);
    return () => this.unwatch(conversation);
  }

  typing(conversation: Uuid, now = Date.now()): void {
    if (now - (this.typedAt.get(conversation) ?? -Infinity) < TYPING_EVERY_MS) return;
    this.typedAt.set(conversation, now);
    this.send({ type: "typing", conversation });
  }

  /** The message is out: the next letter counts as typing at once. */
  stoppedTyping(conversation: Uuid): void {
    this.typedAt.delete(conversation);
  }

  private unwatch(conversation: Uuid): void {
    const count = this.watched.get(conversation) ?? 0;
    if (count > 1) return void this.watched.set(conversation, count - 1);
    if (this.watched.delete(conversation)) this.send({ type: "unwatch", conversation });
  }

  private connect(): void {
    this.drop();
    this.change("connecting");
    const socket = this.open(this.url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => this.send({ type: "hello", tab: this.tab });
    socket.onmessage = ({ data }) => this.socket === socket && this.receive(data);
    socket.onclose = ({ code }) => this.socket === socket && this.lost(code);
    this.after("open", OPEN_WITHIN_MS, () => this.lost());
  }

  private receive(data: unknown): void {
    this.cancel("pong");
    const frame = readFrame(data);
    if (!frame || frame.type === "pong") return;
    if (frame.type === "welcome") return this.welcome(frame);
    this.host.frame(frame);
  }

  private welcome(frame: Extract<ServerFrame, { type: "welcome" }>): void {
    this.cancel("open");
    this.failures = 0;
    this.change("open");
    for (const conversation of this.watched.keys()) this.sendWatch(conversation);
    this.beat(frame.heartbeat_s * 1000);
    this.host.welcomed(frame.agent, this.wasWelcomed);
    this.wasWelcomed = true;
  }

  private lost(code?: number): void {
    this.drop();
    if (code === SESSION_OVER || code === POLICY) {
      this.change("closed");
      return this.host.loggedOut();
    }
    this.failures += 1;
    this.change("lost");
    this.after("retry", backoffMs(this.failures), () => this.connect());
  }

  private sendWatch(conversation: Uuid): void {
    this.send({ type: "watch", conversation, after_seq: this.host.lastSeq(conversation) });
  }

  private beat(everyMs: number): void {
    this.after("beat", everyMs, () => {
      this.send({ type: "ping" });
      this.after("pong", PONG_WITHIN_MS, () => this.lost());
      this.beat(everyMs);
    });
  }

  private send(frame: Record<string, unknown>): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(frame));
  }

  private drop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private change(state: Connection): void {
    if (state === this.state) return;
    this.state = state;
    this.host.connection(state);
  }

  private after(name: string, ms: number, action: () => void): void {
    this.cancel(name);
    this.timers.set(name, setTimeout(action, ms));
  }

  private cancel(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}

function readFrame(data: unknown): ServerFrame | null {
  try {
    const frame = JSON.parse(String(data)) as ServerFrame;
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
