/** Above the messages: the customer, the state, and what can be done now. */
import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import {
  IconAlarmSnooze,
  IconArrowBackUp,
  IconArrowsExchange,
  IconCheck,
  IconChevronLeft,
  IconDots,
  IconEye,
  IconHandStop,
  IconLayoutSidebarRight,
  IconLogout2,
  IconRotate,
  IconTag,
  IconUsers,
} from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useEdge } from "../api/edges";
import type { ConversationDetail, Person } from "../api/types";
import type { DialogName } from "../actions/dialogs";
import type { Key } from "../i18n/locale";
import { useLocale } from "../i18n/provider";
import { customerName } from "../inbox/row";
import { LabelChips, LanguageChip, Mood, PriorityMark, ServiceClock, StateChip, TierMark } from "../inbox/signs";
import { useViewers } from "../live/provider";
import { useMe } from "../session/session";
import { Avatar } from "../ui/avatar";
import { useWidth } from "../ui/hooks";

interface Props {
  detail: ConversationDetail;
  onDialog: (dialog: DialogName) => void;
  onPanel: () => void;
  onBack: (() => void) | undefined;
}

export function ThreadHead({ detail, onDialog, onPanel, onBack }: Props): ReactNode {
  const locale = useLocale();
  const { t, name } = locale;
  const width = useWidth();
  const { conversation } = detail;
  const { customer } = conversation;
  const Title = width === "phone" ? "h1" : "h2";
  return (
    <header className="thread-head">
      <div className="row">
        {onBack && (
          <ActionIcon aria-label={t("back")} onClick={onBack}>
            <IconChevronLeft size={22} />
          </ActionIcon>
        )}
        <Avatar id={customer.id ?? conversation.id} name={customer.name ? name(customer) : null} channel={conversation.channel} />
        <div className="grow">
          <div className="row thread-title">
            <Title className="pane-title clip">{customerName(conversation, locale)}</Title>
            {customer.tier && customer.tier !== "bronze" && <TierMark tier={customer.tier} />}
            <PriorityMark priority={conversation.priority} />
          </div>
          <Subtitle detail={detail} />
        </div>
        <Actions detail={detail} onDialog={onDialog} isCompact={width === "phone"} />
        <Tooltip label={t("panel.toggle")}>
          <ActionIcon aria-label={t("panel.toggle")} onClick={onPanel}>
            <IconLayoutSidebarRight size={20} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className="row wrap thread-signs">
        <StateChip state={conversation.state} />
        {conversation.is_public && (
          <span className="chip warn">
            <IconUsers size={13} aria-hidden />
            {t("thread.public")}
          </span>
        )}
        {conversation.clock && <ServiceClock clock={conversation.clock} />}
        {conversation.mood && <Mood mood={conversation.mood} />}
        {conversation.language && <LanguageChip language={conversation.language} />}
        <LabelChips labels={conversation.labels} />
        <button type="button" className="chip chip-button" onClick={() => onDialog({ kind: "labels" })}>
          <IconTag size={13} aria-hidden />
          {t("labels.edit")}
        </button>
        <Viewers id={conversation.id} known={conversation.viewers} />
      </div>
    </header>
  );
}

function Subtitle({ detail: { conversation } }: { detail: ConversationDetail }): ReactNode {
  const { t, word, name, dateTime } = useLocale();
  const { agent } = useMe();
  const { assignee, channel, snoozed_until, reason, state } = conversation;
  const parts = [
    word("channel", channel),
    // First what may not be cut off.
    snoozed_until && state === "snoozed" ? t("snoozed_until", { time: dateTime(snoozed_until) }) : null,
    assignee && state !== "bot" ? (assignee.id === agent.id ? t("assigned_to_you") : t("assigned_to", { name: name(assignee) })) : null,
    reason && (state === "queued" || state === "claimed") ? word("reason", reason) : null,
  ];
  return <p className="muted small clip">{parts.filter(Boolean).join(" · ")}</p>;
}

function Viewers({ id, known }: { id: string; known: Person[] }): ReactNode {
  const { t, name } = useLocale();
  const { agent } = useMe();
  const viewers = (useViewers(id) ?? known).filter((viewer) => viewer.id !== agent.id);
  if (viewers.length === 0) return null;
  const label = t("viewing", { names: viewers.map(name).join(", ") });
  return (
    <Tooltip label={label}>
      <span className="viewers row" role="img" aria-label={label}>
        <IconEye size={15} aria-hidden />
        {viewers.slice(0, 3).map((viewer) => (
          <Avatar key={viewer.id} id={viewer.id} name={name(viewer)} small />
        ))}
      </span>
    </Tooltip>
  );
}

interface ActionsProps {
  detail: ConversationDetail;
  onDialog: (dialog: DialogName) => void;
  isCompact: boolean;
}

function Actions({ detail, onDialog, isCompact }: ActionsProps): ReactNode {
  const { t } = useLocale();
  const { conversation, may } = detail;
  const { isBusy, run } = useBusyEdge(detail);
  return (
    <>
      {may.includes("claim") && (
        <Button loading={isBusy} onClick={() => run("claim")} leftSection={!isCompact && <IconHandStop size={16} />}>
          {t(claimLabel(conversation.state))}
        </Button>
      )}
      {may.includes("reopen") && (
        <Button loading={isBusy} variant="light" onClick={() => run("reopen")} leftSection={<IconRotate size={16} />}>
          {t("do.reopen")}
        </Button>
      )}
      {!isCompact && may.includes("hand_back") && !may.includes("claim") && (
        <Button
          variant="default"
          onClick={() => onDialog({ kind: "hand_back" })}
          leftSection={<IconArrowBackUp size={16} />}
          title={t("do.hand_back")}
          aria-label={t("do.hand_back")}
          className="shrinks"
        >
          {t("do.hand_back_short")}
        </Button>
      )}
      {!isCompact && may.includes("resolve") && !may.includes("claim") && (
        <Button onClick={() => onDialog({ kind: "resolve" })} leftSection={<IconCheck size={16} />}>
          {t("do.resolve")}
        </Button>
      )}
      <MoreMenu detail={detail} onDialog={onDialog} />
    </>
  );
}

/** One route takes a conversation from wherever it is; agents do different things by it. */
export function claimLabel(state: string): Key {
  if (state === "bot") return "do.step_in";
  return state === "snoozed" ? "do.wake" : "do.claim";
}

function useBusyEdge({ conversation }: ConversationDetail): { isBusy: boolean; run: (edge: "claim" | "reopen") => void } {
  const act = useEdge();
  const [isBusy, setBusy] = useState(false);
  const run = (edge: "claim" | "reopen"): void => {
    setBusy(true);
    void act(conversation, edge).finally(() => setBusy(false));
  };
  return { isBusy, run };
}

const MORE = [
  { allowed: "resolve", icon: IconCheck, dialog: { kind: "resolve" } },
  { allowed: "hand_back", icon: IconArrowBackUp, dialog: { kind: "hand_back" } },
  { allowed: "snooze", icon: IconAlarmSnooze, dialog: { kind: "snooze" } },
  { allowed: "transfer", icon: IconArrowsExchange, dialog: { kind: "transfer" } },
  { allowed: "release", icon: IconLogout2, dialog: { kind: "release" } },
] as const;

function MoreMenu({ detail: { may }, onDialog }: Pick<Props, "detail" | "onDialog">): ReactNode {
  const { t } = useLocale();
  const items = MORE.filter(({ allowed }) => may.includes(allowed));
  return (
    <Menu width={230}>
      <Menu.Target>
        <ActionIcon aria-label={t("do.more")}>
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {items.map(({ allowed, icon: Symbol, dialog }) => (
          <Menu.Item key={allowed} leftSection={<Symbol size={17} stroke={1.7} />} onClick={() => onDialog(dialog)}>
            {t(`do.${allowed}`)}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<IconTag size={17} stroke={1.7} />} onClick={() => onDialog({ kind: "labels" })}>
          {t("labels.edit")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
