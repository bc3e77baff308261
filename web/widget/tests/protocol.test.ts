import { describe, expect, it } from "vitest";
import { discountOf, readCard } from "../src/cards";
import { newUuid } from "../src/net/uuid";
import { backoffMs } from "../src/net/backoff";
import { subjectOf } from "../src/net/session";
import { readFrame, readPage } from "../src/protocol";
import { readSettings } from "../src/settings";

const frame = (value: unknown) => readFrame(JSON.stringify(value));

describe("frames of the server", () => {
  it("are read as the contract writes them", () => {
    const event = { type: "event", seq: 12, id: "i", at: "t", author: "bot", text: "hi", client_msg_id: null, in_reply_to: null, buttons: [{ id: "b", title: "Yes" }], card: { type: "order" }, language: "en" };
    expect(frame(event)).toEqual({
      type: "event",
      event: { seq: 12, id: "i", at: "t", author: "bot", text: "hi", clientMsgId: null, buttons: [{ id: "b", title: "Yes" }], card: { type: "order" }, language: "en", agent: null, attachments: [], replaces: null },
    });
    expect(frame({ type: "welcome", conversation: "c", last_seq: 3, identified: true, customer: { name: "R", name_bn: "র" }, heartbeat_s: 30 })).toEqual({
      type: "welcome", conversation: "c", lastSeq: 3, customer: { name: "R", nameBn: "র" }, heartbeatS: 30, owner: { isPerson: false, agent: null, waiting: false },
    });
  });

  it.each(["", "{", "[]", "null", '"x"', '{"type":"event"}', '{"type":"event","seq":0,"author":"bot"}', '{"type":"event","seq":1.5,"author":"bot"}', '{"type":"event","seq":1,"author":"ghost"}', '{"type":"ack"}', '{"type":"new_thing"}'])("that make no sense are ignored: %s", (data) => {
    expect(readFrame(data)).toBeNull();
  });

  it("that are binary are ignored", () => {
    expect(readFrame(new ArrayBuffer(4))).toBeNull();
  });

  it("with broken parts keep the parts that are whole", () => {
    const read = frame({ type: "event", seq: 1, author: "bot", text: 7, buttons: [{ id: 1 }, null, { id: "a", title: "A" }] });
    expect(read).toMatchObject({ event: { text: null, buttons: [{ id: "a", title: "A" }] } });
  });

  it("say who wrote, which files come along, and whose place an edit takes", () => {
    const attachments = [{ id: "a", name: "x.png", type: "image/png", size: 5, width: 2, height: 1 }, { id: "b", type: "text/html" }, "?"];
    const read = frame({ type: "event", seq: 2, author: "agent", text: "t", agent: { name: "Farhana", name_bn: "ফারহানা" }, attachments, replaces: "e1" });
    expect(read).toMatchObject({ event: { agent: { name: "Farhana", nameBn: "ফারহানা" }, replaces: "e1", attachments: [{ id: "a", width: 2 }, { id: "b", type: "application/octet-stream", name: "" }] } });
  });

  it("say who answers now", () => {
    expect(frame({ type: "owner", owner: "agent", agent: { name: "F", name_bn: null }, waiting: false })).toEqual({ type: "owner", owner: { isPerson: true, agent: { name: "F", nameBn: null }, waiting: false } });
    expect(frame({ type: "owner", owner: "bot", agent: null, waiting: true })).toMatchObject({ owner: { isPerson: false, waiting: true } });
    expect(frame({ type: "typing", author: "agent" })).toEqual({ type: "typing", isPerson: true });
  });

  it("that refuse say for how long", () => {
    expect(frame({ type: "error", code: "rate_limited", message: "", retry_after_s: 3 })).toMatchObject({ error: { code: "rate_limited", retryAfterS: 3, clientMsgId: null } });
  });
});

describe("a page of events", () => {
  it("leaves out what it cannot read", () => {
    expect(readPage({ conversation: "c", events: [{ seq: 1, author: "bot" }, "?"], last_seq: 1 })?.events).toHaveLength(1);
    expect(readPage({ events: "no" })).toBeNull();
  });
});

describe("cards", () => {
  const order = { type: "order", number: "KT-1", status: "shipped", items: [{ name: "A", quantity: 2, unit_price: 100 }], total: 200, currency: "BDT" };

  it("are read with what is missing left open", () => {
    expect(readCard(order)).toMatchObject({ number: "KT-1", late: false, carrier: null, items: [{ name: "A", nameBn: null, quantity: 2, unitPrice: 100 }] });
  });

  it("tell what was taken off, unless they do not say what delivery costs", () => {
    const items = [{ name: "A", nameBn: null, quantity: 2, unitPrice: 100 }];
    expect(discountOf({ items, deliveryFee: 60, total: 250 })).toBe(10);
    expect(discountOf({ items, deliveryFee: 60, total: 260 })).toBe(0);
    expect(discountOf({ items, deliveryFee: null, total: 150 })).toBeNaN();
  });

  it.each([null, "x", {}, { type: "hologram" }, { ...order, status: "teleported" }, { ...order, number: 5 }, { type: "orders", orders: [] }, { type: "return", number: "RT-1" }])("of an unknown kind leave the text alone: %j", (card) => {
    expect(readCard(card)).toBeNull();
  });

  it("that ask for a rating know their scale", () => {
    const rating = { type: "rating", survey: "s", about: "agent", agent: { name: "F", name_bn: "ফ" }, scale: 5, rating: null };
    expect(readCard(rating)).toEqual({ type: "rating", agent: { name: "F", nameBn: "ফ" }, scale: 5, rating: null });
    expect(readCard({ ...rating, scale: 1000 })).toBeNull();
  });

  it("of messengers to connect name them, and nothing secret", () => {
    const card = { type: "connect", channels: ["telegram", 7, "slack"], token: "secret" };
    expect(readCard(card)).toEqual({ type: "connect", channels: ["telegram", "slack"] });
    expect(readCard({ type: "connect", channels: [] })).toBeNull();
  });

  it("of an invoice say what is due", () => {
    const invoice = { type: "invoice", number: "INV-1", order_number: "KT-1", total: 200, due: 0, currency: "BDT", language: "bn" };
    expect(readCard(invoice)).toEqual({ type: "invoice", number: "INV-1", orderNumber: "KT-1", total: 200, due: 0, currency: "BDT", language: "bn" });
    expect(readCard({ ...invoice, order_number: 7 })).toBeNull();
  });

  it("show at most five orders and skip the unreadable ones", () => {
    const card = readCard({ type: "orders", orders: [order, { type: "order" }, order, order, order, order, order] });
    expect(card?.type === "orders" && card.orders.length).toBe(4);
  });

  it("never turn money into fractions", () => {
    expect(readCard({ ...order, total: 1.5 })).toMatchObject({ total: null });
  });
});

describe("waiting before another try", () => {
  const longest = (isWatched: boolean): number[] => [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoffMs(failures, isWatched, () => 0.999999));

  it("doubles and ends at half a minute", () => {
    expect(longest(false)).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  });

  it("ends at five seconds while somebody is looking", () => {
    expect(longest(true)).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000, 5000]);
  });

  it("is spread by chance so that not everybody comes back at once", () => {
    expect(backoffMs(7, false, () => 0)).toBe(150);
    expect(backoffMs(3, true, () => 0.5)).toBe(1075);
  });
});

describe("ids and identities", () => {
  it("are UUIDs of version 4, with and without the browser's own function", () => {
    const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(newUuid()).toMatch(pattern);
    const own = crypto.randomUUID;
    try {
      Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
      expect(newUuid()).toMatch(pattern);
    } finally {
      Object.defineProperty(crypto, "randomUUID", { value: own, configurable: true });
    }
  });

  it("the subject of a token is read, of anything else it is null", () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    expect(subjectOf(`h.${part({ sub: "রহিমা" })}.s`)).toBe("রহিমা");
    for (const token of ["", "a.b", "a.%%%.c", `h.${part([])}.s`, `h.${part({ sub: 5 })}.s`]) expect(subjectOf(token)).toBeNull();
  });
});

describe("the script tag", () => {
  it("tells where the service is", () => {
    expect(readSettings("https://shop.test/widget/kotha.js", { widget: "demo" })).toMatchObject({ base: "https://shop.test/", widget: "demo", starters: null });
    expect(readSettings("https://shop.test/chat/widget/kotha.js?v=2", { widget: "demo" })?.base).toBe("https://shop.test/chat/");
    expect(readSettings("https://cdn.test/kotha.js", { widget: "demo", server: "https://chat.shop.test" })?.base).toBe("https://chat.shop.test/");
  });

  it("needs a widget", () => {
    expect(readSettings("https://shop.test/widget/kotha.js", {})).toBeNull();
  });

  it("can change or remove the suggestions", () => {
    expect(readSettings("https://s.test/widget/kotha.js", { widget: "w", starters: "One | Two|" })?.starters).toEqual(["One", "Two"]);
    expect(readSettings("https://s.test/widget/kotha.js", { widget: "w", starters: "" })?.starters).toEqual([]);
  });
});
