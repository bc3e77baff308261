import { EMPTY, applyEvents, type Transcript } from "../src/chat/transcript";
import type { QueuedMessage } from "../src/chat/queue";
import type { Attachment, ChatEvent } from "../src/protocol";

/** One a minute from 09:00 UTC. */
export function makeEvent(seq: number, more: Partial<ChatEvent> = {}): ChatEvent {
  return {
    seq,
    id: `event-${seq}`,
    at: new Date(Date.UTC(2026, 10, 21, 9, seq)).toISOString(),
    author: "bot",
    text: `text ${seq}`,
    clientMsgId: null,
    buttons: [],
    card: null,
    language: null,
    agent: null,
    attachments: [],
    replaces: null,
    ...more,
  };
}

export function makeAttachment(id: string, more: Partial<Attachment> = {}): Attachment {
  return { id, name: `${id}.png`, type: "image/png", size: 2048, width: 40, height: 30, ...more };
}

export function makeTranscript(length: number): Transcript {
  return applyEvents(EMPTY, Array.from({ length }, (_, index) => makeEvent(index + 1))).transcript;
}

export function makeQueued(clientMsgId: string, more: Partial<QueuedMessage> = {}): QueuedMessage {
  return {
    clientMsgId,
    text: clientMsgId,
    choice: null,
    attachments: [],
    writtenAt: Date.UTC(2026, 10, 21, 10),
    conversation: null,
    identified: false,
    refused: null,
    confirmed: false,
    ...more,
  };
}
