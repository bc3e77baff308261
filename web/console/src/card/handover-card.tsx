/** What an agent sees first: who, what they want, what was tried, what matters, and the next step in one click. */
import "./card.css";
import { Button } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBolt,
  IconCheck,
  IconChevronDown,
  IconCircleDashed,
  IconInfoCircle,
  IconShieldCheck,
  IconShieldQuestion,
  IconX,
} from "@tabler/icons-react";
import { useId, useState, type ReactNode } from "react";
import type { Card, NextStep, State, Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { Mood } from "../inbox/signs";
import { useSession } from "../session/session";
import { useWidth } from "../ui/hooks";

interface Props {
  card: Card;
  conversation: Summary;
  mayAct: boolean;
  onAction: (action: string, body: Record<string, unknown>) => void;
}

/** Open while it helps to choose, one line and its signs once somebody has claimed: then the messages matter. */
export function HandoverCard({ card, conversation: { state }, mayAct, onAction }: Props): ReactNode {
  const { t, both } = useLocale();
  const isPhone = useWidth() === "phone";
  const id = useId();
  const [choice, setChoice] = useState<{ state: State; isOpen: boolean } | null>(null);
  const isOpen = choice?.state === state ? choice.isOpen : state === "queued" && !isPhone;
  return (
    <section className={`handover${isOpen ? " open" : ""}`} aria-label={t("card.label")}>
      <button type="button" className="handover-head" aria-expanded={isOpen} aria-controls={id} onClick={() => setChoice({ state, isOpen: !isOpen })}>
        <IconBolt size={17} aria-hidden />
        <span className="grow handover-wants">{card.wants ? both(card.wants) : t("card.label")}</span>
        <IconChevronDown className="chevron" size={18} aria-hidden />
      </button>
      <div id={id} className="handover-body">
        {isOpen && (
          <div className="handover-known scroll" tabIndex={0} role="group" aria-label={t("card.facts")}>
            <div className="row wrap handover-who">
              <Signs card={card} />
            </div>
            <div className="handover-columns">
              <Facts card={card} />
              <Tried card={card} />
            </div>
            <Background card={card} />
          </div>
        )}
        {!isOpen && !isPhone && (
          <div className="row wrap handover-who">
            <Signs card={card} />
          </div>
        )}
        {(isOpen || (mayAct && !isPhone)) && <NextSteps steps={card.next_steps} mayAct={mayAct} onAction={onAction} />}
      </div>
    </section>
  );
}

/** Who proved to be whom, the mood, and what the assistant collected, as chips. */
function Signs({ card: { who, mood, collected } }: { card: Card }): ReactNode {
  const { word, language } = useLocale();
  const Shield = who.verified ? IconShieldCheck : IconShieldQuestion;
  return (
    <>
      <span className={`chip ${who.verified ? "good" : "warn"}`}>
        <Shield size={14} aria-hidden />
        {word("proof", who.proof)}
      </span>
      {mood && <Mood mood={mood} withText />}
      {collected.map(({ name, label, label_bn, value }) => (
        <span key={name} className="chip">
          {(language === "bn" && label_bn) || label}: <strong className="tabular">{value}</strong>
        </span>
      ))}
    </>
  );
}

/** Last, because the chips have said the most of it. */
function Background({ card: { who, mood } }: { card: Card }): ReactNode {
  const { t, date, both } = useLocale();
  const because = mood?.because ? (typeof mood.because === "string" ? mood.because : both(mood.because)) : null;
  return (
    <p className="muted small">
      {[because && t("card.because", { reason: because }), who.since && t("card.since", { date: date(who.since) })].filter(Boolean).join(" · ")}
    </p>
  );
}

const SYMBOLS = { info: IconInfoCircle, warning: IconAlertTriangle, danger: IconAlertTriangle } as const;

function Facts({ card: { facts } }: { card: Card }): ReactNode {
  const { t, both } = useLocale();
  if (facts.length === 0) return null;
  return (
    <div>
      <h3 className="section-title">{t("card.facts")}</h3>
      <ul className="handover-list">
        {facts.map((fact, index) => {
          const Symbol = SYMBOLS[fact.severity] ?? IconInfoCircle;
          return (
            <li key={index} className={`fact ${fact.severity}`}>
              <Symbol size={16} aria-hidden />
              <span>{both(fact)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Tried({ card: { tried } }: { card: Card }): ReactNode {
  const { t, both } = useLocale();
  if (tried.length === 0) return null;
  return (
    <div>
      <h3 className="section-title">{t("card.tried")}</h3>
      <ul className="handover-list">
        {tried.map((step, index) => {
          const Symbol = step.worked === null ? IconCircleDashed : step.worked ? IconCheck : IconX;
          return (
            <li key={index} className={`tried ${step.worked ? "worked" : "failed"}`}>
              <Symbol size={16} aria-hidden />
              <span>
                {both(step)}
                {step.worked !== null && <span className="sr">: {t(step.worked ? "card.worked" : "card.failed")}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface StepsProps {
  steps: NextStep[];
  mayAct: boolean;
  onAction: Props["onAction"];
}

function NextSteps({ steps, mayAct, onAction }: StepsProps): ReactNode {
  const { t, both } = useLocale();
  const { can } = useSession();
  if (steps.length === 0 || !can("conversations.write")) return null;
  return (
    <div className="row wrap handover-steps" title={mayAct ? undefined : t("action.claim_first")}>
      <h3 className="section-title">{t("card.next")}</h3>
      {steps.map(({ action, label, body }, index) => (
        <Button key={index} size="compact-sm" variant={index === 0 ? "light" : "default"} disabled={!mayAct} onClick={() => onAction(action, body)}>
          {both(label)}
        </Button>
      ))}
      {!mayAct && <span className="sr">{t("action.claim_first")}</span>}
    </div>
  );
}
