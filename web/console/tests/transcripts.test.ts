import { describe, expect, it } from "vitest";
import type { EventsPage } from "../src/api/types";
import { Transcripts, type EventQuery } from "../src/live/transcripts";
import { makeEvent, makeNote } from "./factories";

/** A gateway with `count` messages, which records what it is asked. */
function gateway(count: number): { read: (id: string, query: EventQuery) => Promise<EventsPage>; asked: EventQuery[]; add: (more: number) => void } {
  const asked: EventQuery[] = [];
  let last = count;
  const read = async (_id: string, query: EventQuery): Promise<EventsPage> => {
    asked.push(query);
    const all = Array.from({ length: last }, (_, index) => makeEvent(index + 1));
    const part = query.before_seq
      ? all.filter(({ seq }) => seq < query.before_seq!).slice(-query.limit)
      : all.filter(({ seq }) => seq > (query.after_seq ?? 0)).slice(0, query.limit);
    return { events: part, notes: [], last_seq: last, has_earlier: (part[0]?.seq ?? 1) > 1 };
  };
  return { read, asked, add: (more) => void (last += more) };
}

describe("transcripts", () => {
  it("open with the newest page and go back page by page", async () => {
    const { read } = gateway(150);
    const transcripts = new Transcripts(read);
    await transcripts.open("c1", 150);
    expect(transcripts.of("c1").events[0]?.seq).toBe(91);
    await transcripts.earlier("c1");
    await transcripts.earlier("c1");
    expect(transcripts.of("c1").events.map(({ seq }) => seq)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
    expect(transcripts.of("c1").hasEarlier).toBe(false);
  });

  it("fill what came between the list and the opening", async () => {
    const { read } = gateway(12);
    const transcripts = new Transcripts(read);
    await transcripts.open("c1", 10);
    expect(transcripts.lastSeq("c1")).toBe(12);
  });

  it("fetch what is missing when a live message leaves a hole", async () => {
    const { read, add, asked } = gateway(5);
    const transcripts = new Transcripts(read);
    await transcripts.open("c1", 5);
    add(3);
    transcripts.event("c1", makeEvent(8));
    await transcripts.catchUp("c1");
    expect(transcripts.of("c1").events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(asked.at(-1)).toMatchObject({ after_seq: 5 });
  });

  it("take the next live message without asking", async () => {
    const { read, asked } = gateway(2);
    const transcripts = new Transcripts(read);
    await transcripts.open("c1", 2);
    transcripts.event("c1", makeEvent(3));
    expect(transcripts.lastSeq("c1")).toBe(3);
    expect(asked).toHaveLength(1);
  });

  it("overlook messages of conversations that are not open", () => {
    const transcripts = new Transcripts(gateway(0).read);
    transcripts.event("c9", makeEvent(1));
    transcripts.note("c9", makeNote(1));
    expect(transcripts.of("c9").isLoaded).toBe(false);
  });
});
