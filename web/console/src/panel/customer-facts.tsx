/** Who the customer is: value, ways to reach them, how they are known, tickets, ratings, consents. */
import { IconCheck, IconMail, IconMapPin, IconPhone, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Address, CustomerDetail } from "../api/types";
import { useLocale } from "../i18n/provider";
import { TierMark } from "../inbox/signs";
import { Stars } from "../thread/cards";
import { Avatar } from "../ui/avatar";
import { Identities } from "./identities";
import { Merges, SamePerson } from "./same-person";

export function CustomerFacts({ detail }: { detail: CustomerDetail }): ReactNode {
  return (
    <>
      <Person detail={detail} />
      <Contact detail={detail} />
      <Tickets tickets={detail.tickets} />
      <Ratings ratings={detail.ratings} />
      <Identities detail={detail} />
      <SamePerson detail={detail} />
      <Merges detail={detail} />
      <Consents consents={detail.customer.consents} />
    </>
  );
}

function Person({ detail: { customer } }: { detail: CustomerDetail }): ReactNode {
  const { t, name, word, money, number, date } = useLocale();
  const { value } = customer;
  return (
    <section className="panel-section">
      <div className="row">
        <Avatar id={customer.id} name={name(customer)} large />
        <div className="grow">
          <h2 className="panel-name row">
            <span className="clip">{name(customer)}</span>
            {customer.tier && <TierMark tier={customer.tier} />}
          </h2>
          <p className="muted small">
            {[customer.tier && word("tier", customer.tier), t("card.since", { date: date(customer.created_at) })].filter(Boolean).join(" · ")}
          </p>
        </div>
      </div>
      {value && (
        <dl className="figures">
          <Figure label={t("lifetime_value")}>{money(value.lifetime, value.currency)}</Figure>
          <Figure label={t("panel.orders")}>{number(value.orders)}</Figure>
          <Figure label={t("panel.returns")}>{number(value.returns)}</Figure>
          {customer.loyalty_points !== null && <Figure label={t("panel.points")}>{number(customer.loyalty_points)}</Figure>}
        </dl>
      )}
    </section>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}

function Contact({ detail: { customer, addresses } }: { detail: CustomerDetail }): ReactNode {
  const { t, word } = useLocale();
  const address = addresses[0];
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("panel.contact")}</h3>
      <ul className="panel-list">
        {customer.phone && (
          <li>
            <IconPhone size={16} stroke={1.7} aria-hidden />
            <a href={`tel:${customer.phone}`} className="tabular">
              {customer.phone}
            </a>
          </li>
        )}
        {customer.email && (
          <li>
            <IconMail size={16} stroke={1.7} aria-hidden />
            <a href={`mailto:${encodeURIComponent(customer.email)}`} className="clip">
              {customer.email}
            </a>
          </li>
        )}
        {address && (
          <li>
            <IconMapPin size={16} stroke={1.7} aria-hidden />
            <span>{placeOf(address)}</span>
          </li>
        )}
        {customer.language && (
          <li>
            <span className="glyph" aria-hidden>
              অ
            </span>
            <span>{word("language", customer.language)}</span>
          </li>
        )}
      </ul>
    </section>
  );
}

/** As on an envelope: the postcode belongs to the city. */
function placeOf({ line, area, city, postcode }: Address): string {
  return [line, area, [city, postcode].filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

function Tickets({ tickets }: { tickets: CustomerDetail["tickets"] }): ReactNode {
  const { t, word, date } = useLocale();
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("panel.tickets")}</h3>
      {tickets.length === 0 && <p className="muted small">{t("panel.none")}</p>}
      <ul className="stack tight">
        {tickets.map((ticket) => (
          <li key={ticket.number} className="ticket">
            <p className="row">
              <strong className="tabular">{ticket.number}</strong>
              <span className={`chip ${ticket.solved_at ? "good" : "warn"}`}>{word("ticket", ticket.status)}</span>
              <span className="grow" />
              <span className="muted small">{date(ticket.solved_at ?? ticket.opened_at)}</span>
            </p>
            <p className="small" dir="auto">
              {ticket.subject}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ratings({ ratings }: { ratings: CustomerDetail["ratings"] }): ReactNode {
  const { t, word, date, name } = useLocale();
  if (ratings.length === 0) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("panel.ratings")}</h3>
      <ul className="stack tight">
        {ratings.map((rating, index) => (
          <li key={index}>
            <p className="row">
              <Stars rating={rating.rating} />
              <span className="muted small clip">
                {rating.agent ? name(rating.agent) : word("author", rating.about)} · {date(rating.at)}
              </span>
            </p>
            {rating.comment && (
              <p className="small" dir="auto">
                “{rating.comment}”
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Consents({ consents }: { consents: CustomerDetail["customer"]["consents"] }): ReactNode {
  const { t } = useLocale();
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("panel.consents")}</h3>
      <ul className="panel-list">
        {(["personalisation", "marketing"] as const).map((kind) => (
          <li key={kind}>
            {consents[kind] ? <IconCheck size={16} className="yes" aria-hidden /> : <IconX size={16} aria-hidden />}
            <span>{t(`consent.${kind}`)}</span>
            <span className="sr">{t(consents[kind] ? "yes" : "no")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
