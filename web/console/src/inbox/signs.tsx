/** The small signs by which a conversation is judged at a glance: mood, language, clock, state. */
import { Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowDownRight,
  IconArrowUpRight,
  IconClock,
  IconClockExclamation,
  IconFlame,
  IconMoodAngry,
  IconMoodEmpty,
  IconMoodSad,
  IconMoodSmile,
  IconStarFilled,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Label, MoodLevel, Summary, Trend } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useNow } from "../ui/hooks";

const MOODS = { happy: IconMoodSmile, calm: IconMoodEmpty, unhappy: IconMoodSad, angry: IconMoodAngry } as const;
const MOOD_TONES: Record<MoodLevel, string> = { happy: "good", calm: "", unhappy: "warn", angry: "bad" };

export function Mood({ mood, withText = false }: { mood: { level: MoodLevel; trend: Trend }; withText?: boolean }): ReactNode {
  const { t, word } = useLocale();
  const Symbol = MOODS[mood.level] ?? IconMoodEmpty;
  const text = `${word("mood", mood.level)}${mood.trend === "same" ? "" : `, ${word("trend", mood.trend)}`}`;
  return (
    <Tooltip label={`${t("mood")}: ${text}`} disabled={withText}>
      <span className={`chip ${MOOD_TONES[mood.level]}`}>
        <Symbol size={15} stroke={1.9} aria-hidden />
        {withText ? <span>{text}</span> : <span className="sr">{`${t("mood")}: ${text}`}</span>}
        {mood.trend === "worse" && <IconArrowDownRight size={13} aria-hidden />}
        {mood.trend === "better" && <IconArrowUpRight size={13} aria-hidden />}
      </span>
    </Tooltip>
  );
}

const CODES: Record<string, string> = { en: "EN", bn: "বাং", "bn-Latn": "BN" };

export function LanguageChip({ language }: { language: string }): ReactNode {
  const { word } = useLocale();
  return (
    <Tooltip label={word("language", language)}>
      <span className="chip">
        <span aria-hidden>{CODES[language] ?? language}</span>
        <span className="sr">{word("language", language)}</span>
      </span>
    </Tooltip>
  );
}

/** How soon an answer is near enough to say so in colour. */
const SOON_S = 180;

/** The service-level clock: how long until an answer is due, or since when it should have been there. */
export function ServiceClock({ clock }: { clock: NonNullable<Summary["clock"]> }): ReactNode {
  const { t, duration, word } = useLocale();
  const left = (Date.parse(clock.due_at) - useNow()) / 1000;
  const isOver = left < 0;
  const Symbol = isOver ? IconClockExclamation : IconClock;
  const text = isOver ? t("clock.over", { time: duration(-left) }) : t("clock.left", { time: duration(left) });
  return (
    <Tooltip label={word("clock", clock.kind)}>
      <span className={`chip tabular ${isOver ? "bad" : left < SOON_S ? "warn" : ""}`}>
        <Symbol size={14} stroke={1.9} aria-hidden />
        <span>{text}</span>
        <span className="sr">{word("clock", clock.kind)}</span>
      </span>
    </Tooltip>
  );
}

export function Waiting({ since }: { since: string }): ReactNode {
  const { t, stopwatch, duration } = useLocale();
  const seconds = (useNow() - Date.parse(since)) / 1000;
  return (
    <span className="waiting tabular" title={t("waiting_since", { time: duration(seconds) })}>
      <span className="sr">{t("waiting")}</span>
      {seconds < 36_000 ? stopwatch(seconds) : duration(seconds)}
    </span>
  );
}

export function PriorityMark({ priority }: { priority: Summary["priority"] }): ReactNode {
  const { t } = useLocale();
  if (priority === "normal") return null;
  const Symbol = priority === "urgent" ? IconFlame : IconAlertTriangle;
  return (
    <Tooltip label={t(`priority.${priority}`)}>
      <span className={`priority ${priority}`}>
        <Symbol size={15} stroke={2} aria-hidden />
        <span className="sr">{t(`priority.${priority}`)}</span>
      </span>
    </Tooltip>
  );
}

export function TierMark({ tier }: { tier: string }): ReactNode {
  const { word } = useLocale();
  return (
    <Tooltip label={word("tier", tier)}>
      <span className={`tier tier-${tier}`}>
        <IconStarFilled size={12} aria-hidden />
        <span className="sr">{word("tier", tier)}</span>
      </span>
    </Tooltip>
  );
}

export function LabelChips({ labels }: { labels: readonly Label[] }): ReactNode {
  const { name } = useLocale();
  return labels.map((label) => (
    <span key={label.id} className={`chip label label-${label.colour}`}>
      <span className="clip">{name(label)}</span>
    </span>
  ));
}

const STATE_TONES: Record<string, string> = { queued: "warn", claimed: "accent", snoozed: "info", bot: "", resolved: "good" };

export function StateChip({ state }: { state: string }): ReactNode {
  const { word } = useLocale();
  return <span className={`chip ${STATE_TONES[state] ?? ""}`}>{word("state", state)}</span>;
}

/** Labels where there is no room for their names. */
export function LabelDots({ labels }: { labels: readonly Label[] }): ReactNode {
  const { name, t } = useLocale();
  if (labels.length === 0) return null;
  const names = labels.map(name).join(", ");
  return (
    <Tooltip label={names}>
      <span className="label-dots">
        {labels.map((label) => (
          <i key={label.id} className={`label label-${label.colour}`} />
        ))}
        <span className="sr">{`${t("labels")}: ${names}`}</span>
      </span>
    </Tooltip>
  );
}
