/** The conversation itself: team, how often it was handed over, and how that ended. */
import type { ReactNode } from "react";
import { useTeams } from "../api/queries";
import type { ConversationDetail } from "../api/types";
import { useLocale } from "../i18n/provider";

export function ConversationFacts({ detail: { conversation, handoffs } }: { detail: ConversationDetail }): ReactNode {
  const { t, name, dateTime, word } = useLocale();
  const team = useTeams().find(({ id }) => id === conversation.team_id);
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("panel.conversation")}</h3>
      <dl className="pairs">
        <dt>{t("team")}</dt>
        <dd>{team ? name(team) : "–"}</dd>
        <dt>{t("panel.started")}</dt>
        <dd>{dateTime(conversation.created_at)}</dd>
      </dl>
      {handoffs.length > 0 && (
        <ol className="handoffs">
          {handoffs.map((handoff) => (
            <li key={handoff.id}>
              <p>{word("reason", handoff.reason)}</p>
              <p className="muted small">
                {dateTime(handoff.asked_at)}
                {handoff.agent && handoff.claimed_at && ` · ${name(handoff.agent)}`}
                {handoff.outcome && ` · ${word("outcome", handoff.outcome)}`}
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
