/** Cards an answer can carry. A card this client cannot read is null, and the text stands alone. */
import { isFields, textOr, wholeOr, type PersonName } from "./protocol";

export const ORDER_STEPS = ["placed", "packed", "shipped", "out_for_delivery", "delivered"] as const;
const ORDER_STATUSES = [...ORDER_STEPS, "pending_payment", "cancelled", "returned"] as const;
const RETURN_STATUSES = ["requested", "approved", "received", "rejected", "completed"] as const;
const REFUND_STATUSES = ["pending", "issued", "failed"] as const;
/** The service sends at most five; more would push the conversation out of sight. */
const MOST_ORDERS = 5;

export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type ReturnStatus = (typeof RETURN_STATUSES)[number];
export type RefundStatus = (typeof REFUND_STATUSES)[number];

export interface OrderItem {
  readonly name: string;
  readonly nameBn: string | null;
  readonly quantity: number;
  readonly unitPrice: number | null;
}

export interface OrderCard {
  readonly type: "order";
  readonly number: string;
  readonly status: OrderStatus;
  readonly placedAt: string | null;
  readonly promisedBy: string | null;
  readonly deliveredAt: string | null;
  readonly late: boolean;
  readonly items: readonly OrderItem[];
  /** Money is in minor units of `currency`. */
  readonly total: number | null;
  /** Null when the card does not say. */
  readonly deliveryFee: number | null;
  readonly currency: string;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly destination: string | null;
}

export interface OrdersCard {
  readonly type: "orders";
  readonly orders: readonly OrderCard[];
}

export interface Refund {
  readonly status: RefundStatus;
  readonly amount: number | null;
  readonly currency: string;
  readonly issuedAt: string | null;
}

export interface ReturnCard {
  readonly type: "return";
  readonly number: string;
  readonly orderNumber: string | null;
  readonly status: ReturnStatus;
  readonly refund: Refund | null;
}

export interface InvoiceCard {
  readonly type: "invoice";
  readonly number: string;
  readonly orderNumber: string;
  readonly total: number | null;
  /** What is still to be paid; null when unknown. */
  readonly due: number | null;
  readonly currency: string;
  /** The language of the document. */
  readonly language: string;
}

/** Messengers that can be connected. The link and the code are no part of it: they are asked for when it is opened. */
export interface ConnectCard {
  readonly type: "connect";
  readonly channels: readonly string[];
}

/** Asks how it went; the message's buttons are the stars, worst first. */
export interface RatingCard {
  readonly type: "rating";
  /** Whom it is about; null for the assistant. */
  readonly agent: PersonName | null;
  readonly scale: number;
  readonly rating: number | null;
}

export type Card = OrderCard | OrdersCard | ReturnCard | InvoiceCard | ConnectCard | RatingCard;
type Fields = Record<string, unknown>;

export function readCard(value: unknown): Card | null {
  if (!isFields(value)) return null;
  switch (value["type"]) {
    case "order":
      return readOrder(value);
    case "orders":
      return readOrders(value);
    case "return":
      return readReturn(value);
    case "invoice":
      return readInvoice(value);
    case "connect":
      return readConnect(value);
    case "rating":
      return readRating(value);
    default:
      return null;
  }
}

/** How far an order has come: index into ORDER_STEPS, or null when it is off that road. */
export function orderStep(status: OrderStatus): number | null {
  const step = (ORDER_STEPS as readonly string[]).indexOf(status);
  return step < 0 ? null : step;
}

/** What is less to pay than articles and delivery come to; not a number when the card does not say enough. */
export function discountOf({ items, deliveryFee, total }: Pick<OrderCard, "items" | "deliveryFee" | "total">): number {
  return items.reduce((sum, { unitPrice, quantity }) => sum + (unitPrice ?? NaN) * quantity, deliveryFee ?? NaN) - (total ?? NaN);
}

function readOrder(value: unknown): OrderCard | null {
  if (!isFields(value)) return null;
  const number = textOr(value["number"], "");
  const status = oneOf(value["status"], ORDER_STATUSES);
  if (!number || !status) return null;
  return {
    type: "order",
    number,
    status,
    placedAt: textOr(value["placed_at"], null),
    promisedBy: textOr(value["promised_by"], null),
    deliveredAt: textOr(value["delivered_at"], null),
    late: value["late"] === true,
    items: readItems(value["items"]),
    total: wholeOr(value["total"], null),
    deliveryFee: wholeOr(value["delivery_fee"], null),
    currency: textOr(value["currency"], "BDT"),
    carrier: textOr(value["carrier"], null),
    trackingNumber: textOr(value["tracking_number"], null),
    destination: textOr(value["destination"], null),
  };
}

function readOrders(value: Fields): OrdersCard | null {
  if (!Array.isArray(value["orders"])) return null;
  const orders = value["orders"].slice(0, MOST_ORDERS).map(readOrder).filter((order) => order !== null);
  return orders.length > 0 ? { type: "orders", orders } : null;
}

function readReturn(value: Fields): ReturnCard | null {
  const number = textOr(value["number"], "");
  const status = oneOf(value["status"], RETURN_STATUSES);
  if (!number || !status) return null;
  return {
    type: "return",
    number,
    status,
    orderNumber: textOr(value["order_number"], null),
    refund: readRefund(value["refund"]),
  };
}

function readInvoice(value: Fields): InvoiceCard | null {
  const number = textOr(value["number"], "");
  const orderNumber = textOr(value["order_number"], "");
  if (!number || !orderNumber) return null;
  return {
    type: "invoice",
    number,
    orderNumber,
    total: wholeOr(value["total"], null),
    due: wholeOr(value["due"], null),
    currency: textOr(value["currency"], "BDT"),
    language: textOr(value["language"], "en"),
  };
}

function readConnect(value: Fields): ConnectCard | null {
  const channels = Array.isArray(value["channels"]) ? value["channels"].filter((each) => typeof each === "string") : [];
  return channels.length > 0 ? { type: "connect", channels } : null;
}

function readRating(value: Fields): RatingCard | null {
  const agent = isFields(value["agent"]) ? value["agent"] : null;
  const scale = wholeOr(value["scale"], 0);
  if (scale < 2 || scale > 10) return null;
  return {
    type: "rating",
    agent: agent && { name: textOr(agent["name"], null), nameBn: textOr(agent["name_bn"], null) },
    scale,
    rating: wholeOr(value["rating"], null),
  };
}

function readRefund(value: unknown): Refund | null {
  if (!isFields(value)) return null;
  const status = oneOf(value["status"], REFUND_STATUSES);
  if (!status) return null;
  return {
    status,
    amount: wholeOr(value["amount"], null),
    currency: textOr(value["currency"], "BDT"),
    issuedAt: textOr(value["issued_at"], null),
  };
}

function readItems(value: unknown): OrderItem[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isFields).map((item) => ({
    name: textOr(item["name"], ""),
    nameBn: textOr(item["name_bn"], null),
    quantity: wholeOr(item["quantity"], 1),
    unitPrice: wholeOr(item["unit_price"], null),
  }));
}

function oneOf<T extends string>(value: unknown, known: readonly T[]): T | null {
  return known.includes(value as T) ? (value as T) : null;
}
