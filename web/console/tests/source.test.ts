import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

const sources = (readdirSync("src", { recursive: true }) as string[]).filter((path) => /\.tsx?$/.test(path));

describe("the source", () => {
  it.each([
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "dangerouslySetInnerHTML",
    "document.write",
    "DOMParser",
    "createContextualFragment",
    "eval(",
    "new Function",
    'setAttribute("style"',
    "srcdoc",
    "<style",
  ])("has no %s: data cannot become markup or code, and no style is inline", (sink) => {
    const using = sources.filter((path) => code(readFileSync(`src/${path}`, "utf8")).includes(sink));
    expect(using).toEqual([]);
  });

  it("keeps every file small enough to read", () => {
    const long = sources.filter((path) => readFileSync(`src/${path}`, "utf8").split("\n").length > 350);
    expect(long).toEqual([]);
  });

  it("is all looked at", () => {
    expect(sources.length).toBeGreaterThan(80);
  });
});

/** Without comments, which may name what the code must not do. */
function code(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
