import { beforeEach, describe, expect, it } from "vitest";
import { SendQueue } from "../src/chat/queue";
import { MemoryValues } from "../src/storage";
import { makeAttachment } from "./factories";

let storage: MemoryValues;
let counter: number;

function openQueue(): SendQueue {
  return new SendQueue(storage, () => `id-${++counter}`, () => 1000);
}

function draft(text: string, more: { choice?: string; conversation?: string; identified?: boolean } = {}) {
  return { text, choice: more.choice ?? null, attachments: [], conversation: more.conversation ?? null, identified: more.identified ?? false };
}

beforeEach(() => {
  storage = new MemoryValues();
  counter = 0;
});

describe("the queue of unsent messages", () => {
  it("survives a reload in the order of writing, with the same ids", () => {
    const before = openQueue();
    for (const text of ["one", "two", "three"]) before.add(draft(text));
    const after = openQueue();
    expect(after.all).toEqual(before.all);
    expect(after.all.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  it("keeps the files of a message over a reload", () => {
    const attachments = [makeAttachment("a")];
    openQueue().add({ ...draft(""), attachments });
    expect(openQueue().next?.attachments).toEqual(attachments);
  });

  it("gives out one message at a time, the oldest first", () => {
    const queue = openQueue();
    queue.add(draft("one"));
    queue.add(draft("two"));
    expect(queue.next?.text).toBe("one");
    queue.remove("id-1");
    expect(queue.next?.text).toBe("two");
  });

  it("forgets a confirmed message in storage at once but shows it until its event comes", () => {
    const queue = openQueue();
    queue.add(draft("one"));
    queue.confirm("id-1");
    expect(queue.next).toBeNull();
    expect(queue.all).toHaveLength(1);
    expect(openQueue().all).toHaveLength(0);
  });

  it("keeps a refused message out of the way of the others until it is tried again", () => {
    const queue = openQueue();
    queue.add(draft("refused"));
    queue.add(draft("fine"));
    queue.refuse("id-1", "some_code");
    expect(queue.next?.text).toBe("fine");
    expect(openQueue().all[0]?.refused).toBe("some_code");
    queue.retry("id-1");
    expect(queue.next?.text).toBe("refused");
  });

  it("does not lose what another tab wrote", () => {
    const [one, two] = [openQueue(), openQueue()];
    one.add(draft("from one"));
    two.add(draft("from two"));
    expect(openQueue().all).toHaveLength(2);
  });

  it("takes along what was written before logging in", () => {
    const queue = openQueue();
    queue.add(draft("before any conversation"));
    queue.add(draft("as a visitor", { conversation: "a" }));
    queue.enter("b");
    expect(queue.all).toHaveLength(2);
  });

  it("never carries one customer's words or another conversation's buttons over", () => {
    const queue = openQueue();
    queue.add(draft("private", { conversation: "a", identified: true }));
    queue.add(draft("Yes", { conversation: "a", choice: "button" }));
    queue.enter("b");
    expect(queue.all).toHaveLength(0);
    expect(storage.keys()).toHaveLength(0);
  });

  it("leaves alone what belongs to the conversation it enters", () => {
    const queue = openQueue();
    queue.add(draft("mine", { conversation: "a", identified: true }));
    queue.enter("a");
    expect(queue.all).toHaveLength(1);
  });

  it("skips what it cannot read in storage", () => {
    storage.set("unsent:broken", "{");
    storage.set("unsent:strange", "[1]");
    storage.set("unsent:empty", '{"clientMsgId": ""}');
    expect(openQueue().all).toEqual([]);
  });
});
