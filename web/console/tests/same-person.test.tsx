import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CustomerDetail, Identity, Merge, MergePreview, Permission, Suggestion } from "../src/api/types";
import bn from "../src/i18n/bn.json";
import en from "../src/i18n/en.json";
import { Locale, type Catalogue } from "../src/i18n/locale";
import { FixedLocale } from "../src/i18n/provider";
import { CustomerFacts } from "../src/panel/customer-facts";
import { SessionProvider, useSession } from "../src/session/session";
import { ToastProvider } from "../src/ui/toast";
import { makeMe } from "./factories";
import { jsonAnswer } from "./fakes";

const AGENT: Permission[] = ["conversations.read", "conversations.write"];
const SUPERVISOR: Permission[] = [...AGENT, "customers.merge_proven"];
const NOTHING: MergePreview = { kept_id: "p1", merged_id: "p2", moves: { orders: 3, interactions: 9, audit_log: 2 }, fields: { phone: "+8801711000000" }, conflicts: [], needs: null };
const PROVEN: MergePreview = { ...NOTHING, conflicts: ["two_shop_accounts"], needs: "customers.merge_proven" };
const SAME: Suggestion = {
  customer: { id: "p2", name: "R. Khatun", name_bn: "র. খাতুন", phone: "+8801711000000", email: null, tier: "silver" },
  score: 75,
  because: ["same_phone", "alike_name"],
  against: ["different_email"],
};

let permissions: Permission[];
let suggestions: Suggestion[];
let preview: MergePreview;
let asked: { method: string; path: string; body: unknown }[];

beforeEach(() => {
  localStorage.setItem("kotha:logged-in", "true");
  permissions = AGENT;
  suggestions = [SAME];
  preview = NOTHING;
  asked = [];
  vi.stubGlobal("fetch", (url: string, options: RequestInit = {}) => {
    const path = url.replace("/api/console", "").split("?")[0] ?? "";
    const method = options.method ?? "GET";
    asked.push({ method, path, body: options.body ? JSON.parse(String(options.body)) : null });
    return Promise.resolve(answerTo(method, path));
  });
});

function answerTo(method: string, path: string): Response {
  if (path === "/me") return jsonAnswer(200, makeMe({ permissions }));
  if (path.endsWith("/suggestions")) return jsonAnswer(200, { items: suggestions });
  if (method === "GET") return jsonAnswer(200, preview);
  return path.endsWith("/disconnect") ? new Response(null, { status: 204 }) : jsonAnswer(200, {});
}

function makeIdentity(more: Partial<Identity> = {}): Identity {
  return {
    id: "i1",
    channel: "telegram",
    account: "7001",
    source_id: "user:42",
    name: "@rahima",
    proof: "signed",
    created_at: "2026-11-01T09:00:00Z",
    linked_at: "2026-11-03T09:00:00Z",
    unreachable_at: null,
    unreachable_reason: null,
    ...more,
  };
}

function makeCustomer(more: Partial<CustomerDetail> = {}): CustomerDetail {
  return {
    customer: {
      id: "p1",
      name: "Rahima Khatun",
      name_bn: "রহিমা খাতুন",
      email: null,
      phone: null,
      language: "bn",
      tier: "gold",
      timezone: null,
      created_at: "2026-01-01T00:00:00Z",
      consents: { marketing: false, personalisation: true },
      value: null,
      loyalty_points: null,
    },
    identities: [],
    orders: [],
    tickets: [],
    ratings: [],
    addresses: [],
    merges: [],
    ...more,
  };
}

function show(detail: CustomerDetail, language: "en" | "bn" = "en"): void {
  const locale = new Locale(language, (language === "en" ? en : bn) as Catalogue, "Asia/Dhaka");
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <SessionProvider>
          <FixedLocale locale={locale}>
            <ToastProvider>
              <LoggedIn>
                <CustomerFacts detail={detail} />
              </LoggedIn>
            </ToastProvider>
          </FixedLocale>
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

function LoggedIn({ children }: { children: ReactNode }): ReactNode {
  return useSession().status === "in" ? children : null;
}

const changes = (): unknown[] => asked.filter(({ method }) => method !== "GET");

describe("where a customer writes from", () => {
  it("says the name there, how it is proven, since when, and that nothing arrives", async () => {
    show(makeCustomer({ identities: [makeIdentity({ proof: "code", unreachable_at: "2026-11-20T09:00:00Z", unreachable_reason: "blocked" })] }));
    expect(await screen.findByText("@rahima")).toBeTruthy();
    expect(screen.getByText(/connected on 3 Nov/)).toBeTruthy();
    expect(screen.getByTitle("Proven by a one-time code")).toBeTruthy();
    expect(screen.getByTitle("blocked").textContent).toContain("cannot be reached since 20 Nov");
  });

  it("is disconnected only after being asked once more", async () => {
    show(makeCustomer({ identities: [makeIdentity()] }));
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect @rahima" }));
    expect(changes()).toEqual([]);
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect" }));
    await waitFor(() => expect(changes()).toEqual([{ method: "POST", path: "/customers/p1/identities/i1/disconnect", body: {} }]));
  });

  it("cannot be taken away where no link connected it", async () => {
    show(makeCustomer({ identities: [makeIdentity({ linked_at: null })] }));
    await screen.findByText("@rahima");
    expect(screen.queryByRole("button", { name: /Disconnect/ })).toBeNull();
  });
});

describe("two records of one person", () => {
  it("are suggested with the reasons for and against, in either language", async () => {
    show(makeCustomer(), "bn");
    expect(await screen.findByText("র. খাতুন")).toBeTruthy();
    expect(screen.getByText("একই ফোন নম্বর")).toBeTruthy();
    expect(screen.getByText("ইমেইল আলাদা।")).toBeTruthy();
  });

  it("are merged after a look at what moves, with a reason", async () => {
    show(makeCustomer());
    await userEvent.click(await screen.findByRole("button", { name: "Look and merge: R. Khatun" }));
    expect((await screen.findByText(/^Orders:/)).textContent).toBe("Orders: 3");
    expect(screen.getByText(/^Other records:/).textContent).toBe("Other records: 11");
    expect(screen.getByText("Phone becomes +8801711000000")).toBeTruthy();
    const submit = screen.getByRole("button", { name: "Merge" });
    expect(submit).toHaveProperty("disabled", true);
    await userEvent.type(screen.getByRole("textbox", { name: /Why are they one person/ }), "called us");
    await userEvent.click(submit);
    await waitFor(() => expect(changes()).toEqual([{ method: "POST", path: "/customers/p1/merge", body: { other: "p2", reason: "called us", decided: false } }]));
  });

  it("with proven accounts are no agent's decision", async () => {
    preview = PROVEN;
    show(makeCustomer());
    await userEvent.click(await screen.findByRole("button", { name: /Look and merge/ }));
    expect(await screen.findByText(/Only a supervisor may decide/)).toBeTruthy();
    await userEvent.type(screen.getByRole("textbox", { name: /Why are they one person/ }), "sure");
    expect(screen.getByRole("button", { name: "Merge" })).toHaveProperty("disabled", true);
  });

  it("with proven accounts are merged by a supervisor who says so", async () => {
    [preview, permissions] = [PROVEN, SUPERVISOR];
    show(makeCustomer());
    await userEvent.click(await screen.findByRole("button", { name: /Look and merge/ }));
    await userEvent.type(await screen.findByRole("textbox", { name: /Why are they one person/ }), "sure");
    expect(screen.getByRole("button", { name: "Merge" })).toHaveProperty("disabled", true);
    await userEvent.click(await screen.findByRole("checkbox", { name: /I have made sure/ }));
    await userEvent.click(screen.getByRole("button", { name: "Merge" }));
    await waitFor(() => expect(changes()).toEqual([{ method: "POST", path: "/customers/p1/merge", body: { other: "p2", reason: "sure", decided: true } }]));
  });

  it("are parted again from the journal", async () => {
    suggestions = [];
    const merge: Merge = {
      id: "g1",
      kept: { id: "p1", name: "Rahima Khatun", name_bn: null },
      merged: { id: "p2", name: "R. Khatun", name_bn: null },
      agent: { id: "a2", name: "Imran Hossain", name_bn: null },
      reason: "called us",
      at: "2026-11-20T09:00:00Z",
      undone_at: null,
      undone_by: null,
    };
    show(makeCustomer({ merges: [merge] }));
    expect(await screen.findByText("R. Khatun into Rahima Khatun, 20 Nov, by Imran Hossain")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Part again: R. Khatun" }));
    await userEvent.click(await screen.findByRole("button", { name: "Part again" }));
    await waitFor(() => expect(changes()).toEqual([{ method: "POST", path: "/customers/p2/part", body: {} }]));
  });
});

it("the dialog has no accessibility faults", async () => {
  [preview, permissions] = [PROVEN, SUPERVISOR];
  show(makeCustomer({ identities: [makeIdentity()] }));
  await userEvent.click(await screen.findByRole("button", { name: /Look and merge/ }));
  await screen.findByText(/^Orders:/);
  // jsdom draws nothing, so colours are looked at in the browser tests; a page around it there is none.
  const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
  const found = await axe.run(document.body, { rules });
  expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
});
