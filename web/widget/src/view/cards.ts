/** Order, order list and return cards. */
import { ORDER_STEPS, discountOf, orderStep, type Card as AnyCard, type RatingCard, type InvoiceCard, type OrderCard, type OrderItem, type OrdersCard, type ReturnCard } from "../cards";
import type { Key, Locale } from "../i18n";
import type { WayIn } from "../net/api";
import { connectView } from "./connect";
import { button, h, hidden } from "./dom";

/** Cards that only show something. */
type Card = Exclude<AnyCard, RatingCard>;
const RETURN_STEPS = ["requested", "approved", "received", "completed"] as const;
type Tone = "good" | "info" | "calm" | "warn" | "bad";

const TONES: Record<OrderCard["status"] | ReturnCard["status"], Tone> = {
  pending_payment: "warn",
  placed: "info",
  packed: "info",
  shipped: "info",
  out_for_delivery: "info",
  delivered: "good",
  cancelled: "calm",
  returned: "calm",
  requested: "info",
  approved: "info",
  received: "info",
  rejected: "bad",
  completed: "good",
};

export interface CardActions {
  openInvoice(card: InvoiceCard): Promise<boolean>;
  waysIn(): Promise<readonly WayIn[]>;
}

export function cardView(card: Card, locale: Locale, actions: CardActions): HTMLElement {
  switch (card.type) {
    case "order":
      return h("section", { class: "card", role: "group", "aria-label": orderName(card, locale) }, ...orderParts(card, locale));
    case "orders":
      return ordersView(card, locale);
    case "return":
      return returnView(card, locale);
    case "invoice":
      return invoiceView(card, locale, actions);
    case "connect":
      return connectView(card, locale, () => actions.waysIn());
  }
}

function orderName(order: OrderCard, locale: Locale): string {
  return `${locale.say("order")} ${order.number}`;
}

function orderParts(order: OrderCard, locale: Locale): (HTMLElement | null)[] {
  return [
    h("div", { class: "card-head" }, cardTitle(locale.say("order"), order.number), badges(order, locale)),
    ...orderBody(order, locale),
  ];
}

function orderBody(order: OrderCard, locale: Locale): (HTMLElement | null)[] {
  const step = orderStep(order.status);
  const names = ORDER_STEPS.map((name) => locale.say(`order_${name}`));
  return [
    h("p", { class: "card-dates" }, dates(order, locale)),
    step === null ? null : progress(names, step, locale),
    order.items.length > 0 ? itemList(order, locale) : null,
    facts(order, locale),
  ];
}

function ordersView({ orders }: OrdersCard, locale: Locale): HTMLElement {
  const title = locale.say("orders");
  const rows = orders.map((order) => {
    const row = h(
      "details",
      { class: "fold" },
      h(
        "summary",
        {},
        h("span", { class: "fold-name" }, h("b", { class: "number", dir: "ltr" }, order.number), itemSummary(order, locale)),
        badges(order, locale),
      ),
      h("div", { class: "fold-body" }, ...orderBody(order, locale)),
    );
    row.addEventListener("toggle", () => row.open && row.scrollIntoView({ block: "nearest" }));
    return row;
  });
  return h("section", { class: "card card-list", role: "group", "aria-label": title }, h("div", { class: "card-head" }, cardTitle(title)), ...rows);
}

function returnView(card: ReturnCard, locale: Locale): HTMLElement {
  const step = RETURN_STEPS.indexOf(card.status as (typeof RETURN_STEPS)[number]);
  const names = RETURN_STEPS.map((name) => locale.say(`return_${name}`));
  const label = locale.say("return");
  return h(
    "section",
    { class: "card", role: "group", "aria-label": `${label} ${card.number}` },
    h(
      "div",
      { class: "card-head" },
      cardTitle(label, card.number),
      h("span", { class: "badges" }, badge(locale.say(`return_${card.status}`), TONES[card.status])),
    ),
    card.orderNumber ? h("p", { class: "card-dates" }, locale.say("return_of", { number: card.orderNumber })) : null,
    step < 0 ? null : progress(names, step, locale),
    card.refund ? refundView(card.refund, locale) : null,
  );
}

function refundView(refund: NonNullable<ReturnCard["refund"]>, locale: Locale): HTMLElement {
  const status =
    refund.status === "issued" && refund.issuedAt
      ? locale.say("refund_issued_on", { date: locale.date(refund.issuedAt) })
      : locale.say(`refund_${refund.status}`);
  const amount = refund.amount === null ? "" : locale.money(refund.amount, refund.currency);
  return h("dl", { class: "facts" }, total(locale.say("refund"), amount), fact(locale.say("refund"), status, true));
}

function invoiceView(card: InvoiceCard, locale: Locale, actions: CardActions): HTMLElement {
  const label = locale.say("invoice");
  const failed = h("p", { class: "card-dates", role: "alert" });
  const open = async (): Promise<void> => {
    failed.textContent = "";
    if (!(await actions.openInvoice(card))) failed.textContent = locale.say("invoice_failed");
  };
  const newWindow = hidden(` (${locale.say("new_window")})`);
  return h(
    "section",
    { class: "card", role: "group", "aria-label": `${label} ${card.number}` },
    h("div", { class: "card-head" }, cardTitle(label, card.number), paymentBadge(card, locale)),
    h("p", { class: "card-dates" }, locale.say("return_of", { number: card.orderNumber })),
    card.total === null ? null : h("dl", { class: "facts" }, total(locale.say("total"), locale.money(card.total, card.currency))),
    button({ class: "choice card-open" }, () => void open(), locale.say("invoice_open"), newWindow),
    failed,
  );
}

function paymentBadge(card: InvoiceCard, locale: Locale): HTMLElement | null {
  if (card.due === null) return null;
  const isDue = card.due > 0;
  return h("span", { class: "badges" }, badge(locale.say(isDue ? "invoice_due" : "invoice_settled"), isDue ? "warn" : "good"));
}

function cardTitle(label: string, number?: string): HTMLElement {
  return h("h3", {}, label, number ? h("b", { class: "number", dir: "ltr" }, number) : null);
}

function badges(order: OrderCard, locale: Locale): HTMLElement {
  const status = badge(locale.say(`order_${order.status}` satisfies Key), TONES[order.status]);
  return h("span", { class: "badges" }, order.late ? badge(locale.say("late"), "warn") : null, status);
}

function badge(text: string, tone: Tone): HTMLElement {
  return h("span", { class: `badge ${tone}` }, text);
}

function dates(order: OrderCard, locale: Locale): string {
  const lines: string[] = [];
  if (order.placedAt) lines.push(locale.say("placed_on", { date: locale.date(order.placedAt) }));
  if (order.deliveredAt) lines.push(locale.say("delivered_on", { date: locale.date(order.deliveredAt) }));
  else if (order.promisedBy && orderStep(order.status) !== null) {
    lines.push(locale.say(order.late ? "was_promised" : "promised_by", { date: locale.date(order.promisedBy) }));
  }
  return lines.join(" · ");
}

/** A running stitch: sewn where the parcel has been, waiting where it has not. */
function progress(names: readonly string[], current: number, locale: Locale): HTMLElement {
  const steps = names.map((name, index) => {
    const state = index < current ? "done" : index === current ? "now" : "ahead";
    const attributes = { class: `step ${state}`, "aria-current": state === "now" ? "step" : null };
    return h("li", attributes, h("span", { class: "step-name" }, name), hidden(`: ${locale.say(`step_${state}`)}`));
  });
  return h("ol", { class: "steps", "aria-label": locale.say("progress") }, ...steps);
}

function itemList(order: OrderCard, locale: Locale): HTMLElement {
  const rows = order.items.map((item) =>
    h(
      "li",
      {},
      h("span", { class: "item-name", dir: "auto" }, itemName(item, locale)),
      item.quantity > 1 ? h("span", { class: "item-count" }, `× ${locale.number(item.quantity)}`) : null,
      item.unitPrice === null
        ? null
        : h("span", { class: "money" }, locale.money(item.unitPrice * item.quantity, order.currency)),
    ),
  );
  return h("ul", { class: "items", "aria-label": locale.say("items") }, ...rows);
}

function itemSummary(order: OrderCard, locale: Locale): HTMLElement | null {
  const first = order.items[0];
  if (!first) return null;
  const more = order.items.length > 1 ? ` +${locale.number(order.items.length - 1)}` : "";
  return h("span", { class: "fold-item", dir: "auto" }, itemName(first, locale) + more);
}

function itemName(item: OrderItem, locale: Locale): string {
  return (locale.language === "bn" && item.nameBn) || item.name;
}

function facts(order: OrderCard, locale: Locale): HTMLElement {
  const tracking = [order.carrier, order.trackingNumber].filter((part) => part !== null).join(" · ");
  return h(
    "dl",
    { class: "facts" },
    ...sums(order, locale),
    tracking ? fact(locale.say("tracking"), tracking) : null,
    order.destination ? fact(locale.say("destination"), order.destination) : null,
  );
}

/** From the articles' prices to the total: what delivery adds and a discount takes away. */
function sums(order: OrderCard, locale: Locale): (HTMLElement | null)[] {
  const { deliveryFee, total: paid, currency } = order;
  if (paid === null) return [];
  const discount = discountOf(order);
  return [
    deliveryFee ? fact(locale.say("delivery"), locale.money(deliveryFee, currency)) : null,
    discount > 0 ? fact(locale.say("discount"), `−${locale.money(discount, currency)}`) : null,
    total(locale.say("total"), locale.money(paid, currency)),
  ];
}

function total(name: string, value: string): HTMLElement {
  return h("div", { class: "total" }, h("dt", {}, name), h("dd", { class: "money" }, value));
}

function fact(name: string, value: string, quietName = false): HTMLElement {
  return h("div", {}, h("dt", { class: quietName ? "sr" : null }, name), h("dd", { dir: "auto" }, value));
}
