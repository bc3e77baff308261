/** What the customer sees as cards: orders, returns, invoices, ratings. Unknown kinds are left to the text. */
import { IconLock, IconPackage, IconReceipt, IconRefresh, IconStar, IconStarFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { OrderCard } from "../api/types";
import { useLocale } from "../i18n/provider";

type Fields = Record<string, unknown>;

export function MessageCard({ card }: { card: Fields }): ReactNode {
  switch (card["type"]) {
    case "order":
      return <Order order={card as unknown as OrderCard} />;
    case "orders":
      return (
        <div className="stack">
          {((card["orders"] ?? []) as OrderCard[]).map((order) => (
            <Order key={order.number} order={order} />
          ))}
        </div>
      );
    case "return":
      return <Return card={card} />;
    case "invoice":
      return <Invoice card={card} />;
    case "connect":
      return <Connect />;
    case "rating":
      return <RatingAsked card={card} />;
    default:
      return null;
  }
}

const TONES: Record<string, string> = {
  delivered: "good",
  cancelled: "bad",
  returned: "bad",
  pending_payment: "warn",
  shipped: "info",
  out_for_delivery: "info",
};

export function Order({ order }: { order: OrderCard }): ReactNode {
  const { t, word, money, name, number, date } = useLocale();
  return (
    <section className="order-card">
      <p className="row">
        <IconPackage size={17} stroke={1.7} aria-hidden />
        <strong className="tabular">{order.number}</strong>
        <span className={`chip ${TONES[order.status] ?? ""}`}>{word("order", order.status)}</span>
        {order.late && <span className="chip warn">{t("order.late")}</span>}
        <span className="grow" />
        <strong className="tabular">{money(order.total, order.currency)}</strong>
      </p>
      <ul className="order-items">
        {order.items?.map((item, index) => (
          <li key={index} className="row">
            <span className="grow clip">{name(item)}</span>
            <span className="muted tabular">
              {number(item.quantity)} × {money(item.unit_price, order.currency)}
            </span>
          </li>
        ))}
        <Sum label={t("order.delivery")} amount={order.delivery_fee} currency={order.currency} />
        <Sum label={t("order.discount")} amount={-discountOf(order)} currency={order.currency} />
      </ul>
      <p className="muted small">
        {[
          order.placed_at && t("order.placed_on", { date: date(order.placed_at) }),
          order.delivered_at
            ? t("order.delivered_on", { date: date(order.delivered_at) })
            : order.promised_by && t("order.promised_by", { date: date(order.promised_by) }),
          order.carrier && [order.carrier, order.tracking_number].filter(Boolean).join(" "),
          order.destination,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </section>
  );
}

/** What delivery adds to the articles, or a discount takes away; nothing is not shown. */
function Sum({ label, amount = 0, currency }: { label: string; amount: number | undefined; currency: string }): ReactNode {
  const { money } = useLocale();
  if (!amount) return null;
  return (
    <li className="row muted">
      <span className="grow">{label}</span>
      <span className="tabular">{amount < 0 ? `−${money(-amount, currency)}` : money(amount, currency)}</span>
    </li>
  );
}

/** Cards from before delivery stood on them do not tell. */
function discountOf({ items, delivery_fee, total }: OrderCard): number {
  if (delivery_fee === undefined) return 0;
  const articles = items.reduce((sum, { quantity, unit_price }) => sum + quantity * unit_price, 0);
  return Math.max(0, articles + delivery_fee - total);
}

function Return({ card }: { card: Fields }): ReactNode {
  const { t, word, money } = useLocale();
  const refund = card["refund"] as { status: string; amount: number; currency: string } | null;
  return (
    <section className="order-card">
      <p className="row wrap">
        <IconRefresh size={17} stroke={1.7} aria-hidden />
        <strong className="tabular">{String(card["number"])}</strong>
        <span className="chip">{word("return", String(card["status"]))}</span>
        {refund && (
          <span className="chip info">
            {word("refund", refund.status)} {money(refund.amount, refund.currency)}
          </span>
        )}
      </p>
      <p className="muted small">{t("return.of", { number: String(card["order_number"]) })}</p>
    </section>
  );
}

function Invoice({ card }: { card: Fields }): ReactNode {
  const { t, money } = useLocale();
  const currency = String(card["currency"]);
  const due = Number(card["due"]);
  return (
    <section className="order-card">
      <p className="row">
        <IconReceipt size={17} stroke={1.7} aria-hidden />
        <strong className="tabular">{String(card["number"])}</strong>
        <span className="grow" />
        <strong className="tabular">{money(Number(card["total"]), currency)}</strong>
      </p>
      <p className="muted small">{due > 0 ? t("invoice.due", { amount: money(due, currency) }) : t("invoice.settled")}</p>
    </section>
  );
}

/** The link and the code are between the service and the customer: nobody else gets them. */
function Connect(): ReactNode {
  const { t } = useLocale();
  return (
    <section className="order-card">
      <p className="row muted small">
        <IconLock size={17} stroke={1.7} aria-hidden />
        {t("connect.secret")}
      </p>
    </section>
  );
}

function RatingAsked({ card }: { card: Fields }): ReactNode {
  const { t } = useLocale();
  const rating = card["rating"] as number | null;
  return (
    <section className="order-card">
      <p className="row">
        <Stars rating={rating ?? 0} />
        <span className="muted">{rating ? "" : t("rating.asked")}</span>
      </p>
    </section>
  );
}

const SCALE = [1, 2, 3, 4, 5];

export function Stars({ rating }: { rating: number }): ReactNode {
  const { t } = useLocale();
  return (
    <span className="stars" role="img" aria-label={rating ? t("rating.stars", { n: rating }) : t("rating.none")}>
      {SCALE.map((star) => (star <= rating ? <IconStarFilled key={star} size={14} /> : <IconStar key={star} size={14} stroke={1.6} />))}
    </span>
  );
}
