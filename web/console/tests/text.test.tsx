import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { RichText } from "../src/thread/rich-text";

const shown = (text: string): HTMLElement => render(<RichText text={text} />).container;

describe("what people write", () => {
  it.each([
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<b>bold</b>",
    "&lt;i&gt;",
    "{{constructor}}",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
  ])("is text: %s", (text) => {
    const container = shown(text);
    expect(container.textContent).toBe(text);
    expect(container.children).toHaveLength(0);
  });

  it("becomes a link only for web addresses, which cannot reach back", () => {
    shown("see https://kotha.example/a?b=1, ok");
    const link = screen.getByRole("link");
    expect(link).toHaveProperty("href", "https://kotha.example/a?b=1");
    expect(link.getAttribute("rel")).toContain("noopener");
    expect(link.textContent).toBe("https://kotha.example/a?b=1");
  });

  it.each(["data:text/html,x", "ftp://a.b", "https://user:pass@evil.example", "//evil.example"])("is no link: %s", (text) => {
    shown(text);
    expect(screen.queryByRole("link")).toBeNull();
  });
});
