import { describe, expect, it } from "vitest";
import { EMPTY, applyEvents, applyRead, enterConversation, lastSeq } from "../src/chat/transcript";
import { makeEvent, makeTranscript } from "./factories";

const seqs = (transcript: { events: readonly { seq: number }[] }): number[] => transcript.events.map(({ seq }) => seq);

describe("the transcript", () => {
  it("grows by events that continue it", () => {
    const { transcript, added, gap } = applyEvents(EMPTY, [makeEvent(1), makeEvent(2)]);
    expect(seqs(transcript)).toEqual([1, 2]);
    expect(added).toHaveLength(2);
    expect(gap).toBe(false);
  });

  it("puts a batch that arrives out of order into order", () => {
    expect(seqs(applyEvents(EMPTY, [makeEvent(3), makeEvent(1), makeEvent(2)]).transcript)).toEqual([1, 2, 3]);
  });

  it("takes an event once, however often it arrives", () => {
    const once = makeTranscript(2);
    const { transcript, added } = applyEvents(once, [makeEvent(2), makeEvent(1), makeEvent(3), makeEvent(3)]);
    expect(seqs(transcript)).toEqual([1, 2, 3]);
    expect(added.map(({ seq }) => seq)).toEqual([3]);
  });

  it("stops before a gap and says so, so that nothing is shown out of order", () => {
    const { transcript, gap } = applyEvents(makeTranscript(3), [makeEvent(4), makeEvent(6)]);
    expect(seqs(transcript)).toEqual([1, 2, 3, 4]);
    expect(gap).toBe(true);
  });

  it("ends with exactly the server's transcript after resuming from a gap", () => {
    const server = [1, 2, 3, 4, 5, 6, 7].map((seq) => makeEvent(seq));
    const broken = applyEvents(makeTranscript(2), [server[4]!]);
    expect(broken.gap).toBe(true);
    const resumed = applyEvents(broken.transcript, server.slice(lastSeq(broken.transcript)));
    expect(resumed.transcript.events).toEqual(server);
  });

  it("is the same object when nothing new arrived", () => {
    const before = makeTranscript(2);
    expect(applyEvents(before, [makeEvent(1)]).transcript).toBe(before);
  });

  it("counts everything before an answer as read, also after a reload", () => {
    const { transcript } = applyEvents(EMPTY, [makeEvent(1, { author: "customer" }), makeEvent(2), makeEvent(3, { author: "customer" })]);
    expect(transcript.readSeq).toBe(2);
  });

  it("never takes back that something was read", () => {
    const read = applyRead(makeTranscript(3), 9);
    expect(applyRead(read, 4).readSeq).toBe(9);
  });

  it("starts again from nothing in another conversation and goes on in the same", () => {
    const here = { ...makeTranscript(3), conversation: "a" };
    expect(enterConversation(here, "a")).toBe(here);
    expect(lastSeq(enterConversation(here, "b"))).toBe(0);
  });
});
