import { describe, expect, it } from "vitest";
import { timeline, type MessageItem } from "../src/chat/timeline";
import { EMPTY, applyEvents } from "../src/chat/transcript";
import type { ChatEvent } from "../src/protocol";
import { makeAttachment, makeEvent, makeQueued } from "./factories";

const utcDay = (at: Date): string => at.toISOString().slice(0, 10);

function show(events: ChatEvent[], queue: Parameters<typeof timeline>[1] = [], limit = 100) {
  return timeline(applyEvents(EMPTY, events).transcript, queue, utcDay, limit);
}

function messages(...call: Parameters<typeof show>): MessageItem[] {
  return show(...call).filter((item) => item.kind === "message");
}

describe("the timeline", () => {
  it("puts a separator before the first message of each day", () => {
    const items = show([makeEvent(1, { at: "2026-11-20T23:59:00Z" }), makeEvent(2, { at: "2026-11-21T00:01:00Z" }), makeEvent(3, { at: "2026-11-21T08:00:00Z" })]);
    expect(items.map(({ kind }) => kind)).toEqual(["day", "message", "day", "message", "message"]);
  });

  it("gives every element its own key even when clocks disagree", () => {
    const items = show([makeEvent(1, { at: "2026-11-21T00:01:00Z" }), makeEvent(2, { at: "2026-11-20T23:00:00Z" }), makeEvent(3, { at: "2026-11-21T00:02:00Z" })]);
    expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
  });

  it("shows waiting messages after everything confirmed, with a clock", () => {
    const shown = messages([makeEvent(1)], [makeQueued("w1"), makeQueued("w2", { refused: "text_too_long" }), makeQueued("w3", { confirmed: true })]);
    expect(shown.map(({ delivery }) => delivery)).toEqual([null, "queued", "refused", "sent"]);
  });

  it("keeps the element of a message when it is confirmed", () => {
    const waiting = messages([], [makeQueued("mine")]);
    const confirmed = messages([makeEvent(1, { author: "customer", clientMsgId: "mine" })]);
    expect(confirmed[0]?.key).toBe(waiting[0]?.key);
  });

  it("never shows a message twice when event and queue both hold it", () => {
    expect(messages([makeEvent(1, { author: "customer", clientMsgId: "mine" })], [makeQueued("mine")])).toHaveLength(1);
  });

  it("ticks own messages: sent, and read once they were taken up", () => {
    const shown = messages([makeEvent(1, { author: "customer" }), makeEvent(2), makeEvent(3, { author: "customer" })]);
    expect(shown.map(({ delivery }) => delivery)).toEqual(["read", null, "sent"]);
  });

  it("groups what one author says within a few minutes", () => {
    const shown = messages([makeEvent(1), makeEvent(2), makeEvent(3, { author: "agent" }), makeEvent(30, { seq: 4, author: "agent" })]);
    expect(shown.map(({ first, last }) => [first, last])).toEqual([[true, false], [false, true], [true, true], [true, true]]);
  });

  it("remembers which button was pressed and that the talk went on", () => {
    const buttons = [{ id: "y", title: "Yes" }, { id: "n", title: "No" }];
    const open = messages([makeEvent(1, { buttons })]);
    expect(open[0]).toMatchObject({ past: false, chosen: null });
    const pressed = messages([makeEvent(1, { buttons }), makeEvent(2, { author: "customer", text: "No" })]);
    expect(pressed[0]).toMatchObject({ past: true, chosen: "n" });
  });

  it("shows the end of a long history", () => {
    const shown = messages(Array.from({ length: 50 }, (_, index) => makeEvent(index + 1)), [], 10);
    expect(shown[0]?.text).toBe("text 41");
    expect(shown).toHaveLength(10);
  });

  it("shows an edit in the place of the first wording, however often it was edited", () => {
    const files = [makeAttachment("a")];
    const shown = messages([
      makeEvent(1, { author: "agent", text: "tomorow", attachments: files }),
      makeEvent(2, { text: "meanwhile" }),
      makeEvent(3, { author: "agent", text: "tomorrow", replaces: "event-1", attachments: files }),
      makeEvent(4, { author: "agent", text: "tomorrow!", replaces: "event-1", attachments: files }),
    ]);
    expect(shown.map(({ key, text, edited }) => [key, text, edited])).toEqual([["event-1", "tomorrow!", true], ["event-2", "meanwhile", false]]);
    expect(shown[0]?.attachments).toEqual(files);
  });

  it("shows an edit of something it does not know as a message", () => {
    expect(messages([makeEvent(1, { replaces: "gone" })])).toHaveLength(1);
  });

  it("tells two people apart", () => {
    const by = (name: string) => ({ author: "agent" as const, agent: { name, nameBn: null } });
    const shown = messages([makeEvent(1, by("Farhana")), makeEvent(2, by("Farhana")), makeEvent(3, by("Tanvir"))]);
    expect(shown.map(({ first }) => first)).toEqual([true, false, true]);
  });

  it("keeps the files of a waiting message", () => {
    expect(messages([], [makeQueued("w", { text: "", attachments: [makeAttachment("a")] })])[0]?.attachments).toHaveLength(1);
  });
});
