import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

const sources = (readdirSync("src", { recursive: true }) as string[]).filter((path) => path.endsWith(".ts"));

describe("the source (W5)", () => {
  it.each(["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "createContextualFragment", "setHTMLUnsafe", "eval(", "new Function", 'setAttribute("style"', "srcdoc"])("has no %s: data cannot become markup or code", (sink) => {
    const using = sources.filter((path) => readFileSync(`src/${path}`, "utf8").includes(sink));
    expect(using).toEqual([]);
  });

  it("is all looked at", () => {
    expect(sources.length).toBeGreaterThan(25);
  });
});
