/** Everything that lives as long as a log-in: the socket, transcripts, outbox, drafts and signs of life. */
import type { QueryClient } from "@tanstack/react-query";
import { BASE, http } from "../api/http";
import type { Agent, Counts, EventsPage, ServerFrame, Summary, Uuid } from "../api/types";
import { Drafts } from "../conversation/drafts";
import { Outbox, type Sent, type Unsent } from "../conversation/outbox";
import { newUuid } from "../text/uuid";
import { keys } from "../api/keys";
import { newer, place, type ListFilter, type Pages } from "./lists";
import { LiveSocket, type Connection, type OpenSocket, type SocketHost } from "./socket";
import { Signals } from "./signals";
import { Transcripts } from "./transcripts";

/** Many frames arrive together when a queue moves: the lists are read again once. */
const RELIST_AFTER_MS = 400;

export interface Alert {
  kind: "queued" | "assigned" | "waiting" | "breach";
  conversation: Summary;
}

export class Live implements SocketHost {
  readonly signals = new Signals();
  readonly transcripts = new Transcripts((conversation, query) => http.get<EventsPage>(`/conversations/${conversation}/events`, { ...query }));
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly socket: LiveSocket;
  onAlert: (alert: Alert) => void = () => {};
  onChanged: (conversation: Summary) => void = () => {};
  onLoggedOut: () => void = () => {};
  private connectionState: Connection = "connecting";
  private readonly listeners = new Set<() => void>();
  private readonly relisting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly me: Agent,
    private readonly cache: QueryClient,
    open?: OpenSocket,
  ) {
    this.outbox = new Outbox(`kotha:unsent:${me.id}:`, localStorage, sendMessage, (message, sent) => this.sent(message, sent));
    this.drafts = new Drafts(`kotha:draft:${me.id}:`, localStorage);
    this.socket = new LiveSocket(socketUrl(), newUuid(), this, open);
  }

  start(): void {
    this.socket.start();
    window.addEventListener("online", this.comeBack);
    document.addEventListener("visibilitychange", this.comeBack);
  }

  stop(): void {
    window.removeEventListener("online", this.comeBack);
    document.removeEventListener("visibilitychange", this.comeBack);
    this.socket.stop();
    this.outbox.stop();
    this.signals.stop();
    for (const timer of this.relisting.values()) clearTimeout(timer);
  }

  subscribeConnection = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getConnection = (): Connection => this.connectionState;

  // What the socket says ----------------------------------------------------------------------

  connection(state: Connection): void {
    this.connectionState = state;
    for (const listener of this.listeners) listener();
  }

  lastSeq(conversation: Uuid): number {
    return this.transcripts.lastSeq(conversation);
  }

  welcomed(agent: Agent, again: boolean): void {
    this.signals.setAgent(agent);
    this.outbox.flushAll();
    if (again) void this.cache.invalidateQueries();
  }

  loggedOut(): void {
    this.onLoggedOut();
  }

  frame(frame: ServerFrame): void {
    switch (frame.type) {
      case "event":
        if (frame.event.author === "customer" && frame.event.seq > this.lastSeq(frame.conversation)) this.signals.customerStopped(frame.conversation);
        return this.transcripts.event(frame.conversation, frame.event);
      case "note":
        return this.transcripts.note(frame.conversation, frame.note);
      case "seen":
        return this.transcripts.seen(frame.conversation, frame.seq);
      case "conversation":
        return this.changed(frame.conversation);
      case "removed":
        return this.removed(frame.conversation);
      case "counts":
        return void this.cache.setQueryData<Counts>(keys.counts, frame.counts);
      case "typing":
        if (frame.who === "customer") return this.signals.customerTypes(frame.conversation);
        return frame.agent && frame.agent.id !== this.me.id ? this.signals.agentTypes(frame.conversation, frame.agent) : undefined;
      case "viewers":
        return this.signals.setViewers(frame.conversation, frame.viewers);
      case "presence":
        return this.presence(frame.agent);
      case "alert":
        return this.onAlert(frame);
    }
  }

  // What follows ------------------------------------------------------------------------------

  /** A conversation as it is now: into every list, and into the view that shows it. */
  changed(conversation: Summary): void {
    this.onChanged(conversation);
    const known = this.cache.getQueryData<{ conversation: Summary }>(keys.conversation(conversation.id));
    if (known) {
      this.cache.setQueryData(keys.conversation(conversation.id), { ...known, conversation: newer(known.conversation, conversation) });
      if (known.conversation.epoch !== conversation.epoch || known.conversation.state !== conversation.state) {
        void this.cache.invalidateQueries({ queryKey: keys.conversation(conversation.id) });
      }
    }
    for (const query of this.cache.getQueryCache().findAll({ queryKey: keys.lists })) {
      const data = query.state.data as Pages | undefined;
      if (!data) continue;
      const filter = query.queryKey[1] as ListFilter;
      const placed = place(data, conversation, filter, this.me.id);
      if (placed.placement === "missing" || moves(data, conversation, filter)) this.relist(query.queryHash, query.queryKey);
      if (placed.placement !== "elsewhere") this.cache.setQueryData(query.queryKey, placed.data);
    }
  }

  private removed(id: Uuid): void {
    this.transcripts.forget(id);
    void this.cache.invalidateQueries({ queryKey: keys.lists });
  }

  private presence(agent: Agent): void {
    this.signals.setAgent(agent);
    this.cache.setQueryData<{ items: Agent[] }>(
      keys.agents,
      (known) => known && { items: known.items.map((item) => (item.id === agent.id ? agent : item)) },
    );
  }

  private sent(message: Unsent, sent: Sent): void {
    // The socket may have been quicker, and may have told since that it was delivered.
    if (!this.transcripts.has(message.conversation, sent.event)) this.transcripts.event(message.conversation, sent.event);
  }

  private relist(hash: string, queryKey: readonly unknown[]): void {
    clearTimeout(this.relisting.get(hash));
    this.relisting.set(
      hash,
      setTimeout(() => void this.cache.invalidateQueries({ queryKey, exact: true }), RELIST_AFTER_MS),
    );
  }

  /** The network or the reader is back: do not wait for the timer. */
  private readonly comeBack = (): void => {
    if (document.visibilityState !== "visible") return;
    this.socket.retry();
    this.outbox.flushAll();
  };
}

/** Whether the order of a list may have changed: it shows the newest first and somebody wrote. */
function moves(data: Pages, conversation: Summary, filter: ListFilter): boolean {
  if (filter.view === "queue") return false;
  const first = data.pages[0]?.items[0];
  const known = data.pages.flatMap((page) => page.items).find(({ id }) => id === conversation.id);
  return known !== undefined && first?.id !== conversation.id && conversation.last_seq > known.last_seq;
}

function sendMessage(message: Unsent): Promise<Sent> {
  return http.post<Sent>(`/conversations/${message.conversation}/messages`, {
    client_msg_id: message.clientMsgId,
    ...(message.text ? { text: message.text } : {}),
    attachments: message.attachments.map(({ id }) => id),
  });
}

function socketUrl(): string {
  return `${location.origin.replace(/^http/, "ws")}${BASE}/socket`;
}
