/** The conversation as this page holds it: what is known, what waits, what to do next. */
import type { InvoiceCard } from "../cards";
import type { Api, Upload, WayIn } from "../net/api";
import { Connection, type Status } from "../net/connection";
import type { Host } from "../net/link";
import { Sessions, type IdentitySource, type Session } from "../net/session";
import { newUuid } from "../net/uuid";
import { BOT, TEXT_LIMIT, type Ack, type Attachment, type Button, type ChatEvent, type CustomerName, type Owner } from "../protocol";
import type { PageValues } from "../storage";
import { countCodePoints, isBlank, sendable } from "../text/length";
import { SendQueue, type QueuedMessage } from "./queue";
import { EMPTY, applyEvents, applyRead, enterConversation, lastSeq, type Transcript } from "./transcript";

/** The contract: shown until the next event, or this long. */
const TYPING_MS = 10_000;
const PERSON_TYPING_MS = 6_000;
/** Pictures kept for showing them again; they can be fetched anew. */
const KEPT_FILES = 30;
/** One "the customer is typing" per this long is enough. */
const TYPING_EVERY_MS = 3_000;
const SEEN_KEY = "seen";
const DRAFT_KEY = "draft";

export interface ChatListener {
  changed(): void;
  arrived(events: readonly ChatEvent[]): void;
  identified(customer: CustomerName | null): void;
  failed(error: Error): void;
}

export class Chat implements Host {
  status: Status = "idle";
  transcript: Transcript = EMPTY;
  customer: CustomerName | null = null;
  isTyping = false;
  /** It is a person who is writing. */
  isPersonTyping = false;
  owner: Owner = BOT;
  private isWatched = false;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private typedAt = 0;
  private readonly files = new Map<string, Promise<Blob>>();
  private readonly queue: SendQueue;
  private readonly sessions: Sessions;
  private readonly connection: Connection;
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly api: Api,
    private readonly storage: PageValues,
    private readonly listener: ChatListener,
  ) {
    this.queue = new SendQueue(storage, newUuid);
    this.sessions = new Sessions(api, storage, (error) => listener.failed(error));
    this.connection = new Connection(api, this.sessions, this, {
      onStatus: (status) => this.setStatus(status),
      onSession: (session) => this.useSession(session),
      isLively: () => this.isWatched,
      isOnline: () => navigator.onLine,
    });
    this.stops.push(this.sessions.watch(() => this.sessionChangedElsewhere()));
    this.listen("online", () => this.connection.restart());
    this.listen("offline", () => this.connection.networkLost());
  }

  /** A visitor who has written before is connected at once, so that answers are counted. */
  resume(): void {
    if (this.sessions.stored || this.queue.next) this.connection.start();
  }

  connect(): void {
    this.connection.start();
    if (this.status !== "online") this.connection.retryNow();
  }

  retryConnection(): void {
    this.connection.retryNow();
  }

  dispose(): void {
    this.connection.stop();
    clearTimeout(this.typingTimer);
    for (const stop of this.stops) stop();
  }

  /** Queues a text; false when it is empty or longer than the service takes. */
  sendText(text: string, attachments: readonly Attachment[] = []): boolean {
    this.typedAt = 0; // the next letter is told at once
    const blank = isBlank(text);
    if ((blank && attachments.length === 0) || countCodePoints(text) > TEXT_LIMIT) return false;
    this.enqueue(blank ? "" : sendable(text), null, attachments);
    return true;
  }

  sendChoice(button: Button): void {
    this.enqueue(button.title, button.id);
  }

  /** Takes a file to the service; it is sent with the next message. */
  async upload(file: File, onProgress: (share: number) => void, onStart: (upload: Upload) => void): Promise<Attachment> {
    const { token } = await this.sessions.ensure();
    const upload = this.api.upload(token, file, onProgress);
    onStart(upload);
    const attachment = await upload.done;
    this.keepFile(attachment.id, Promise.resolve(new Blob([file], { type: attachment.type })));
    return attachment;
  }

  /** The bytes of a file, fetched once. */
  fileOf(attachment: Attachment): Promise<Blob> {
    const kept = this.files.get(attachment.id);
    if (kept) return kept;
    const fetched = this.api.download(this.sessions.stored?.token ?? "", attachment);
    this.keepFile(attachment.id, fetched);
    fetched.catch(() => this.files.delete(attachment.id));
    return fetched;
  }

  private keepFile(id: string, file: Promise<Blob>): void {
    this.files.set(id, file);
    const [oldest] = this.files.keys();
    if (this.files.size > KEPT_FILES && oldest) this.files.delete(oldest);
  }

  retry(clientMsgId: string): void {
    this.queue.retry(clientMsgId);
    this.changed();
    this.connection.flush();
  }

  discard(clientMsgId: string): void {
    this.queue.remove(clientMsgId);
    this.changed();
  }

  get unsent(): readonly QueuedMessage[] {
    return this.queue.all;
  }

  /** Where an invoice can be opened for some minutes; rejects when this is not (any more) the customer. */
  async linkInvoice({ orderNumber, language }: InvoiceCard): Promise<string> {
    return this.api.linkInvoice(this.sessions.stored?.token ?? "", orderNumber, language);
  }

  /** New ways to connect a messenger; the older ones stop working. */
  async waysIn(): Promise<readonly WayIn[]> {
    return this.api.waysIn(this.sessions.stored?.token ?? "");
  }

  noteTyping(): void {
    if (Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.connection.typing();
  }

  get draft(): string {
    return this.storage.get(DRAFT_KEY) ?? "";
  }

  set draft(text: string) {
    if (text) this.storage.set(DRAFT_KEY, text);
    else this.storage.remove(DRAFT_KEY);
  }

  /** Answers that arrived and were not looked at. */
  get unread(): number {
    const seen = this.seenSeq;
    return this.transcript.events.filter(({ seq, author }) => seq > seen && author !== "customer").length;
  }

  /** Whether somebody is looking at the end of the conversation. */
  watch(isWatched: boolean): void {
    this.isWatched = isWatched;
    this.markSeen();
  }

  identify(source: IdentitySource): void {
    this.sessions.identifyWith(source);
    this.connection.restart();
  }

  /** Forgets everything this browser holds of the customer. */
  logOut(): void {
    this.connection.stop();
    this.sessions.forget();
    this.queue.clear();
    this.reset();
  }

  // Host: what the links call -----------------------------------------------------------------

  get afterSeq(): number {
    return lastSeq(this.transcript);
  }

  get nextToSend(): QueuedMessage | null {
    return this.queue.next;
  }

  entered(conversation: string, last: number, customer: CustomerName | null): void {
    if (customer) this.customer = customer;
    const rewound = last < this.afterSeq; // the service was restored from an older copy
    if (rewound || conversation !== this.transcript.conversation) {
      this.transcript = enterConversation(rewound ? EMPTY : this.transcript, conversation);
      this.queue.enter(conversation);
    }
    if (!this.seenIn(conversation)) this.storage.set(SEEN_KEY, `${conversation}|${last}`);
    this.changed();
  }

  received(events: readonly ChatEvent[]): boolean {
    const { transcript, added, gap } = applyEvents(this.transcript, events);
    this.transcript = transcript;
    for (const { clientMsgId } of added) if (clientMsgId) this.queue.remove(clientMsgId);
    if (added.some(({ author }) => author !== "customer")) this.setTyping(false);
    this.markSeen();
    if (added.length > 0) this.listener.arrived(added);
    this.changed();
    return !gap;
  }

  /** Committed by the service. When an earlier event is still on the way, so is this one's. */
  acknowledged(ack: Ack): void {
    const item = this.queue.all.find(({ clientMsgId }) => clientMsgId === ack.clientMsgId);
    if (!item) return;
    this.queue.confirm(ack.clientMsgId);
    if (ack.seq === this.afterSeq + 1) this.received([eventOf(item, ack)]);
    else if (ack.seq <= this.afterSeq) this.queue.remove(ack.clientMsgId);
    this.changed();
  }

  refused(clientMsgId: string, code: string): void {
    this.queue.refuse(clientMsgId, code);
    this.changed();
  }

  read(seq: number): void {
    this.transcript = applyRead(this.transcript, seq);
    this.changed();
  }

  typing(isPerson: boolean): void {
    this.setTyping(true, isPerson);
  }

  owned(owner: Owner): void {
    this.owner = owner;
    this.changed();
  }

  // --------------------------------------------------------------------------------------------

  private enqueue(text: string, choice: string | null, attachments: readonly Attachment[] = []): void {
    const identified = this.sessions.stored?.identified ?? false;
    this.queue.add({ text, choice, attachments, conversation: this.transcript.conversation, identified });
    this.changed();
    this.connect();
    this.connection.flush();
  }

  private setTyping(isTyping: boolean, isPerson = false): void {
    clearTimeout(this.typingTimer);
    this.isTyping = isTyping;
    this.isPersonTyping = isTyping && isPerson;
    const shownMs = isPerson ? PERSON_TYPING_MS : TYPING_MS;
    if (isTyping) this.typingTimer = setTimeout(() => this.setTyping(false), shownMs);
    this.changed();
  }

  private setStatus(status: Status): void {
    this.status = status;
    if (status === "online") this.connection.seen(this.seenSeq);
    else this.setTyping(false);
    this.changed();
  }

  private useSession(session: Session): void {
    const was = this.customer;
    this.customer = session.customer;
    if (session.identified && !was) this.listener.identified(session.customer);
    this.changed();
  }

  private sessionChangedElsewhere(): void {
    if (this.sessions.stored) return this.connection.restart();
    this.connection.stop();
    this.sessions.identifyWith(null);
    this.reset();
    if (this.isWatched) this.connection.start();
  }

  private reset(): void {
    this.transcript = EMPTY;
    this.customer = null;
    this.owner = BOT;
    this.files.clear();
    this.draft = "";
    this.storage.remove(SEEN_KEY);
    this.setTyping(false);
  }

  /** Kept with its conversation; what was there before this browser came counts as seen. */
  private get seenSeq(): number {
    const [, seq] = this.seenIn(this.transcript.conversation ?? "") ?? [];
    return Number(seq) || 0;
  }

  private seenIn(conversation: string): string[] | null {
    const seen = (this.storage.get(SEEN_KEY) ?? "").split("|");
    return seen[0] === conversation ? seen : null;
  }

  private markSeen(): void {
    if (!this.isWatched || this.afterSeq <= this.seenSeq) return;
    this.storage.set(SEEN_KEY, `${this.transcript.conversation}|${this.afterSeq}`);
    this.connection.seen(this.afterSeq);
    this.changed();
  }

  private changed(): void {
    this.listener.changed();
  }

  private listen(type: string, action: () => void): void {
    addEventListener(type, action);
    this.stops.push(() => removeEventListener(type, action));
  }
}

function eventOf(item: QueuedMessage, ack: Ack): ChatEvent {
  return {
    seq: ack.seq,
    id: ack.id,
    at: ack.at,
    author: "customer",
    text: item.text || null,
    clientMsgId: ack.clientMsgId,
    buttons: [],
    card: null,
    language: null,
    agent: null,
    attachments: item.attachments,
    replaces: null,
  };
}
