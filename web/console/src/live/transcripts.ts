/** The transcripts of the conversations looked at, filled over HTTP and kept up by the socket. */
import type { AgentEvent, EventsPage, Note, Uuid } from "../api/types";
import { EMPTY, lastSeq, leavesGap, withEvents, withSeen, withNote, withPage, type Transcript } from "../conversation/transcript";

/** How much is read when a conversation is opened, and each time the reader scrolls to the top. */
const PAGE = 60;
/** How much is read at once to close a gap. */
const GAP_PAGE = 200;

export interface EventQuery {
  after_seq?: number;
  before_seq?: number;
  limit: number;
}
export type ReadEvents = (conversation: Uuid, query: EventQuery) => Promise<EventsPage>;

export class Transcripts {
  private readonly known = new Map<Uuid, Transcript>();
  private readonly reading = new Map<Uuid, Promise<void>>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly read: ReadEvents) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  of(conversation: Uuid): Transcript {
    return this.known.get(conversation) ?? EMPTY;
  }

  lastSeq(conversation: Uuid): number {
    return lastSeq(this.of(conversation));
  }

  /** The newest messages, or, when some are known already, those that came since. */
  open(conversation: Uuid, newestSeq: number): Promise<void> {
    const transcript = this.of(conversation);
    if (transcript.isLoaded) return this.catchUp(conversation);
    return this.once(`open:${conversation}`, async () => {
      const page = await this.read(conversation, { before_seq: newestSeq + 1, limit: PAGE });
      this.set(conversation, withPage(this.of(conversation), page, true));
      if (page.last_seq > this.lastSeq(conversation)) await this.fill(conversation);
    });
  }

  earlier(conversation: Uuid): Promise<void> {
    const first = this.of(conversation).events[0]?.seq;
    if (first === undefined || first <= 1) return Promise.resolve();
    return this.once(`earlier:${conversation}`, async () => {
      const page = await this.read(conversation, { before_seq: first, limit: PAGE });
      this.set(conversation, withPage(this.of(conversation), page, true));
    });
  }

  catchUp(conversation: Uuid): Promise<void> {
    return this.once(`gap:${conversation}`, () => this.fill(conversation));
  }

  event(conversation: Uuid, event: AgentEvent): void {
    const transcript = this.of(conversation);
    if (!transcript.isLoaded) return;
    if (leavesGap(transcript, event)) return void this.catchUp(conversation).catch(() => {});
    this.set(conversation, withEvents(transcript, [event]));
  }

  has(conversation: Uuid, { id }: AgentEvent): boolean {
    return this.of(conversation).events.some((known) => known.id === id);
  }

  note(conversation: Uuid, note: Note): void {
    const transcript = this.of(conversation);
    if (transcript.isLoaded) this.set(conversation, withNote(transcript, note));
  }

  /** The customer has read up to here. */
  seen(conversation: Uuid, seq: number): void {
    const transcript = this.of(conversation);
    if (transcript.isLoaded) this.set(conversation, withSeen(transcript, seq));
  }

  forget(conversation: Uuid): void {
    this.known.delete(conversation);
    this.tell();
  }

  private async fill(conversation: Uuid): Promise<void> {
    for (;;) {
      const from = this.lastSeq(conversation);
      const page = await this.read(conversation, { after_seq: from, limit: GAP_PAGE });
      this.set(conversation, withPage(this.of(conversation), page, false));
      if (page.events.length === 0 || this.lastSeq(conversation) >= page.last_seq) return;
    }
  }

  private once(name: string, work: () => Promise<void>): Promise<void> {
    const under = this.reading.get(name);
    if (under) return under;
    const started = work().finally(() => this.reading.delete(name));
    this.reading.set(name, started);
    return started;
  }

  private set(conversation: Uuid, transcript: Transcript): void {
    this.known.set(conversation, transcript);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
