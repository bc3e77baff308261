/** One conversation: who it is, what was said, and the field to answer. */
import "./thread.css";
import { Button } from "@mantine/core";
import { IconMoodConfuzed } from "@tabler/icons-react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { ApiError, http } from "../api/http";
import { useConversation } from "../api/queries";
import type { ConversationDetail, Summary, View } from "../api/types";
import { ActionDialogs, type DialogName } from "../actions/dialogs";
import { HandoverCard } from "../card/handover-card";
import { useLocale } from "../i18n/provider";
import { useConnection, useLive, useTranscript } from "../live/provider";
import { useMe } from "../session/session";
import { customerName } from "../inbox/row";
import { useTitle } from "../ui/hooks";
import { Starting } from "../shell/starting";
import { Composer } from "./composer";
import { Log } from "./log";
import { ThreadHead } from "./thread-head";
import { useThreadKeys } from "./use-thread-keys";

interface Props {
  id: string;
  view: View;
  onPanel: () => void;
  onBack?: () => void;
}

export function Thread({ id, onPanel, onBack }: Props): ReactNode {
  const { data, error, refetch } = useConversation(id);
  if (error && !data) return <Missing error={error} retry={() => void refetch()} onBack={onBack} />;
  if (!data)
    return (
      <section className="thread">
        <Starting />
      </section>
    );
  return <OpenThread detail={data} onPanel={onPanel} onBack={onBack} />;
}

interface OpenProps {
  detail: ConversationDetail;
  onPanel: () => void;
  onBack: (() => void) | undefined;
}

function OpenThread({ detail, onPanel, onBack }: OpenProps): ReactNode {
  const locale = useLocale();
  const { conversation } = detail;
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [firstUnread] = useState(() => unreadFrom(conversation));
  const close = useCallback(() => setDialog(null), []);
  useTitle(customerName(conversation, locale));
  useFollow(conversation);
  useSeen(conversation);
  useThreadKeys(detail, setDialog, onPanel);
  return (
    <section className="thread" aria-label={customerName(conversation, locale)}>
      <ThreadHead detail={detail} onDialog={setDialog} onPanel={onPanel} onBack={onBack} />
      {detail.card && (
        <HandoverCard
          card={detail.card}
          mayAct={detail.may.includes("act")}
          conversation={conversation}
          onAction={(action, body) => setDialog({ kind: "action", action, body })}
        />
      )}
      <Log conversation={conversation} firstUnread={firstUnread} />
      <Composer detail={detail} onDialog={setDialog} />
      <ActionDialogs dialog={dialog} detail={detail} onClose={close} />
    </section>
  );
}

/** The seq before which everything was read when the conversation was opened. */
function unreadFrom({ unread, state }: Summary): number | null {
  return unread > 0 && state === "claimed" ? unread : null;
}

/** Reads the newest messages and follows the live ones while the conversation is open. */
function useFollow({ id, last_seq }: Summary): void {
  const live = useLive();
  const connection = useConnection();
  useEffect(() => {
    let stop = (): void => {};
    let isCurrent = true;
    void live.transcripts.open(id, last_seq).then(
      () => isCurrent && (stop = live.socket.watch(id)),
      () => {},
    );
    return () => {
      isCurrent = false;
      stop();
    };
    // Opened once for each connection; what comes later arrives through the socket.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, live, connection === "open"]);
}

/** Tells the gateway how far the assignee has read, while the page can be seen. */
function useSeen({ id, assignee, state }: Summary): void {
  const { agent } = useMe();
  const last = useTranscript(id).events.at(-1)?.seq ?? 0;
  const isMine = assignee?.id === agent.id && state === "claimed";
  useEffect(() => {
    if (!isMine || last === 0) return;
    const tell = (): void => {
      if (document.visibilityState === "visible") void http.post(`/conversations/${id}/seen`, { seq: last }).catch(() => {});
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [id, isMine, last]);
}

function Missing({ error, retry, onBack }: { error: unknown; retry: () => void; onBack: (() => void) | undefined }): ReactNode {
  const { t } = useLocale();
  const isGone = error instanceof ApiError && error.status < 500;
  return (
    <section className="thread empty">
      <IconMoodConfuzed size={40} stroke={1.3} aria-hidden />
      <p>{t(isGone ? "thread.missing" : "problem.unreachable")}</p>
      <div className="row">
        {!isGone && (
          <Button variant="light" onClick={retry}>
            {t("try_again")}
          </Button>
        )}
        {onBack && (
          <Button variant="default" onClick={onBack}>
            {t("back")}
          </Button>
        )}
      </div>
    </section>
  );
}
