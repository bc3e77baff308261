/** Where the agent writes: an answer to the customer, or a note for colleagues. */
import { Button, SegmentedControl } from "@mantine/core";
import { IconHandStop, IconLock, IconMail, IconMessage2, IconPhone } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useEdge } from "../api/edges";
import type { ConversationDetail, Person } from "../api/types";
import type { DialogName } from "../actions/dialogs";
import type { Mode } from "../conversation/drafts";
import { useLocale } from "../i18n/provider";
import { useMe } from "../session/session";
import { ComposerField } from "./composer-field";
import { onComposeWish, type ComposeWish } from "./composer-focus";
import { claimLabel } from "./thread-head";

interface Props {
  detail: ConversationDetail;
  onDialog: (dialog: DialogName) => void;
}

export function Composer({ detail }: Props): ReactNode {
  const { t } = useLocale();
  const { conversation } = detail;
  const { agent } = useMe();
  const isMine = conversation.state === "claimed" && conversation.assignee?.id === agent.id;
  const [mode, setMode] = useState<Mode>("reply");
  const [wish, setWish] = useState<ComposeWish | null>(null);
  useEffect(
    () =>
      onComposeWish((heard) => {
        setMode(heard.mode);
        setWish(heard);
      }),
    [],
  );
  return (
    <footer className={`composer mode-${mode}`}>
      <div className="row composer-modes">
        <SegmentedControl
          size="xs"
          value={mode}
          onChange={(value) => setMode(value as Mode)}
          aria-label={t("composer.mode")}
          data={[
            {
              value: "reply",
              label: (
                <span className="row">
                  <IconMessage2 size={14} aria-hidden />
                  {t("composer.reply")}
                </span>
              ),
            },
            {
              value: "note",
              label: (
                <span className="row">
                  <IconLock size={14} aria-hidden />
                  {t("composer.note")}
                </span>
              ),
            },
          ]}
        />
        <span className="grow" />
        <span className="muted small hint">{mode === "note" ? t("composer.note_hint") : isMine ? t("composer.hint") : ""}</span>
      </div>
      {mode === "reply" && detail.answers_to && <AnswersTo answersTo={detail.answers_to} />}
      {mode === "reply" && !isMine ? (
        <NotMine detail={detail} />
      ) : (
        <ComposerField key={mode} conversation={conversation} mode={mode} wish={wish} onWishDone={() => setWish(null)} />
      )}
    </footer>
  );
}

/** Where the customer wanted the answer when nobody was there, and who has to bring it there. */
function AnswersTo({ answersTo: { by, to, mailed } }: { answersTo: NonNullable<ConversationDetail["answers_to"]> }): ReactNode {
  const { t } = useLocale();
  if (by === "chat") return null;
  const Symbol = by === "phone" ? IconPhone : by === "email" ? IconMail : IconMessage2;
  return (
    <p className="answers-to">
      <Symbol size={16} aria-hidden />
      {t(by === "email" && mailed ? "answers_to.mailed" : `answers_to.${by}`, { to: to ?? "" })}
    </p>
  );
}

/** Why one cannot answer here, and the button that changes it. */
function NotMine({ detail: { conversation, may } }: { detail: ConversationDetail }): ReactNode {
  const locale = useLocale();
  const act = useEdge();
  const [isBusy, setBusy] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const edge = may.includes("claim") ? "claim" : may.includes("reopen") ? "reopen" : null;
  const run = (): void => {
    if (!edge) return;
    setBusy(true);
    void act(conversation, edge).finally(() => setBusy(false));
  };
  return (
    <div className="not-mine">
      <p className="grow">{reasonOf(conversation.state, conversation.assignee, locale)}</p>
      {edge && (
        <Button ref={button} loading={isBusy} onClick={run} variant="light" leftSection={<IconHandStop size={16} />}>
          {locale.t(edge === "reopen" ? "do.reopen" : claimLabel(conversation.state))}
        </Button>
      )}
    </div>
  );
}

function reasonOf(state: string, assignee: Person | null, { t, name }: ReturnType<typeof useLocale>): string {
  if (state === "claimed" && assignee) return t("composer.theirs", { name: name(assignee) });
  if (state === "bot") return t("composer.bot");
  if (state === "snoozed") return t("composer.snoozed");
  return t(state === "resolved" ? "composer.resolved" : "composer.queued");
}
