import { describe, expect, it } from "vitest";
import { BLACK, READABLE, WHITE, contrast, parseHex, readableOn, toHex } from "../src/text/color";
import { byteLength, countCodePoints, isBlank, sendable } from "../src/text/length";
import { splitLinks } from "../src/text/links";
import { splitWhole } from "../src/text/whole";
import { accentProperties } from "../src/theme";

const links = (text: string): (string | null)[] => splitLinks(text).map(({ href }) => href).filter((href) => href !== null);

describe("links in messages", () => {
  it("are found with their place in the text kept", () => {
    expect(splitLinks("See https://example.com/a?b=1 now")).toEqual([
      { text: "See ", href: null },
      { text: "https://example.com/a?b=1", href: "https://example.com/a?b=1" },
      { text: " now", href: null },
    ]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "//example.com", "ftp://example.com", "http://", "https://user:secret@example.com/"])("are never made of %s", (text) => {
    expect(links(text)).toEqual([]);
  });

  it.each([
    ["Read https://example.com/x.", "https://example.com/x"],
    ["(https://example.com/a_(b))", "https://example.com/a_(b)"],
    ["(see https://example.com)", "https://example.com/"],
    ["দেখুন https://example.com/ফেরত।", "https://example.com/%E0%A6%AB%E0%A7%87%E0%A6%B0%E0%A6%A4"],
    ['"https://example.com"<b>', "https://example.com/"],
  ])("end where the sentence goes on: %s", (text, href) => {
    expect(links(text)).toEqual([href]);
  });

  it.each([")", ").", ".", "(", "http://a "])("are found at once in a long message of %j", (repeated) => {
    const text = `https://x.test/${repeated.repeat(20_000)}y ${repeated.repeat(20_000)}`;
    const began = performance.now();
    splitLinks(`${text} https://x.test/${repeated.repeat(20_000)}`);
    expect(performance.now() - began).toBeLessThan(1000); // brackets took the square of their number
  });

  it("lose no character of the text", () => {
    const text = "a https://x.test/1, <img src=x> https://y.test). ক";
    expect(splitLinks(text).map((part) => part.text).join("")).toBe(text);
  });
});

describe("the length of a message", () => {
  it.each([["", 0], ["abc", 3], ["অর্ডার", 6], ["😀", 1], ["👩‍👩‍👧", 5], ["\ud800", 1]])("%j has %i code points", (text, length) => {
    expect(countCodePoints(text)).toBe(length);
  });

  it.each(["", " \n\t", "\u200b\u200d", "\u00a0\u2028", "\0"])("nothing visible is blank: %j", (text) => {
    expect(isBlank(text)).toBe(true);
    expect(isBlank(`${text}ক`)).toBe(false);
  });

  it("only what cannot be kept is taken out", () => {
    expect(sendable("a\0b\ud800c")).toBe("ab\ufffdc");
    const all = "অর্ডার 👩‍👩‍👧 \u200c\u202e\t\n/restart <b>";
    expect(sendable(all)).toBe(all);
  });

  it("is counted in bytes for a frame", () => {
    expect(byteLength("ক😀a")).toBe(3 + 4 + 1);
  });
});

describe("an accent colour", () => {
  it.each([["#0a7", "#00aa77"], ["00AA77", "#00aa77"], [" #123456 ", "#123456"]])("%s is read", (value, hex) => {
    expect(toHex(parseHex(value)!)).toBe(hex);
  });

  it.each(["red", "#12", "#12345g", "url(x)", "#0a7; color: red"])("%s is refused", (value) => {
    expect(parseHex(value)).toBeNull();
  });

  it("is left alone when it can be read and moved only as far as needed when it cannot", () => {
    expect(readableOn([0, 60, 50], WHITE, BLACK)).toEqual([0, 60, 50]);
    const yellow = readableOn([255, 221, 0], WHITE, BLACK);
    expect(contrast(yellow, WHITE)).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(yellow, WHITE)).toBeLessThan(READABLE + 1);
  });

  it.each(["#ffdd00", "#0a7", "#ffffff", "#000000", "#777777", "#e91e63", "nonsense"])("%s is readable in both themes", (accent) => {
    for (const theme of ["light", "dark"] as const) {
      const look = accentProperties(accent, theme);
      const rgb = (name: string) => parseHex(look[name]!)!;
      const surfaces = theme === "light" ? ["#ffffff", "#f6f4ef"] : ["#181b1a", "#101312", "#202422"];
      expect(contrast(rgb("--accent"), rgb("--on-accent"))).toBeGreaterThanOrEqual(READABLE);
      for (const surface of surfaces) expect(contrast(rgb("--accent-text"), parseHex(surface)!)).toBeGreaterThanOrEqual(READABLE);
    }
  });
});

describe("what stays in one line", () => {
  it.each([
    ["It is KT-10301 now", "KT-10301"],
    ["অর্ডার KT-10270-এর জুতা", "KT-10270-এর"],
    ["২,১৯০ টাকা নগদে", "২,১৯০ টাকা"],
    ["takes 1–2 days", "1–2"],
    ["It costs Tk 1,750.", "Tk 1,750"],
    ["shari: 2,350 taka", "2,350 taka"],
  ])("in %j is %j", (text, whole) => {
    expect(splitWhole(text)[1]).toBe(whole);
    expect(splitWhole(text).join("")).toBe(text);
  });

  it("is never longer than a narrow line", () => {
    const longest = splitWhole(`${"x".repeat(500)}-${"y".repeat(500)}-${"z".repeat(500)}`).filter((_, at) => at % 2);
    expect(longest.every((whole) => whole.length <= 32)).toBe(true);
  });
});
