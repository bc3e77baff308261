/** One conversation in the list. */
import { IconEye, IconPaperclip, IconPencil } from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import { Link } from "react-router";
import type { Summary } from "../api/types";
import type { Locale } from "../i18n/locale";
import { useLocale } from "../i18n/provider";
import { useLive } from "../live/provider";
import { useMe } from "../session/session";
import { Avatar } from "../ui/avatar";
import { LabelDots, LanguageChip, Mood, PriorityMark, ServiceClock, TierMark, Waiting } from "./signs";

/** Beyond this a count says nothing more. */
const MOST_SHOWN = 99;

interface Props {
  conversation: Summary;
  to: string;
  isCurrent: boolean;
}

export const Row = memo(function Row({ conversation, to, isCurrent }: Props): ReactNode {
  const locale = useLocale();
  const { name, word, t } = locale;
  const { customer, last_message: last, unread } = conversation;
  const isUnread = unread > 0;
  return (
    <Link
      to={to}
      className={`conversation${isUnread ? " unread" : ""}`}
      aria-current={isCurrent ? "true" : undefined}
      data-conversation={conversation.id}
    >
      <Avatar id={customer.id ?? conversation.id} name={customer.name ? name(customer) : null} channel={conversation.channel} />
      <span className="conversation-body">
        <span className="row">
          <span className="conversation-name clip">{customerName(conversation, locale)}</span>
          {customer.tier && customer.tier !== "bronze" && <TierMark tier={customer.tier} />}
          <PriorityMark priority={conversation.priority} />
          <span className="grow" />
          <When conversation={conversation} />
        </span>
        <span className="row conversation-last">
          <span className="clip grow" dir="auto">
            {last && last.author !== "customer" && <span className="conversation-author">{word("author", last.author)}: </span>}
            {last?.has_attachments && <IconPaperclip size={13} aria-label={t("attachment")} />}
            {last?.text ?? (last?.has_attachments ? t("attachment") : "")}
          </span>
          {isUnread && (
            <span className="badge tabular">
              {locale.number(Math.min(unread, MOST_SHOWN))}
              {unread > MOST_SHOWN && "+"}
              <span className="sr">{t("unread", { n: unread })}</span>
            </span>
          )}
        </span>
        <span className="row conversation-signs">
          <Signs conversation={conversation} />
        </span>
      </span>
    </Link>
  );
});

function Signs({ conversation }: { conversation: Summary }): ReactNode {
  const { t, name } = useLocale();
  const { drafts } = useLive();
  const { mood, language, clock, value, labels, assignee } = conversation;
  const { agent } = useMe();
  const viewers = conversation.viewers.filter(({ id }) => id !== agent.id);
  return (
    <>
      {clock && <ServiceClock clock={clock} />}
      {mood && mood.level !== "calm" && <Mood mood={mood} />}
      {language && <LanguageChip language={language} />}
      {value && value.lifetime > 0 && <Value value={value} />}
      {drafts.has(conversation.id) && (
        <span className="chip" title={t("draft")}>
          <IconPencil size={12} aria-hidden />
          <span className="sr">{t("draft")}</span>
        </span>
      )}
      {viewers.length > 0 && (
        <span className="chip info" title={t("viewing", { names: viewers.map(name).join(", ") })}>
          <IconEye size={13} aria-hidden />
          <span className="sr">{t("viewing", { names: viewers.map(name).join(", ") })}</span>
        </span>
      )}
      <LabelDots labels={labels} />
      <span className="grow" />
      {assignee && (
        <span title={t("assigned_to", { name: name(assignee) })}>
          <Avatar id={assignee.id} name={name(assignee)} small />
          <span className="sr">{t("assigned_to", { name: name(assignee) })}</span>
        </span>
      )}
    </>
  );
}

function Value({ value }: { value: NonNullable<Summary["value"]> }): ReactNode {
  const { t, money } = useLocale();
  return (
    <span className="conversation-value tabular" title={t("lifetime_value")}>
      {money(Math.round(value.lifetime / 100) * 100, value.currency)}
      <span className="sr">{t("lifetime_value")}</span>
    </span>
  );
}

function When({ conversation }: { conversation: Summary }): ReactNode {
  const { when } = useLocale();
  const { waiting_since, queued_at, state, last_message, updated_at } = conversation;
  const since = waiting_since ?? (state === "queued" ? queued_at : null);
  if (since && (state === "queued" || state === "claimed")) return <Waiting since={since} />;
  return <span className="conversation-when tabular">{when(last_message?.at ?? updated_at)}</span>;
}

/** The customer's name; without one, the way they came and the end of the conversation's id. */
export function customerName(conversation: Summary, { name, t, word }: Locale): string {
  if (conversation.customer.name) return name(conversation.customer);
  return t("visitor", { channel: word("channel", conversation.channel), id: conversation.id.slice(-4) });
}
