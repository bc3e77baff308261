import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import bn from "../src/i18n/bn.json";
import en from "../src/i18n/en.json";
import { Locale, type Catalogue } from "../src/i18n/locale";
import { FixedLocale } from "../src/i18n/provider";
import { MessageCard } from "../src/thread/cards";
import { WithheldLine } from "../src/thread/message";

const LATE = { id: "l1", after_seq: 1, at: "2026-11-21T09:01:00Z", text: "Your order is on its way.", card: null };

function show(language: "en" | "bn", shown: ReactNode): void {
  const locale = new Locale(language, (language === "bn" ? bn : en) as unknown as Catalogue);
  render(
    <MantineProvider>
      <FixedLocale locale={locale}>{shown}</FixedLocale>
    </MantineProvider>,
  );
}

describe("what the bot never got to say", () => {
  it.each([["en", "Not delivered"], ["bn", "পাঠানো হয়নি"]] as const)("is shown as not sent in %s", (language, said) => {
    show(language, <WithheldLine withheld={LATE} />);
    expect(screen.getByText(LATE.text)).toBeTruthy();
    expect(screen.getByText(new RegExp(said))).toBeTruthy();
  });
});

describe("a way into a messenger", () => {
  it("is a line without its secret", () => {
    show("en", <MessageCard card={{ type: "connect", channels: ["telegram"] }} />);
    expect(screen.getByText(/shown to the customer alone/)).toBeTruthy();
  });
});
