/** The messages in order; keeps its place while older ones are added and follows new ones at the end. */
import { Loader } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from "react";
import type { AgentEvent, Summary } from "../api/types";
import { layOut, type Item, type Transcript } from "../conversation/transcript";
import { useLocale } from "../i18n/provider";
import type { Locale } from "../i18n/locale";
import { useLive, useTranscript, useTyping, useUnsent } from "../live/provider";
import { Message, WithheldLine } from "./message";
import { NoteItem } from "./note-item";
import { UnsentMessage } from "./unsent-message";

/** Nearer to the end than this, the log follows new messages. */
const AT_END_PX = 80;
/** Nearer to the top than this, older messages are read. */
const NEAR_TOP_PX = 240;

interface Props {
  conversation: Summary;
  firstUnread: number | null;
}

export function Log({ conversation, firstUnread }: Props): ReactNode {
  const { t, dayKey } = useLocale();
  const transcript = useTranscript(conversation.id);
  const allUnsent = useUnsent();
  const unsent = useMemo(() => allUnsent.filter((item) => item.conversation === conversation.id), [allUnsent, conversation.id]);
  const unreadSeq = useUnreadSeq(transcript, firstUnread);
  const items = useMemo(() => layOut(transcript, unsent, dayKey, unreadSeq), [transcript, unsent, dayKey, unreadSeq]);
  const box = useRef<HTMLDivElement>(null);
  const { isAway, toEnd, onScroll } = usePlace(box, transcript, unsent.length, conversation.id);
  return (
    <div className="log-frame">
      <div className="log scroll" ref={box} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" aria-label={t("log.label")}>
        {transcript.hasEarlier && (
          <div className="log-earlier">
            <Loader size="xs" color="gray" />
          </div>
        )}
        <ol>
          {items.map((item) => (
            <li key={item.key} className={`item item-${item.kind}`}>
              <ItemView item={item} conversation={conversation} events={transcript.events} />
            </li>
          ))}
        </ol>
        {transcript.isLoaded && items.length === 0 && <p className="system">{t("log.empty")}</p>}
        <TypingLine conversation={conversation} />
      </div>
      {isAway && (
        <button type="button" className="to-end" onClick={toEnd}>
          <IconArrowDown size={16} aria-hidden />
          {t("log.to_end")}
        </button>
      )}
      <Announcer transcript={transcript} />
    </div>
  );
}

/** Where the "new" line stands: before the last `unread` messages of the customer. */
function useUnreadSeq(transcript: Transcript, unread: number | null): number | null {
  const [seq, setSeq] = useState<number | null>(null);
  useEffect(() => {
    if (seq !== null || unread === null || !transcript.isLoaded) return;
    const theirs = transcript.events.filter(({ author }) => author === "customer");
    setSeq(theirs.at(-unread)?.seq ?? null);
  }, [transcript, unread, seq]);
  return seq;
}

interface ItemProps {
  item: Item;
  conversation: Summary;
  events: readonly AgentEvent[];
}

function ItemView({ item, conversation, events }: ItemProps): ReactNode {
  const { t, day } = useLocale();
  switch (item.kind) {
    case "day":
      return (
        <p className="day">
          <span>{day(item.at)}</span>
        </p>
      );
    case "unread":
      return (
        <p className="unread-line">
          <span>{t("log.new")}</span>
        </p>
      );
    case "note":
      return <NoteItem note={item.note} conversation={conversation} />;
    case "withheld":
      return <WithheldLine withheld={item.withheld} />;
    case "unsent":
      return <UnsentMessage unsent={item.unsent} />;
    case "event":
      return <Message item={item} conversation={conversation} question={events.find(({ id }) => id === item.event.in_reply_to) ?? null} />;
  }
}

function TypingLine({ conversation }: { conversation: Summary }): ReactNode {
  const { t, name } = useLocale();
  const { customer, agents } = useTyping(conversation.id);
  if (!customer && agents.length === 0) return <div className="typing" />;
  const who = [...(customer ? [conversation.customer.name ? name(conversation.customer) : t("customer")] : []), ...agents.map(name)];
  return (
    <div className="typing" role="status">
      <span className="dots" aria-hidden>
        <i />
        <i />
        <i />
      </span>
      {t("log.typing", { names: who.join(", "), n: who.length })}
    </div>
  );
}

interface Place {
  isAway: boolean;
  toEnd: () => void;
  onScroll: () => void;
}

function usePlace(box: RefObject<HTMLDivElement | null>, transcript: Transcript, unsent: number, id: string): Place {
  const { transcripts } = useLive();
  const [isAway, setAway] = useState(false);
  const atEnd = useRef(true);
  const before = useRef({ first: 0, height: 0 });
  const toEnd = useCallback(() => box.current?.scrollTo({ top: box.current.scrollHeight }), [box]);
  const first = transcript.events[0]?.seq ?? 0;
  const last = transcript.events.at(-1)?.seq ?? 0;

  useLayoutEffect(() => {
    const log = box.current;
    if (!log) return;
    if (before.current.first > first && first > 0) log.scrollTop += log.scrollHeight - before.current.height;
    else if (atEnd.current) log.scrollTop = log.scrollHeight;
    before.current = { first, height: log.scrollHeight };
  }, [box, first, last, unsent, transcript.notes.length]);

  // Pictures and the card above change heights after the fact: somebody at the end stays there.
  useEffect(() => {
    const log = box.current;
    if (!log || typeof ResizeObserver === "undefined") return;
    const watcher = new ResizeObserver(() => atEnd.current && (log.scrollTop = log.scrollHeight));
    watcher.observe(log);
    if (log.firstElementChild) watcher.observe(log.querySelector("ol") ?? log.firstElementChild);
    return () => watcher.disconnect();
  }, [box, transcript.isLoaded]);

  const onScroll = (): void => {
    const log = box.current;
    if (!log) return;
    atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX;
    setAway(!atEnd.current);
    before.current.height = log.scrollHeight;
    if (log.scrollTop < NEAR_TOP_PX && transcript.hasEarlier) void transcripts.earlier(id).catch(() => {});
  };
  return { isAway, toEnd, onScroll };
}

/** Reads new messages aloud, and only the new ones. */
function Announcer({ transcript }: { transcript: Transcript }): ReactNode {
  const locale = useLocale();
  const last = transcript.events.at(-1);
  const opened = useRef<number | null>(null);
  if (opened.current === null && transcript.isLoaded) opened.current = last?.seq ?? 0;
  const isNew = last && opened.current !== null && last.seq > opened.current && last.author !== "agent";
  return (
    <p className="sr" aria-live="polite">
      {isNew ? spoken(last, locale) : ""}
    </p>
  );
}

function spoken({ author, text, attachments }: AgentEvent, { word, t }: Locale): string {
  return `${word("author", author)}: ${text ?? ""}${attachments.length > 0 ? ` (${t("attachment")})` : ""}`;
}
