import { describe, expect, it } from "vitest";
import type { CannedReply } from "../src/api/types";
import { Drafts, NO_DRAFT } from "../src/conversation/drafts";
import { insertAt, matching, slashAt } from "../src/thread/canned";
import { checkFile, LARGEST_BYTES } from "../src/thread/uploads";

const reply = (shortcut: string, title = shortcut): CannedReply => ({
  id: shortcut,
  shortcut,
  title,
  title_bn: "",
  text: { en: "", bn: "", "bn-Latn": "" },
  shared: true,
  mine: false,
});

describe("a shortcut", () => {
  it("is found at the cursor", () => {
    expect(slashAt("/re", 3)).toEqual({ start: 0, end: 3, query: "re" });
    expect(slashAt("hello /la", 9)).toEqual({ start: 6, end: 9, query: "la" });
    expect(slashAt("লিখি /দে", 8)).toMatchObject({ query: "দে" });
  });

  it("is neither in an address nor in a date", () => {
    expect(slashAt("https://a.b/c", 13)).toBeNull();
    expect(slashAt("on 3/4", 6)).toBeNull();
    expect(slashAt("/re done", 8)).toBeNull();
  });

  it("finds beginnings first, then words of the title", () => {
    const found = matching([reply("thanks", "Closing the refund"), reply("refund-time"), reply("late")], "refund");
    expect(found.map(({ shortcut }) => shortcut)).toEqual(["refund-time", "thanks"]);
  });

  it("is replaced by its text, with the cursor behind it", () => {
    expect(insertAt("hi /la!", { start: 3, end: 6, query: "la" }, "sorry")).toEqual({ text: "hi sorry!", cursor: 8 });
  });
});

describe("a file", () => {
  it("is checked before it is sent", () => {
    expect(checkFile({ type: "image/png", size: 10 })).toBeNull();
    expect(checkFile({ type: "image/svg+xml", size: 10 })).toBe("unsupported_type");
    expect(checkFile({ type: "application/pdf", size: LARGEST_BYTES + 1 })).toBe("file_too_large");
  });
});

describe("a draft", () => {
  it("is kept for each conversation and kind", () => {
    const drafts = new Drafts("d:", localStorage);
    drafts.write("c1", "reply", { text: "half", attachments: [] });
    expect(new Drafts("d:", localStorage).read("c1", "reply").text).toBe("half");
    expect(drafts.read("c1", "note")).toBe(NO_DRAFT);
    expect(drafts.has("c1")).toBe(true);
    expect(drafts.has("c2")).toBe(false);
  });

  it("is gone once it is empty", () => {
    const drafts = new Drafts("d:", localStorage);
    drafts.write("c1", "reply", { text: "half", attachments: [] });
    drafts.write("c1", "reply", NO_DRAFT);
    expect(localStorage.length).toBe(0);
  });
});
