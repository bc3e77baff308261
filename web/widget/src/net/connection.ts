/** Keeps the conversation connected: session, socket, polling where sockets are blocked, and
 * patient reconnecting. One loop; everything that happens to a link ends in an `Ending`. */
import { RefusedError, type Api } from "./api";
import { backoffMs } from "./backoff";
import { FORBIDDEN_CODES, type Ending, type Host, type Link } from "./link";
import { PollingLink } from "./polling";
import type { Session, Sessions } from "./session";
import { SocketLink, type SocketFactory } from "./socket";

export type Status = "idle" | "connecting" | "online" | "reconnecting" | "offline" | "unreachable" | "refused";

/** After so many sockets that never said welcome, HTTP is tried. */
const BLOCKED_AFTER = 2;
/** While polling, a socket is tried again after this, and then after twice as long each time … */
const RETRY_SOCKET_MS = 5_000;
/** … up to this: where sockets are blocked, trying costs some seconds without a connection. */
const RETRY_SOCKET_LONGEST_MS = 5 * 60_000;
/** Failures in a row before the customer is told that we cannot be reached. */
const UNREACHABLE_AFTER = 3;
/** A page that is not allowed to use the widget: only a change of settings helps. */
const FORBIDDEN_WAIT_MS = 60_000;

export interface Surroundings {
  onStatus(status: Status): void;
  onSession(session: Session): void;
  isLively(): boolean;
  isOnline(): boolean;
}

export class Connection {
  private running = false;
  /** Each start has its own loop; a loop of an earlier start ends when it notices. */
  private generation = 0;
  private restarting = false;
  private failures = 0;
  private unwelcomed = 0;
  /** Times a socket was tried in vain while polling worked. */
  private blockedTries = 0;
  private link: Link | null = null;
  private interrupt: () => void = () => {};

  constructor(
    private readonly api: Api,
    private readonly sessions: Sessions,
    private readonly host: Host,
    private readonly around: Surroundings,
    private readonly openSocket?: SocketFactory,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.around.onStatus(this.around.isOnline() ? "connecting" : "offline");
    void this.run(++this.generation);
  }

  stop(): void {
    this.running = false;
    this.generation += 1;
    this.restart();
    this.around.onStatus("idle");
  }

  /** The session or the identity changed, or the network did: begin again with what is true now. */
  restart(): void {
    this.restarting = true;
    this.link?.close("closed");
    this.retryNow();
  }

  retryNow(): void {
    this.interrupt();
  }

  networkLost(): void {
    if (!this.running) return;
    this.around.onStatus("offline");
    this.link?.close("lost");
  }

  flush = (): void => this.link?.flush();
  seen = (seq: number): void => this.link?.seen(seq);
  typing = (): void => this.link?.typing();

  private async run(generation: number): Promise<void> {
    const isMine = (): boolean => generation === this.generation;
    while (isMine()) {
      const waitMs = await this.connectOnce(isMine).catch((error: unknown) => (isMine() ? this.afterFailure(error) : 0));
      if (isMine()) this.link = null;
      if (isMine() && waitMs > 0) await this.pause(waitMs);
    }
  }

  /** One session and one link from beginning to end; answers how long to wait before the next. */
  private async connectOnce(isMine: () => boolean): Promise<number> {
    this.restarting = false;
    const session = await this.sessions.ensure();
    if (!isMine() || this.restarting) return 0;
    this.around.onSession(session);
    const ending = await (this.socketsBlocked() ? this.poll(session) : this.converse(session));
    if (!isMine()) return 0;
    if (ending === "session") this.sessions.doubt(session.token);
    return this.afterEnding(ending);
  }

  private async converse(session: Session): Promise<Ending> {
    const link = new SocketLink(this.api, session.token, this.host, () => this.reached(), this.openSocket);
    this.link = link;
    const ending = await link.ended;
    this.unwelcomed = link.welcomed || ending !== "lost" ? 0 : this.unwelcomed + 1;
    if (link.welcomed) this.blockedTries = 0;
    return ending;
  }

  private async poll(session: Session): Promise<Ending> {
    const link = new PollingLink(this.api, session.token, this.host, this.around.isLively, () => this.reached());
    this.link = link;
    const period = Math.min(RETRY_SOCKET_LONGEST_MS, RETRY_SOCKET_MS * 2 ** this.blockedTries);
    const timer = setTimeout(() => link.close("draining"), period);
    const ending = await link.ended;
    clearTimeout(timer);
    if (ending === "draining") {
      this.blockedTries += 1;
      this.unwelcomed = BLOCKED_AFTER - 1; // one socket in vain leads back to polling
    } else if (ending === "lost") {
      this.unwelcomed = 0; // HTTP fails as well: it is not the sockets
    }
    return ending;
  }

  private socketsBlocked(): boolean {
    return this.unwelcomed >= BLOCKED_AFTER;
  }

  private reached(): void {
    this.failures = 0;
    this.around.onStatus("online");
  }

  private afterEnding(ending: Ending): number {
    switch (ending) {
      case "closed":
        return 0;
      case "draining":
        return Math.random() * 300; // spread over the instances that are left
      case "forbidden":
        this.around.onStatus("refused");
        return FORBIDDEN_WAIT_MS;
      case "gap":
      case "session":
        this.failures += 1;
        return this.failures === 1 ? 0 : backoffMs(this.failures, this.around.isLively());
      case "lost":
        return this.wait();
    }
  }

  private afterFailure(error: unknown): number {
    if (error instanceof RefusedError) {
      if (FORBIDDEN_CODES.includes(error.error.code)) return this.afterEnding("forbidden");
      if (error.error.retryAfterS !== null) return Math.max(this.wait(), error.error.retryAfterS * 1000);
    }
    return this.wait();
  }

  private wait(): number {
    this.failures += 1;
    const reconnecting = this.failures < UNREACHABLE_AFTER ? "reconnecting" : "unreachable";
    this.around.onStatus(this.around.isOnline() ? reconnecting : "offline");
    return backoffMs(this.failures, this.around.isLively());
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.interrupt = () => {
        clearTimeout(timer);
        this.interrupt = () => {};
        resolve();
      };
    });
  }
}
