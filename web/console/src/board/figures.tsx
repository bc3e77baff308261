/** Single numbers: what is so now, and what the period came to. */
import type { ReactNode } from "react";
import type { Board } from "../api/types";
import { useLocale } from "../i18n/provider";

interface FigureProps {
  label: string;
  value: string;
  detail?: string | undefined;
  tone?: "" | "warn" | "bad";
}

function Figure({ label, value, detail, tone = "" }: FigureProps): ReactNode {
  return (
    <div className={`figure ${tone}`}>
      <dt>{label}</dt>
      <dd>
        <span className="figure-value tabular">{value}</span>
        {detail && <span className="muted small">{detail}</span>}
      </dd>
    </div>
  );
}

/** A wait worth a colour, in seconds. */
const LONG_WAIT_S = 300;
const NOTHING = "–";

export function NowFigures({ now }: { now: Board["now"] }): ReactNode {
  const { t, number, duration } = useLocale();
  const wait = now.longest_wait_s;
  return (
    <section className="board-card board-now" aria-label={t("board.now")}>
      <h2 className="board-title">{t("board.now")}</h2>
      <dl className="figures-row">
        <Figure label={t("view.queue")} value={number(now.queue)} tone={now.queue > 0 ? "warn" : ""} />
        <Figure label={t("board.longest_wait")} value={wait === null ? NOTHING : duration(wait)} tone={(wait ?? 0) > LONG_WAIT_S ? "bad" : ""} />
        <Figure label={t("view.open")} value={number(now.open)} />
        <Figure label={t("view.bot")} value={number(now.bot)} />
      </dl>
    </section>
  );
}

export function TotalFigures({ totals }: { totals: Board["totals"] }): ReactNode {
  const { t, number, percent, duration } = useLocale();
  const time = (seconds: number | null): string => (seconds === null ? NOTHING : duration(seconds));
  const stars = (rating: number | null): string => (rating === null ? NOTHING : number(rating, 1));
  return (
    <section className="board-card wide" aria-label={t("board.totals")}>
      <h2 className="board-title">{t("board.totals")}</h2>
      <dl className="figures-row">
        <Figure label={t("board.conversations")} value={number(totals.conversations)} detail={t("board.handed_over_n", { n: totals.handed_over })} />
        <Figure label={t("board.bot_share")} value={totals.answered_by_bot_share === null ? NOTHING : percent(totals.answered_by_bot_share)} />
        <Figure
          label={t("board.first_answer")}
          value={time(totals.first_answer_s.p50)}
          detail={t("board.p90", { time: time(totals.first_answer_s.p90) })}
        />
        <Figure label={t("board.handling")} value={time(totals.handling_s.p50)} detail={t("board.p90", { time: time(totals.handling_s.p90) })} />
        <Figure label={t("board.rating_bot")} value={stars(totals.rating.bot)} />
        <Figure label={t("board.rating_agent")} value={stars(totals.rating.agent)} detail={t("board.answers", { n: totals.rating.answers })} />
      </dl>
    </section>
  );
}
