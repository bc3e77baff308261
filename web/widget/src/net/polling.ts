/** The plain way, where sockets are blocked: POST what is written, GET what is new. */
import { PAGE_SIZE, RefusedError, type Api } from "./api";
import { BUSY_WAIT_MS, FORBIDDEN_CODES, type Ending, type Host, type Link } from "./link";

/** Quick while somebody is looking, slow otherwise. */
const LIVELY_MS = 2_000;
const QUIET_MS = 15_000;

export class PollingLink implements Link {
  readonly ended: Promise<Ending>;
  private over = false;
  private wake: () => void = () => {};
  private forced!: (ending: Ending) => void;

  constructor(
    private readonly api: Api,
    private readonly token: string,
    private readonly host: Host,
    private readonly isLively: () => boolean,
    private readonly onReached: () => void,
  ) {
    const closed = new Promise<Ending>((resolve) => (this.forced = resolve));
    this.ended = Promise.race([closed, this.run()]);
  }

  flush(): void {
    this.wake();
  }

  seen(): void {
    // There is no such request: the service learns it from the next socket.
  }

  typing(): void {}

  close(ending: Ending = "closed"): void {
    this.over = true;
    this.wake();
    this.forced(ending);
  }

  private async run(): Promise<Ending> {
    while (!this.over) {
      try {
        const more = await this.fetchEvents();
        const sent = await this.sendOne();
        if (!more && !sent) await this.pause(this.isLively() ? LIVELY_MS : QUIET_MS);
      } catch (error) {
        const ending = this.endingOf(error);
        if (ending) return ending;
        const wait = error instanceof RefusedError ? error.error.retryAfterS : null;
        await this.pause(wait === null ? BUSY_WAIT_MS : wait * 1000);
      }
    }
    return "closed";
  }

  private async fetchEvents(): Promise<boolean> {
    const asked = this.host.afterSeq;
    const page = await this.api.list(this.token, asked);
    if (this.over) return false;
    this.onReached();
    this.host.entered(page.conversation, page.lastSeq, null);
    this.host.owned(page.owner);
    if (this.host.afterSeq !== asked) return true;
    this.host.received(page.events);
    return page.events.length >= PAGE_SIZE;
  }

  private async sendOne(): Promise<boolean> {
    const next = this.host.nextToSend;
    if (!next || this.over) return false;
    try {
      this.host.acknowledged(await this.api.send(this.token, next));
    } catch (error) {
      if (!(error instanceof RefusedError) || error.temporary || error.aboutSession) throw error;
      if (FORBIDDEN_CODES.includes(error.error.code)) throw error;
      this.host.refused(next.clientMsgId, error.error.code);
    }
    return true;
  }

  /** Null when the same may be tried again soon. */
  private endingOf(error: unknown): Ending | null {
    if (!(error instanceof RefusedError)) return "lost";
    if (error.aboutSession) return "session";
    if (FORBIDDEN_CODES.includes(error.error.code)) return "forbidden";
    return error.status === 429 ? null : "lost";
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
