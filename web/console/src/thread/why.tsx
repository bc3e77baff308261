/** "Why the bot said that": what it understood, which facts chose the line, what it did. */
import type { ReactNode } from "react";
import type { AgentEvent, Understanding } from "../api/types";
import { useLocale } from "../i18n/provider";
import { readable, type Locale } from "../i18n/locale";

const MOST_ALTERNATIVES = 3;

export function hasReasons(event: AgentEvent, question: AgentEvent | null): boolean {
  if (event.author === "customer") return Boolean(event.understanding?.intent);
  return Boolean(event.because?.length || event.actions?.length || question?.understanding?.intent || event.understanding?.intent);
}

export function Why({ event, question }: { event: AgentEvent; question: AgentEvent | null }): ReactNode {
  const { t } = useLocale();
  const understanding = event.understanding ?? question?.understanding ?? null;
  return (
    <div className="why stack" tabIndex={-1} data-autofocus>
      {understanding?.intent && <Understood understanding={understanding} />}
      {Boolean(event.because?.length) && (
        <section>
          <h4 className="section-title">{t("why.because")}</h4>
          <ul className="facts">
            {event.because?.map(({ fact, value }) => (
              <li key={fact}>
                <Fact fact={fact} value={value} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {Boolean(event.actions?.length) && (
        <section>
          <h4 className="section-title">{t("why.actions")}</h4>
          <p className="row wrap">
            {event.actions?.map((action) => (
              <code key={action}>{action}</code>
            ))}
          </p>
        </section>
      )}
    </div>
  );
}

/** In words where this console knows the fact, else its name and value. */
function Fact({ fact, value }: { fact: string; value: unknown }): ReactNode {
  const locale = useLocale();
  const shown = factValue(fact, value, locale);
  const sentence = locale.sentence("because", fact, { value: shown });
  if (sentence) return sentence;
  return (
    <>
      <span className="muted">{locale.word("fact", fact)}</span> <strong>{shown}</strong>
    </>
  );
}

function factValue(fact: string, value: unknown, { word, date, number }: Locale): string {
  if (typeof value === "number") return number(value);
  if (typeof value !== "string") return shownValue(value);
  if (fact.startsWith("tier")) return word("tier", value);
  if (fact.endsWith("_status")) return word(fact.slice(0, -"_status".length), value);
  if (/^\d{1,3}$/.test(value)) return number(Number(value));
  return /^\d{4}-\d{2}-\d{2}/.test(value) ? date(value) : value;
}

function Understood({ understanding }: { understanding: Understanding }): ReactNode {
  const { t, word } = useLocale();
  const { intent, confidence, alternatives = [], entities = [], mood } = understanding;
  const moodLevel = typeof mood === "string" ? mood : mood?.level;
  return (
    <section>
      <h4 className="section-title">{t("why.understood")}</h4>
      <Meaning intent={intent ?? ""} confidence={confidence ?? 0} isChosen />
      {alternatives
        .filter((other) => other.intent !== intent)
        .slice(0, MOST_ALTERNATIVES)
        .map((other) => (
          <Meaning key={other.intent} {...other} />
        ))}
      {(entities.length > 0 || moodLevel) && (
        <p className="row wrap entities">
          {entities.map((entity, index) => (
            <span className="chip" key={index}>
              {readable(entity.entity ?? entity.name ?? "")}: {shownValue(entity.value)}
            </span>
          ))}
          {moodLevel && (
            <span className="chip">
              {t("mood")}: {word("mood", moodLevel)}
            </span>
          )}
        </p>
      )}
    </section>
  );
}

function Meaning({ intent, confidence, isChosen = false }: { intent: string; confidence: number; isChosen?: boolean }): ReactNode {
  const { percent } = useLocale();
  return (
    <div className={`meaning${isChosen ? " chosen" : ""}`}>
      <span className="clip grow">{readable(intent)}</span>
      <meter min={0} max={1} value={confidence} aria-hidden />
      <span className="tabular small">{percent(confidence)}</span>
    </div>
  );
}

function shownValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
