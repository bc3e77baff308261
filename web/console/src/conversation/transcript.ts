/** What is known of one conversation's messages and notes, and how it is laid out. Pure functions. */
import type { AgentEvent, EventsPage, Note, Withheld } from "../api/types";
import type { Unsent } from "./outbox";

export interface Transcript {
  /** Ordered by seq, without repeats. */
  readonly events: readonly AgentEvent[];
  /** Ordered by the message they follow, then by time. */
  readonly notes: readonly Note[];
  /** The bot's lines that were never sent, ordered by the message they answer. */
  readonly withheld: readonly Withheld[];
  readonly hasEarlier: boolean;
  readonly isLoaded: boolean;
}

export const EMPTY: Transcript = { events: [], notes: [], withheld: [], hasEarlier: false, isLoaded: false };

/** The seq up to which nothing is missing, from the oldest event known. */
export function lastSeq({ events }: Transcript): number {
  return events.at(-1)?.seq ?? 0;
}

/** Whether adding this event would leave a hole: the ones between must be fetched. */
export function leavesGap(transcript: Transcript, event: AgentEvent): boolean {
  return transcript.isLoaded && transcript.events.length > 0 && event.seq > lastSeq(transcript) + 1;
}

export function withPage(transcript: Transcript, page: EventsPage, isEarliest: boolean): Transcript {
  return {
    events: mergeEvents(transcript.events, page.events),
    notes: mergeBeside(transcript.notes, page.notes),
    withheld: mergeBeside(transcript.withheld, page.withheld ?? []),
    hasEarlier: isEarliest ? page.has_earlier : transcript.hasEarlier,
    isLoaded: true,
  };
}

export function withEvents(transcript: Transcript, events: readonly AgentEvent[]): Transcript {
  return { ...transcript, events: mergeEvents(transcript.events, events) };
}

/** What was delivered up to this seq has been read by the customer. */
export function withSeen(transcript: Transcript, seq: number): Transcript {
  const read = (event: AgentEvent): AgentEvent => {
    const { delivery } = event;
    if (!delivery || event.seq > seq || event.author === "customer" || delivery.status === "seen" || delivery.status === "failed" || delivery.status === "partly") return event;
    return { ...event, delivery: { ...delivery, status: "seen" } };
  };
  return { ...transcript, events: transcript.events.map(read) };
}

export function withNote(transcript: Transcript, note: Note): Transcript {
  return { ...transcript, notes: mergeBeside(transcript.notes, [note]) };
}

function mergeEvents(known: readonly AgentEvent[], added: readonly AgentEvent[]): readonly AgentEvent[] {
  const bySeq = new Map(known.map((event) => [event.seq, event]));
  for (const event of added) bySeq.set(event.seq, event);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function mergeBeside<T extends Note | Withheld>(known: readonly T[], added: readonly T[]): readonly T[] {
  const byId = new Map(known.map((each) => [each.id, each]));
  for (const each of added) byId.set(each.id, each);
  return [...byId.values()].sort((a, b) => a.after_seq - b.after_seq || a.at.localeCompare(b.at));
}

export type Item =
  | { kind: "day"; key: string; at: string }
  | { kind: "unread"; key: string }
  | { kind: "event"; key: string; event: AgentEvent; editedBy: AgentEvent | null; startsGroup: boolean }
  | { kind: "note"; key: string; note: Note }
  | { kind: "withheld"; key: string; withheld: Withheld }
  | { kind: "unsent"; key: string; unsent: Unsent };

/** Messages of one author closer than this stand together under one name. */
const GROUP_WITHIN_MS = 4 * 60_000;

/** Everything in reading order: days, messages (an edit in its original's place), notes, and what is not sent yet. */
export function layOut(transcript: Transcript, unsent: readonly Unsent[], dayOf: (at: string) => string, firstUnread: number | null = null): Item[] {
  const edits = newestEdits(transcript.events);
  const sent = new Set(transcript.events.map((event) => event.client_msg_id));
  const items: Item[] = [];
  let before: AgentEvent | null = null;
  let day = "";
  let notes = [...transcript.notes];
  let withheld = [...transcript.withheld];
  const openDay = (at: string): void => {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    before = null;
    items.push({ kind: "day", key: `day-${day}`, at });
  };
  const placeWithheld = (upTo: number): void => {
    for (const each of withheld.filter(({ after_seq }) => after_seq < upTo)) {
      items.push({ kind: "withheld", key: each.id, withheld: each });
      before = null;
    }
    withheld = withheld.filter(({ after_seq }) => after_seq >= upTo);
  };
  const placeNotes = (upTo: number): void => {
    placeWithheld(upTo);
    for (const note of notes.filter(({ after_seq }) => after_seq < upTo)) {
      openDay(note.at);
      items.push({ kind: "note", key: note.id, note });
      before = null;
    }
    notes = notes.filter(({ after_seq }) => after_seq >= upTo);
  };
  for (const event of transcript.events) {
    placeNotes(event.seq);
    if (event.replaces && transcript.events.some(({ id }) => id === event.replaces)) continue;
    openDay(event.at);
    if (event.seq === firstUnread) {
      items.push({ kind: "unread", key: "unread" });
      before = null;
    }
    items.push({ kind: "event", key: event.id, event, editedBy: edits.get(event.id) ?? null, startsGroup: !continues(before, event) });
    before = event;
  }
  placeNotes(Infinity);
  for (const message of unsent) {
    if (!sent.has(message.clientMsgId)) items.push({ kind: "unsent", key: message.clientMsgId, unsent: message });
  }
  return items;
}

/** Original message id to the newest text that replaces it; an edit of an edit counts for the first one. */
function newestEdits(events: readonly AgentEvent[]): Map<string, AgentEvent> {
  const originals = new Map<string, string>();
  const newest = new Map<string, AgentEvent>();
  for (const event of events) {
    if (!event.replaces) continue;
    const original = originals.get(event.replaces) ?? event.replaces;
    originals.set(event.id, original);
    newest.set(original, event);
  }
  return newest;
}

function continues(before: AgentEvent | null, event: AgentEvent): boolean {
  if (!before || before.author !== event.author || before.agent?.id !== event.agent?.id) return false;
  if (before.suppressed !== event.suppressed || event.author === "system") return false;
  return Date.parse(event.at) - Date.parse(before.at) < GROUP_WITHIN_MS;
}
