import { describe, expect, it } from "vitest";
import type { Summary, View } from "../src/api/types";
import { belongs, newer, place, type Pages } from "../src/live/lists";
import { makeSummary } from "./factories";

const FARHANA = { id: "a1", name: "Farhana", name_bn: null };
const IMRAN = { id: "a2", name: "Imran", name_bn: null };
const pages = (...items: Summary[]): Pages => ({
  pages: [{ items, next_cursor: null, counts: { queue: 0, mine: 0, open: 0, snoozed: 0, bot: 0 } }],
  pageParams: [null],
});
const ids = (data: Pages): string[] => data.pages.flatMap((page) => page.items.map(({ id }) => id));

describe("a list", () => {
  it.each<[View, Partial<Summary>, boolean]>([
    ["queue", { state: "queued" }, true],
    ["queue", { state: "claimed", assignee: FARHANA }, false],
    ["mine", { state: "claimed", assignee: FARHANA }, true],
    ["mine", { state: "snoozed", assignee: FARHANA }, true],
    ["mine", { state: "claimed", assignee: IMRAN }, false],
    ["mine", { state: "resolved", assignee: FARHANA }, false],
    ["open", { state: "claimed", assignee: IMRAN }, true],
    ["bot", { state: "bot" }, true],
    ["all", { state: "resolved" }, true],
  ])("%s with %o: %s", (view, more, expected) => {
    expect(belongs(makeSummary(more), { view }, "a1")).toBe(expected);
  });

  it("lets a filter decide as well", () => {
    const labelled = makeSummary({ labels: [{ id: "l1", name: "VIP", name_bn: "", colour: "red" }] });
    expect(belongs(labelled, { view: "all", label: "l1" }, "a1")).toBe(true);
    expect(belongs(labelled, { view: "all", label: "l2" }, "a1")).toBe(false);
    expect(belongs(labelled, { view: "all", team: "t2" }, "a1")).toBe(false);
  });

  it("takes a conversation out that somebody claimed", () => {
    const claimed = makeSummary({ state: "claimed", assignee: IMRAN, epoch: 4 });
    const { data, placement } = place(pages(makeSummary(), makeSummary({ id: "c2" })), claimed, { view: "queue" }, "a1");
    expect(ids(data)).toEqual(["c2"]);
    expect(placement).toBe("removed");
  });

  it("changes one in place", () => {
    const { data, placement } = place(pages(makeSummary()), makeSummary({ last_seq: 6, unread: 1 }), { view: "queue" }, "a1");
    expect(data.pages[0]?.items[0]?.unread).toBe(1);
    expect(placement).toBe("updated");
  });

  it("asks for one that should be there", () => {
    expect(place(pages(), makeSummary(), { view: "queue" }, "a1").placement).toBe("missing");
    expect(place(pages(), makeSummary(), { view: "snoozed" }, "a1").placement).toBe("elsewhere");
  });

  it("keeps the newer of two that overtook each other", () => {
    expect(newer(makeSummary({ epoch: 5 }), makeSummary({ epoch: 4 })).epoch).toBe(5);
    expect(newer(makeSummary({ last_seq: 9 }), makeSummary({ last_seq: 8 })).last_seq).toBe(9);
    expect(newer(makeSummary({ unread: 2 }), makeSummary({ unread: 0 })).unread).toBe(0);
  });
});
