/** One message: its text, card and attachments, how far it got, and why the bot said it. */
import { ActionIcon, Popover, Tooltip } from "@mantine/core";
import { IconAlertCircle, IconBan, IconCheck, IconChecks, IconMail, IconPencil, IconQuestionMark, IconRobot } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import type { AgentEvent, Summary, Withheld } from "../api/types";
import type { Item } from "../conversation/transcript";
import { useLocale } from "../i18n/provider";
import { useMe } from "../session/session";
import { Avatar } from "../ui/avatar";
import { AttachmentList } from "./attachments";
import { MessageCard } from "./cards";
import { EditField, EditTrail } from "./edits";
import { RichText } from "./rich-text";
import { Why, hasReasons } from "./why";

/** The gateway takes edits of own messages for this long. */
const EDIT_WITHIN_MS = 15 * 60_000;

interface Props {
  item: Extract<Item, { kind: "event" }>;
  conversation: Summary;
  /** The customer's message this one answers. */
  question: AgentEvent | null;
}

export function Message({ item, conversation, question }: Props): ReactNode {
  const { event, editedBy, startsGroup } = item;
  const [isEditing, setEditing] = useState(false);
  if (event.author === "system") return <SystemLine event={event} />;
  const shown = editedBy ?? event;
  return (
    <article className={`message from-${event.author}${event.suppressed ? " suppressed" : ""}${startsGroup ? " starts" : ""}`}>
      <Face event={event} conversation={conversation} isShown={startsGroup} />
      <div className="message-body">
        {startsGroup && <Byline event={event} conversation={conversation} />}
        {event.suppressed && <Suppressed />}
        {event.quote && <Quoted quote={event.quote} />}
        <div className="said">
          {isEditing ? (
            <EditField conversation={conversation} message={event} text={shown.text ?? ""} onClose={() => setEditing(false)} />
          ) : (
            <Bubble event={event} shown={shown} />
          )}
          <Foot event={event} editedBy={editedBy} conversation={conversation} question={question} onEdit={() => setEditing(true)} />
        </div>
      </div>
    </article>
  );
}

/** What the bot would have said: for agents to see, the customer never did. */
export function WithheldLine({ withheld }: { withheld: Withheld }): ReactNode {
  const { word } = useLocale();
  return (
    <article className="message from-bot suppressed starts">
      <span className="face avatar bot-face" aria-hidden>
        <IconRobot size={18} stroke={1.7} />
      </span>
      <div className="message-body">
        <span className="sr">{word("author", "bot")}: </span>
        <Suppressed />
        <div className="said">
          {withheld.text && (
            <div className="bubble" dir="auto">
              <RichText text={withheld.text} />
            </div>
          )}
          {withheld.card && <MessageCard card={withheld.card} />}
        </div>
      </div>
    </article>
  );
}

function SystemLine({ event }: { event: AgentEvent }): ReactNode {
  const { time, word } = useLocale();
  return (
    <p className="system" lang={event.language ?? undefined}>
      <span className="sr">{word("author", "system")}: </span>
      {event.text}{" "}
      <time className="tabular" dateTime={event.at}>
        {time(event.at)}
      </time>
    </p>
  );
}

function Face({ event, conversation, isShown }: { event: AgentEvent; conversation: Summary; isShown: boolean }): ReactNode {
  const { name } = useLocale();
  if (!isShown) return <span className="face" />;
  if (event.author === "bot")
    return (
      <span className="face avatar bot-face" aria-hidden>
        <IconRobot size={18} stroke={1.7} />
      </span>
    );
  const person = event.author === "agent" ? event.agent : conversation.customer;
  const id = event.author === "agent" ? (event.agent?.id ?? "agent") : (conversation.customer.id ?? conversation.id);
  return (
    <span className="face">
      <Avatar id={id} name={person?.name ? name(person) : null} />
    </span>
  );
}

function Byline({ event, conversation }: { event: AgentEvent; conversation: Summary }): ReactNode {
  const { word, name, time } = useLocale();
  const person = event.author === "agent" ? event.agent : event.author === "customer" ? conversation.customer : null;
  return (
    <p className="byline">
      <strong>{person?.name ? name(person) : word("author", event.author)}</strong>
      <time className="tabular" dateTime={event.at}>
        {time(event.at)}
      </time>
    </p>
  );
}

function Quoted({ quote }: { quote: NonNullable<AgentEvent["quote"]> }): ReactNode {
  const { t } = useLocale();
  const label = quote.kind === "forwarded" ? t("quote.forwarded") : t(quote.ours ? "quote.ours" : "quote.own");
  return (
    <p className="quote small">
      <span className="muted">{label}</span> {quote.text && <q dir="auto">{quote.text}</q>}
    </p>
  );
}

function Suppressed(): ReactNode {
  const { t } = useLocale();
  return (
    <p className="chip warn">
      <IconBan size={13} aria-hidden />
      {t("message.suppressed")}
    </p>
  );
}

function Bubble({ event, shown }: { event: AgentEvent; shown: AgentEvent }): ReactNode {
  const { t, time } = useLocale();
  if (shown.deleted_at)
    return (
      <p className="chip warn">
        <IconBan size={13} aria-hidden />
        {t("message.deleted")} <time dateTime={shown.deleted_at}>{time(shown.deleted_at)}</time>
      </p>
    );
  return (
    <>
      {shown.text && (
        <div className="bubble" dir="auto" lang={event.language ?? undefined}>
          <RichText text={shown.text} />
        </div>
      )}
      {event.attachments.length > 0 && <AttachmentList attachments={event.attachments} />}
      {event.card && <MessageCard card={event.card} />}
      {event.buttons.length > 0 && (
        <ul className="choices" aria-label={t("message.choices")}>
          {event.buttons.map(({ id, title }) => (
            <li key={id} dir="auto">
              {title}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface FootProps extends Pick<Props, "conversation" | "question"> {
  event: AgentEvent;
  editedBy: AgentEvent | null;
  onEdit: () => void;
}

function Foot({ event, editedBy, conversation, question, onEdit }: FootProps): ReactNode {
  const { t } = useLocale();
  const { agent } = useMe();
  const isOwn = event.author === "agent" && event.agent?.id === agent.id;
  const mayEdit = isOwn && conversation.state === "claimed" && Date.now() - Date.parse(event.at) < EDIT_WITHIN_MS && event.text !== null;
  const reasons = event.author === "bot" || event.author === "customer" ? hasReasons(event, question) : false;
  const delivery = (editedBy ?? event).delivery;
  if (!editedBy && !reasons && !delivery && !mayEdit && !event.mail) return null;
  return (
    <div className={`foot${reasons && event.author === "bot" ? "" : " slim"}`}>
      {delivery && event.author !== "customer" && !event.suppressed && <Delivery delivery={delivery} />}
      {event.mail && <Mail mail={event.mail} />}
      {editedBy && !editedBy.deleted_at && <EditTrail conversation={conversation} message={event} />}
      {reasons && <WhyButton event={event} question={question} />}
      {mayEdit && (
        <Tooltip label={t("message.edit")}>
          <ActionIcon size={24} className="on-hover" aria-label={t("message.edit")} onClick={onEdit}>
            <IconPencil size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

const DELIVERY = { stored: IconCheck, sent: IconCheck, seen: IconChecks, failed: IconAlertCircle, uncertain: IconAlertCircle, partly: IconAlertCircle } as const;

/** Said in words, not only by a sign. */
const TROUBLES = new Set<string>(["failed", "uncertain", "partly"]);

function Delivery({ delivery }: { delivery: NonNullable<AgentEvent["delivery"]> }): ReactNode {
  const { word, time } = useLocale();
  const Symbol = DELIVERY[delivery.status] ?? IconCheck;
  const label = `${word("delivery", delivery.status)}${delivery.at ? ` ${time(delivery.at)}` : ""}${delivery.error ? `: ${delivery.error}` : ""}`;
  return (
    <Tooltip label={label}>
      <span className={`delivery ${delivery.status}`}>
        <Symbol size={15} aria-hidden />
        <span className={TROUBLES.has(delivery.status) ? "" : "sr"}>{label}</span>
      </span>
    </Tooltip>
  );
}

function Mail({ mail }: { mail: NonNullable<AgentEvent["mail"]> }): ReactNode {
  const { t, word, time } = useLocale();
  const details = [`${t("mail.to", { to: mail.to })}: ${word("mail", mail.status)}`, mail.at ? time(mail.at) : "", mail.error ?? ""];
  const label = details.filter(Boolean).join(" · ");
  return (
    <Tooltip label={label}>
      <span className={`delivery mail ${mail.status}`}>
        <IconMail size={15} aria-hidden />
        <span aria-hidden>{word("mail", mail.status)}</span>
        <span className="sr">{label}</span>
      </span>
    </Tooltip>
  );
}

function WhyButton({ event, question }: { event: AgentEvent; question: AgentEvent | null }): ReactNode {
  const { t } = useLocale();
  const label = t(event.author === "bot" ? "why.bot" : "why.customer");
  return (
    <Popover width={320} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="why-button">
          <IconQuestionMark size={13} aria-hidden />
          {label}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <Why event={event} question={question} />
      </Popover.Dropdown>
    </Popover>
  );
}
