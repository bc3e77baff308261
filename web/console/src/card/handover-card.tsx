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
import type { Card, NextStep, Summary } from "../api/types";
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

export function HandoverCard({ card, conversation, mayAct, onAction }: Props): ReactNode {
  const { t, both } = useLocale();
  const width = useWidth();
  const id = useId();
  const isFresh = conversation.state === "queued" || (conversation.state === "claimed" && conversation.last_message?.author !== "agent");
  const [isOpen, setOpen] = useState(isFresh && width !== "phone");
  return (
    <section className={`handover${isOpen ? " open" : ""}`} aria-label={t("card.label")}>
      <button type="button" className="handover-head" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        <IconBolt size={17} aria-hidden />
        <span className="grow handover-wants">{card.wants ? both(card.wants) : t("card.label")}</span>
        <IconChevronDown className="chevron" size={18} aria-hidden />
      </button>
      {isOpen && (
        <div id={id} className="handover-body scroll">
          <Who card={card} />
          <div className="handover-columns">
            <Facts card={card} />
            <Tried card={card} />
          </div>
          <NextSteps steps={card.next_steps} mayAct={mayAct} onAction={onAction} />
        </div>
      )}
    </section>
  );
}

function Who({ card: { who, mood, collected } }: { card: Card }): ReactNode {
  const { t, word, date, both, language } = useLocale();
  const Shield = who.verified ? IconShieldCheck : IconShieldQuestion;
  const because = mood?.because ? (typeof mood.because === "string" ? mood.because : both(mood.because)) : null;
  return (
    <div className="row wrap handover-who">
      <span className={`chip ${who.verified ? "good" : "warn"}`}>
        <Shield size={14} aria-hidden />
        {word("proof", who.proof)}
      </span>
      {mood && <Mood mood={mood} withText />}
      {because && <span className="muted small">{t("card.because", { reason: because })}</span>}
      {who.since && <span className="muted small">{t("card.since", { date: date(who.since) })}</span>}
      {collected.map(({ name, label, label_bn, value }) => (
        <span key={name} className="chip">
          {(language === "bn" && label_bn) || label}: <strong className="tabular">{value}</strong>
        </span>
      ))}
    </div>
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
    <div className="row wrap handover-steps">
      <h3 className="section-title">{t("card.next")}</h3>
      {steps.map(({ action, label, body }, index) => (
        <Button key={index} variant={index === 0 ? "light" : "default"} disabled={!mayAct} onClick={() => onAction(action, body)}>
          {both(label)}
        </Button>
      ))}
      {!mayAct && <span className="muted small">{t("action.claim_first")}</span>}
    </div>
  );
}
