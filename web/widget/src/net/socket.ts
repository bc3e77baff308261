/** The live way: one WebSocket, one message under way at a time. */
import { FRAME_LIMIT_BYTES, SUBPROTOCOL, readFrame, type ChatEvent, type ServerFrame, type ServiceError } from "../protocol";
import { byteLength } from "../text/length";
import { RefusedError, sendBody, type Api, type Outgoing } from "./api";
import { BUSY_CODES, BUSY_WAIT_MS, FORBIDDEN_CODES, SESSION_CODES, type Ending, type Host, type Link } from "./link";

/** A socket that a proxy swallows never opens and never fails. */
const OPEN_WITHIN_MS = 8_000;
/** The service acknowledges after one commit; past this the connection is dead. */
const ACK_WITHIN_MS = 10_000;
const PONG_WITHIN_MS = 10_000;
/** History arrives as many frames: they are applied together. */
const BATCH_MS = 8;

export type SocketFactory = (url: string, protocol: string) => WebSocket;

export class SocketLink implements Link {
  readonly ended: Promise<Ending>;
  /** Whether the service ever said welcome: if not, sockets may be blocked here. */
  welcomed = false;
  private readonly socket: WebSocket;
  private end!: (ending: Ending) => void;
  private over = false;
  private underWay: string | null = null;
  private batch: ChatEvent[] = [];
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly api: Api,
    private readonly token: string,
    private readonly host: Host,
    private readonly onWelcome: () => void,
    open: SocketFactory = (url, protocol) => new WebSocket(url, protocol),
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.socket = open(api.socketUrl, SUBPROTOCOL);
    this.socket.onopen = () => this.hello();
    this.socket.onmessage = ({ data }) => this.receive(data);
    this.socket.onclose = ({ code }) => this.close(endingOf(code, this.welcomed));
    this.after("open", OPEN_WITHIN_MS, () => this.close("lost"));
  }

  flush(): void {
    const next = this.host.nextToSend;
    if (!this.welcomed || this.underWay !== null || this.timers.has("busy") || !next) return;
    this.underWay = next.clientMsgId;
    const frame = JSON.stringify({ type: "send", ...sendBody(next) });
    if (byteLength(frame) > FRAME_LIMIT_BYTES) return void this.sendOverHttp(next);
    this.write(frame);
    this.after("ack", ACK_WITHIN_MS, () => this.close("lost"));
  }

  seen(seq: number): void {
    if (this.welcomed) this.write(JSON.stringify({ type: "seen", seq }));
  }

  typing(): void {
    if (this.welcomed) this.write('{"type":"typing"}');
  }

  close(ending: Ending = "closed"): void {
    if (this.over) return;
    this.deliver();
    this.over = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.socket.close();
    this.end(ending);
  }

  private hello(): void {
    this.write(JSON.stringify({ type: "hello", token: this.token, after_seq: this.host.afterSeq }));
  }

  private receive(data: unknown): void {
    if (this.over) return;
    this.cancel("pong");
    const frame = readFrame(data);
    if (!frame) return;
    if (frame.type === "event") return this.collect(frame.event);
    this.deliver();
    if (!this.over) this.handle(frame);
  }

  private handle(frame: Exclude<ServerFrame, { type: "event" }>): void {
    switch (frame.type) {
      case "welcome":
        return this.welcome(frame);
      case "ack":
        this.host.acknowledged(frame.ack);
        return this.settled(frame.ack.clientMsgId);
      case "read":
        return this.host.read(frame.seq);
      case "typing":
        return this.host.typing(frame.isPerson);
      case "owner":
        return this.host.owned(frame.owner);
      case "error":
        return this.failed(frame.error);
      case "pong":
    }
  }

  private welcome(frame: Extract<ServerFrame, { type: "welcome" }>): void {
    const asked = this.host.afterSeq;
    this.cancel("open");
    this.host.entered(frame.conversation, frame.lastSeq, frame.customer);
    this.host.owned(frame.owner);
    if (this.host.afterSeq !== asked) return this.close("gap");
    this.welcomed = true;
    this.onWelcome();
    this.beat(frame.heartbeatS * 1000);
    this.flush();
  }

  private collect(event: ChatEvent): void {
    this.batch.push(event);
    if (!this.timers.has("batch")) this.after("batch", BATCH_MS, () => this.deliver());
  }

  private deliver(): void {
    this.cancel("batch");
    const events = this.batch;
    this.batch = [];
    if (events.length === 0) return;
    if (!this.host.received(events)) return this.close("gap");
    const own = events.find(({ clientMsgId }) => clientMsgId !== null && clientMsgId === this.underWay);
    if (own?.clientMsgId) this.settled(own.clientMsgId);
  }

  private settled(clientMsgId: string): void {
    if (clientMsgId !== this.underWay) return;
    this.cancel("ack");
    this.underWay = null;
    this.flush();
  }

  private failed(error: ServiceError): void {
    if (SESSION_CODES.includes(error.code)) return this.close("session");
    if (FORBIDDEN_CODES.includes(error.code)) return this.close("forbidden");
    const about = error.clientMsgId ?? this.underWay;
    if (about === null) return;
    if (BUSY_CODES.includes(error.code)) return this.waitAndResend(error);
    this.host.refused(about, error.code);
    this.settled(about);
  }

  private waitAndResend(error: ServiceError): void {
    this.cancel("ack");
    this.underWay = null;
    this.after("busy", error.retryAfterS === null ? BUSY_WAIT_MS : error.retryAfterS * 1000, () => this.flush());
  }

  private async sendOverHttp(message: Outgoing): Promise<void> {
    try {
      this.host.acknowledged(await this.api.send(this.token, message));
      this.settled(message.clientMsgId);
    } catch (error) {
      if (this.over) return;
      if (error instanceof RefusedError) return this.failed({ ...error.error, clientMsgId: message.clientMsgId });
      this.close("lost");
    }
  }

  private beat(everyMs: number): void {
    this.after("beat", everyMs, () => {
      this.write('{"type":"ping"}');
      this.after("pong", PONG_WITHIN_MS, () => this.close("lost"));
      this.beat(everyMs);
    });
  }

  private write(frame: string): void {
    if (this.socket.readyState === 1) this.socket.send(frame);
  }

  private after(name: string, ms: number, action: () => void): void {
    this.cancel(name);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        action();
      }, ms),
    );
  }

  private cancel(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}

/** Meaning of the close codes of the contract. */
function endingOf(code: number, welcomed: boolean): Ending {
  if (code === 1012) return "draining";
  if (code === 4001 || (code === 1008 && !welcomed)) return "session";
  return "lost";
}
