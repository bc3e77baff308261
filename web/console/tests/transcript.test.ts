import { describe, expect, it } from "vitest";
import {
  EMPTY,
  lastSeq,
  layOut,
  leavesGap,
  withEvents,
  withNote,
  withPage,
  withSeen,
  type Item,
  type Transcript,
} from "../src/conversation/transcript";
import type { Unsent } from "../src/conversation/outbox";
import { makeEvent, makeNote } from "./factories";

const day = (at: string): string => at.slice(0, 10);
const loaded = (...seqs: number[]): Transcript =>
  withPage(EMPTY, { events: seqs.map((seq) => makeEvent(seq)), notes: [], last_seq: seqs.at(-1) ?? 0, has_earlier: false }, true);
const shown = (items: Item[]): string[] => items.filter(({ kind }) => kind !== "day").map((item) => item.key);
const unsent = (clientMsgId: string): Unsent => ({ clientMsgId, conversation: "c1", text: "hi", attachments: [], writtenAt: 0, refused: null });

describe("a transcript", () => {
  it("is ordered by seq and holds each message once", () => {
    const transcript = withEvents(loaded(3, 4), [makeEvent(2), makeEvent(4), makeEvent(5)]);
    expect(transcript.events.map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    expect(lastSeq(transcript)).toBe(5);
  });

  it("notices a hole", () => {
    expect(leavesGap(loaded(1, 2), makeEvent(4))).toBe(true);
    expect(leavesGap(loaded(1, 2), makeEvent(3))).toBe(false);
    expect(leavesGap(loaded(1, 2), makeEvent(2))).toBe(false);
  });

  it("marks what the customer has read, and nothing that failed or came later", () => {
    const delivery = { status: "sent" as const, at: null, error: null };
    const agent = (seq: number, status: "sent" | "failed" = "sent") => makeEvent(seq, { author: "agent", delivery: { ...delivery, status } });
    const { events } = withSeen(withEvents(EMPTY, [makeEvent(1), agent(2), agent(3, "failed"), agent(4)]), 3);
    expect(events.map((event) => event.delivery?.status)).toEqual([undefined, "seen", "failed", "sent"]);
  });

  it("knows from the earliest page alone whether there is more", () => {
    const first = withPage(EMPTY, { events: [makeEvent(9)], notes: [], last_seq: 9, has_earlier: true }, true);
    const later = withPage(first, { events: [makeEvent(10)], notes: [], last_seq: 10, has_earlier: false }, false);
    expect(later.hasEarlier).toBe(true);
  });
});

describe("the layout", () => {
  it("shows an edit in its original's place", () => {
    const transcript = withEvents(loaded(1, 2, 3), [makeEvent(4, { replaces: "m2", text: "better" })]);
    const items = layOut(transcript, [], day);
    expect(shown(items)).toEqual(["m1", "m2", "m3"]);
    expect(items.find(({ key }) => key === "m2")).toMatchObject({ editedBy: { text: "better" } });
  });

  it("follows an edit of an edit to the first message", () => {
    const transcript = withEvents(loaded(1), [makeEvent(2, { replaces: "m1", text: "b" }), makeEvent(3, { replaces: "m2", text: "c" })]);
    expect(layOut(transcript, [], day).find(({ key }) => key === "m1")).toMatchObject({ editedBy: { text: "c" } });
  });

  it("shows an edit by itself while its original is not loaded", () => {
    expect(shown(layOut(withEvents(EMPTY, [makeEvent(9, { replaces: "m1" })]), [], day))).toEqual(["m9"]);
  });

  it("puts a note behind the message it follows", () => {
    const transcript = withNote(withNote(loaded(1, 2, 3), makeNote(2)), makeNote(3, { id: "last" }));
    expect(shown(layOut(transcript, [], day))).toEqual(["m1", "m2", "n2", "m3", "last"]);
  });

  it("keeps a changed note in its place", () => {
    const transcript = withNote(withNote(loaded(1, 2), makeNote(1)), makeNote(1, { text: "changed" }));
    expect(transcript.notes).toHaveLength(1);
    expect(transcript.notes[0]?.text).toBe("changed");
  });

  it("opens a day where one begins", () => {
    const transcript = withEvents(loaded(1), [makeEvent(2, { at: "2026-11-22T08:00:00Z" })]);
    expect(layOut(transcript, [], day).filter(({ kind }) => kind === "day")).toHaveLength(2);
  });

  it("shows what is not sent at the end, and not twice once it has come back", () => {
    const waiting = [unsent("x")];
    expect(shown(layOut(loaded(1), waiting, day))).toEqual(["m1", "x"]);
    const back = withEvents(loaded(1), [makeEvent(2, { author: "agent", client_msg_id: "x" })]);
    expect(shown(layOut(back, waiting, day))).toEqual(["m1", "m2"]);
  });

  it("groups messages of one author that follow closely", () => {
    const transcript = withEvents(EMPTY, [makeEvent(1), makeEvent(2), makeEvent(3, { author: "bot" }), makeEvent(20, { author: "bot" })]);
    const starts = layOut(transcript, [], day).flatMap((item) => (item.kind === "event" ? [item.startsGroup] : []));
    expect(starts).toEqual([true, false, true, true]);
  });

  it("does not group a suppressed line with a delivered one", () => {
    const transcript = withEvents(EMPTY, [makeEvent(1, { author: "bot", suppressed: false }), makeEvent(2, { author: "bot", suppressed: true })]);
    expect(layOut(transcript, [], day).filter((item) => item.kind === "event" && item.startsGroup)).toHaveLength(2);
  });

  it("shows what the bot never got to say under its question", () => {
    const page = { events: [makeEvent(1), makeEvent(2)], notes: [], withheld: [{ id: "late", after_seq: 1, at: "2026-11-21T09:01:00Z", text: "too late", card: null }], last_seq: 2, has_earlier: false };
    expect(shown(layOut(withPage(EMPTY, page, true), [], day))).toEqual(["m1", "late", "m2"]);
  });

  it("draws the line before the first unread message", () => {
    expect(shown(layOut(loaded(1, 2, 3), [], day, 3))).toEqual(["m1", "m2", "unread", "m3"]);
  });
});
