import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Link, MemoryRouter } from "react-router";
import { useState, type ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app";
import { HandBackDialog } from "../src/actions/edge-dialogs";
import type { Card, ConversationDetail, Summary } from "../src/api/types";
import en from "../src/i18n/en.json";
import { Locale, type Catalogue } from "../src/i18n/locale";
import { FixedLocale } from "../src/i18n/provider";
import { HandoverCard } from "../src/card/handover-card";
import { ListPane } from "../src/inbox/list-pane";
import { Row } from "../src/inbox/row";
import { LiveProvider } from "../src/live/provider";
import { useAlerts } from "../src/notify/use-alerts";
import { TimelineList } from "../src/panel/timeline-list";
import { SessionProvider, useSession } from "../src/session/session";
import { Composer } from "../src/thread/composer";
import { ToastProvider } from "../src/ui/toast";
import { makeEvent, makeMe, makeSummary, ME } from "./factories";
import { FakeSocket, jsonAnswer } from "./fakes";

/** Answers of the gateway by "METHOD path"; everything asked is recorded. */
let answers: Record<string, () => Response>;
let asked: { method: string; path: string; body: unknown }[];
let sockets: FakeSocket[];

beforeEach(() => {
  localStorage.setItem("kotha:logged-in", "true");
  asked = [];
  sockets = [];
  answers = { "GET /me": () => jsonAnswer(200, makeMe()), "GET /canned-replies": () => jsonAnswer(200, { items: [] }) };
  vi.stubGlobal("fetch", (url: string, options: RequestInit = {}) => {
    const path = url.replace("/api/console", "").split("?")[0] ?? "";
    const method = options.method ?? "GET";
    asked.push({ method, path, body: options.body ? JSON.parse(String(options.body)) : null });
    return Promise.resolve(answers[`${method} ${path}`]?.() ?? jsonAnswer(404, { error: { code: "not_found" } }));
  });
  vi.stubGlobal(
    "WebSocket",
    class {
      constructor() {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      }
    },
  );
});

const locale = new Locale("en", en as Catalogue, "Asia/Dhaka");

function show(view: ReactNode, at = "/"): void {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <SessionProvider>
          <FixedLocale locale={locale}>
            <ToastProvider>
              <LoggedIn at={at}>{view}</LoggedIn>
            </ToastProvider>
          </FixedLocale>
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

function LoggedIn({ children, at }: { children: ReactNode; at: string }): ReactNode {
  return useSession().status === "in" ? (
    <MemoryRouter initialEntries={[at]}>
      <LiveProvider>{children}</LiveProvider>
    </MemoryRouter>
  ) : null;
}

const mine = (more: Partial<Summary> = {}): Summary => makeSummary({ state: "claimed", assignee: ME, ...more });
const detail = (conversation: Summary, may: string[] = ["send"]): ConversationDetail => ({ conversation, card: null, handoffs: [], may });

describe("the composer", () => {
  it("sends with Enter, keeps a line with Shift, and shows the message at once", async () => {
    answers["POST /conversations/c1/messages"] = () => jsonAnswer(201, { event: makeEvent(6, { author: "agent" }), duplicate: false });
    show(<Composer detail={detail(mine())} onDialog={() => {}} />);
    const field = await screen.findByRole("textbox", { name: "Answer to the customer" });
    await userEvent.type(field, "Hello{Shift>}{Enter}{/Shift}there{Enter}");
    await waitFor(() => expect(asked.find(({ path }) => path.endsWith("/messages"))?.body).toMatchObject({ text: "Hello\nthere", attachments: [] }));
    expect(field).toHaveProperty("value", "");
  });

  it("says that it is typing", async () => {
    show(<Composer detail={detail(mine())} onDialog={() => {}} />);
    const field = await screen.findByRole("textbox", { name: "Answer to the customer" });
    sockets.at(-1)?.welcome();
    await userEvent.type(field, "abc");
    expect(sockets.at(-1)?.of("typing")).toEqual([{ type: "typing", conversation: "c1" }]);
  });

  it("keeps the draft of each conversation", async () => {
    show(<Composer detail={detail(mine())} onDialog={() => {}} />);
    await userEvent.type(await screen.findByRole("textbox", { name: "Answer to the customer" }), "half a sentence");
    expect(localStorage.getItem("kotha:draft:a1:reply:c1")).toContain("half a sentence");
  });

  it("does not send more than the contract takes", async () => {
    show(<Composer detail={detail(mine())} onDialog={() => {}} />);
    fireEvent.change(await screen.findByRole("textbox", { name: "Answer to the customer" }), { target: { value: "ক".repeat(4001) } });
    expect(screen.getByRole("button", { name: "Send" })).toHaveProperty("disabled", true);
    expect(screen.getByText("4,001 of 4,000 characters")).toBeTruthy();
  });

  it("offers to claim what waits", async () => {
    answers["POST /conversations/c1/claim"] = () => jsonAnswer(200, { conversation: mine({ epoch: 4 }) });
    show(<Composer detail={detail(makeSummary(), ["claim"])} onDialog={() => {}} />);
    await userEvent.click(await screen.findByRole("button", { name: "Claim" }));
    expect(asked.some(({ path }) => path === "/conversations/c1/claim")).toBe(true);
  });

  it("tells who was quicker", async () => {
    answers["POST /conversations/c1/claim"] = () =>
      jsonAnswer(409, { error: { code: "already_claimed", by: { id: "a2", name: "Imran Hossain", name_bn: null } } });
    show(<Composer detail={detail(makeSummary(), ["claim"])} onDialog={() => {}} />);
    await userEvent.click(await screen.findByRole("button", { name: "Claim" }));
    expect(await screen.findByText("Imran Hossain was quicker and has it now.")).toBeTruthy();
  });

  it("finds a canned reply by its word and puts the rendered text there", async () => {
    answers["GET /canned-replies"] = () =>
      jsonAnswer(200, {
        items: [{ id: "r1", shortcut: "late", title: "Late parcel", title_bn: "", text: { en: "Sorry {customer.name}" }, shared: true, mine: false }],
      });
    answers["POST /canned-replies/r1/render"] = () => jsonAnswer(200, { text: "Sorry Rahima", language: "en", missing: [] });
    show(<Composer detail={detail(mine())} onDialog={() => {}} />);
    const field = await screen.findByRole("textbox", { name: "Answer to the customer" });
    await userEvent.type(field, "Hm. /la");
    expect(await screen.findByRole("option", { name: /late/ })).toBeTruthy();
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(field).toHaveProperty("value", "Hm. Sorry Rahima"));
  });
});

describe("a row of the list", () => {
  it("says everything a glance tells", async () => {
    const conversation = makeSummary({
      unread: 2,
      priority: "urgent",
      mood: { level: "angry", trend: "worse" },
      clock: { due_at: new Date(Date.now() - 65_000).toISOString(), kind: "first_answer", breached: true },
    });
    show(<Row conversation={conversation} to="/inbox/queue/c1" isCurrent />);
    const row = await screen.findByRole("link");
    for (const sign of ["Rahima Khatun", "hello", "2 new messages", "Urgent", "Mood: angry, getting worse", "1m late", "English", "Gold customer"])
      expect(row.textContent).toContain(sign);
    expect(row.getAttribute("aria-current")).toBe("true");
  });

  it("shows names and words as text", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    const conversation = makeSummary({
      customer: { id: "p1", name: evil, name_bn: null, tier: null, verified: false },
      last_message: { author: "customer", text: evil, at: "2026-11-21T09:00:00Z", has_attachments: false },
    });
    show(<Row conversation={conversation} to="/x" isCurrent={false} />);
    const row = await screen.findByRole("link");
    expect(row.querySelector("img")).toBeNull();
    expect(row.textContent).toContain(evil);
  });
});

describe("the hand-over card", () => {
  const card = {
    who: {
      name: "Rahima",
      name_bn: null,
      verified: true,
      proof: "signed" as const,
      channel: "web",
      since: "2025-03-02",
      tier: "gold",
      language: "en",
    },
    wants: { en: "Wants a refund for KT-10234.", bn: "টাকা ফেরত চান।" },
    tried: [{ en: "Explained the policy", bn: "", at: "2026-11-21T09:00:00Z", worked: false }],
    collected: [{ name: "order_number", label: "Order", label_bn: "অর্ডার", value: "KT-10234" }],
    mood: null,
    facts: [{ kind: "late_order", en: "KT-10234 is late", bn: "", severity: "warning" as const, ref: "KT-10234" }],
    next_steps: [{ action: "refund", label: { en: "Refund KT-10234", bn: "" }, body: { order_number: "KT-10234" } }],
    last_words: "hello",
  };

  it("gives the next step in one click, once the conversation is claimed", async () => {
    const onAction = vi.fn();
    show(<HandoverCard card={card} conversation={makeSummary()} mayAct onAction={onAction} />);
    await userEvent.click(await screen.findByRole("button", { name: "Refund KT-10234" }));
    expect(onAction).toHaveBeenCalledWith("refund", { order_number: "KT-10234" });
  });

  it("says why a next step is not possible before", async () => {
    show(<HandoverCard card={card} conversation={makeSummary()} mayAct={false} onAction={() => {}} />);
    expect(await screen.findByRole("button", { name: "Refund KT-10234" })).toHaveProperty("disabled", true);
    expect(screen.getByText("Claim the conversation to act for the customer.")).toBeTruthy();
  });
});

describe("the hand-over card, once claimed", () => {
  const card: Card = {
    who: { name: "Rahima", name_bn: null, verified: true, proof: "signed", channel: "web", since: null, tier: null, language: "en" },
    wants: { en: "Wants a refund for KT-10234.", bn: "" },
    tried: [],
    collected: [{ name: "order_number", label: "Order", label_bn: "অর্ডার", value: "KT-10234" }],
    mood: null,
    facts: [{ kind: "late_order", en: "KT-10234 is late", bn: "", severity: "warning", ref: "KT-10234" }],
    next_steps: [{ action: "refund", label: { en: "Refund KT-10234", bn: "" }, body: {} }],
    last_words: "hello",
  };

  /** The conversation is claimed when the button is pressed. */
  function Claimable(): ReactNode {
    const [isClaimed, setClaimed] = useState(false);
    return (
      <>
        <button onClick={() => setClaimed(true)}>take it</button>
        <HandoverCard card={card} conversation={isClaimed ? mine() : makeSummary()} mayAct={isClaimed} onAction={() => {}} />
      </>
    );
  }

  it("leaves the room to the messages: one line, chips and the next steps", async () => {
    show(<Claimable />);
    expect(await screen.findByText("KT-10234 is late")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "take it" }));
    expect(screen.queryByText("KT-10234 is late")).toBeNull();
    expect(screen.getByText("KT-10234")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Refund KT-10234" })).toHaveProperty("disabled", false);
  });

  it("opens again with a click", async () => {
    show(<HandoverCard card={card} conversation={mine()} mayAct onAction={() => {}} />);
    await userEvent.click(await screen.findByRole("button", { name: "Wants a refund for KT-10234." }));
    expect(screen.getByText("KT-10234 is late")).toBeTruthy();
  });
});

describe("alerts", () => {
  beforeEach(() => {
    const focus = vi.spyOn(document, "hasFocus").mockReturnValue(true);
    return () => focus.mockRestore();
  });

  function Listening(): ReactNode {
    useAlerts();
    return <Link to="/inbox/mine/c1">go there</Link>;
  }
  const alert = (kind: string, more: Partial<Summary> = {}): void =>
    act(() => sockets.at(-1)?.say({ type: "alert", kind, conversation: makeSummary(more) }));
  const listen = async (at: string): Promise<void> => {
    show(<Listening />, at);
    await screen.findByText("go there");
    act(() => sockets.at(-1)?.welcome());
  };

  it("say nothing of the conversation that is being looked at", async () => {
    await listen("/inbox/mine/c1");
    alert("waiting");
    expect(screen.queryByText("Rahima Khatun is waiting for your answer.")).toBeNull();
    alert("waiting", { id: "c2" });
    expect(screen.getByText("Rahima Khatun is waiting for your answer.")).toBeTruthy();
  });

  it("still say that an open conversation became one's own or waited too long", async () => {
    await listen("/inbox/mine/c1");
    alert("assigned");
    alert("breach");
    expect(screen.getByText("Rahima Khatun is now yours.")).toBeTruthy();
    expect(screen.getByText("Rahima Khatun has waited too long.")).toBeTruthy();
  });

  it("count a message once, also of the conversation that is open in a tab behind others", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(false);
    await listen("/inbox/mine/c1");
    act(() => sockets.at(-1)?.say({ type: "event", conversation: "c1", event: makeEvent(9) }));
    alert("waiting");
    expect(document.title).toMatch(/^\(1\) /);
  });

  it("go once somebody has claimed", async () => {
    await listen("/inbox/queue");
    alert("queued");
    expect(screen.getByText("Rahima Khatun is waiting for a person.")).toBeTruthy();
    act(() => sockets.at(-1)?.say({ type: "conversation", conversation: makeSummary({ state: "claimed", epoch: 4 }) }));
    expect(screen.queryByText("Rahima Khatun is waiting for a person.")).toBeNull();
  });

  it("go once the conversation is opened", async () => {
    await listen("/inbox/queue");
    alert("waiting");
    await userEvent.click(screen.getByRole("link", { name: "go there" }));
    expect(screen.queryByText("Rahima Khatun is waiting for your answer.")).toBeNull();
  });
});

describe("handing back", () => {
  const offer = "Go on with what the assistant was asking";
  beforeEach(() => {
    answers["POST /conversations/c1/hand_back"] = () => jsonAnswer(200, { conversation: makeSummary({ state: "bot" }) });
  });
  const handBack = async (): Promise<unknown> => {
    await userEvent.click(await screen.findByRole("button", { name: "Hand back to the assistant" }));
    await waitFor(() => expect(asked.some(({ path }) => path.endsWith("/hand_back"))).toBe(true));
    return asked.find(({ path }) => path.endsWith("/hand_back"))?.body;
  };

  it("offers no form to go on with where there was none", async () => {
    show(<HandBackDialog conversation={mine()} form={null} onClose={() => {}} />);
    await screen.findByRole("dialog");
    expect(screen.queryByRole("checkbox")).toBeNull();
    expect(await handBack()).toMatchObject({ resume: false });
  });

  it("goes on with the form there was", async () => {
    show(<HandBackDialog conversation={mine()} form="change_address" onClose={() => {}} />);
    expect((await screen.findByRole("checkbox", { name: new RegExp(offer) })) as HTMLInputElement).toHaveProperty("checked", true);
    expect(await handBack()).toMatchObject({ resume: true });
  });
});

describe("the history", () => {
  it("names a channel, or that it happened in this very conversation", async () => {
    const item = { kind: "conversation", channel: "web", actor: "customer", bn: "", facts: {}, at: "2026-11-21T09:00:00Z" };
    const items = [
      { ...item, conversation_id: "c1", en: "Wrote hello" },
      { ...item, conversation_id: "c2", en: "Wrote before" },
    ];
    answers["GET /customers/p1/timeline"] = () => jsonAnswer(200, { items, next_cursor: null });
    show(<TimelineList customer="p1" current="c1" />);
    const [now, before] = await screen.findAllByRole("listitem");
    expect(now?.textContent).toMatch(/^Wrote hello.* · here$/);
    expect(before?.textContent).toMatch(/^Wrote before.* · Website$/);
  });
});

describe("an empty list", () => {
  const list = <ListPane view="queue" current={null} />;

  it("praises whoever emptied the queue", async () => {
    answers["GET /conversations"] = () => jsonAnswer(200, { items: [], next_cursor: null });
    show(list);
    expect(await screen.findByText("Nobody is waiting. Well done!")).toBeTruthy();
  });

  it("takes a filter off when that is why", async () => {
    answers["GET /conversations"] = () => jsonAnswer(200, { items: [], next_cursor: null });
    show(list, "/inbox/queue?label=vip");
    expect(await screen.findByText("No conversation here fits the filter.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Clear" }));
    expect(await screen.findByText("Nobody is waiting. Well done!")).toBeTruthy();
  });

  it("does not say that nobody waits when it could not ask", async () => {
    show(list);
    expect(await screen.findByRole("button", { name: "Try again" })).toBeTruthy();
    expect(screen.queryByText("Nobody is waiting. Well done!")).toBeNull();
  });
});

describe("the way in", () => {
  it("asks who is logged in only when somebody may be", async () => {
    localStorage.clear();
    render(<App />);
    await screen.findByLabelText("E-mail");
    expect(asked).toEqual([]);
  });

  it("asks for the log-in, says what is wrong, and lets in", async () => {
    answers["GET /me"] = () => jsonAnswer(401, { error: { code: "not_logged_in" } });
    answers["POST /login"] = () => jsonAnswer(401, { error: { code: "bad_credentials" } });
    render(<App />);
    await userEvent.type(await screen.findByLabelText("E-mail"), "farhana@kotha.example");
    await userEvent.type(screen.getByLabelText("Password"), "wrong");
    await userEvent.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByText("E-mail or password is not right.")).toBeTruthy();
    answers["POST /login"] = () => jsonAnswer(429, { error: { code: "rate_limited", retry_after_s: 120 } });
    await userEvent.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByText("Too many tries. Please wait 2m.")).toBeTruthy();
  });
});
