/** The conversation as the server wrote it: a dense run of events from 1 to `lastSeq`. */
import type { ChatEvent } from "../protocol";

export interface Transcript {
  readonly conversation: string | null;
  /** Ordered, without gaps: `events[i].seq === i + 1`. */
  readonly events: readonly ChatEvent[];
  /** Everything up to here has been taken up by the bot or a person. */
  readonly readSeq: number;
}

export interface Applied {
  readonly transcript: Transcript;
  readonly added: readonly ChatEvent[];
  /** Events are missing before one of these: resume after `lastSeq(transcript)`. */
  readonly gap: boolean;
}

export const EMPTY: Transcript = { conversation: null, events: [], readSeq: 0 };

export function lastSeq(transcript: Transcript): number {
  return transcript.events.length;
}

/** Takes what continues the run, skips what is known, and stops at a gap. */
export function applyEvents(transcript: Transcript, incoming: readonly ChatEvent[]): Applied {
  const added: ChatEvent[] = [];
  let next = lastSeq(transcript) + 1;
  let gap = false;
  for (const event of [...incoming].sort((a, b) => a.seq - b.seq)) {
    if (event.seq < next) continue;
    gap = event.seq > next;
    if (gap) break;
    added.push(event);
    next += 1;
  }
  if (added.length === 0) return { transcript, added, gap };
  const events = [...transcript.events, ...added];
  return { transcript: { ...transcript, events, readSeq: answeredSeq(transcript.readSeq, added) }, added, gap };
}

export function applyRead(transcript: Transcript, seq: number): Transcript {
  return seq > transcript.readSeq ? { ...transcript, readSeq: seq } : transcript;
}

/** Another conversation (after identify) starts again from nothing. */
export function enterConversation(transcript: Transcript, conversation: string): Transcript {
  return transcript.conversation === conversation ? transcript : { ...EMPTY, conversation };
}

/** An answer shows that everything before it was read, also after a reload. */
function answeredSeq(readSeq: number, added: readonly ChatEvent[]): number {
  const answer = added.findLast(({ author }) => author === "bot" || author === "agent");
  return answer ? Math.max(readSeq, answer.seq) : readSeq;
}
