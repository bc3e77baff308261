/** The board's charts, each also readable as a table. */
import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import type { Board } from "../api/types";
import { useLocale } from "../i18n/provider";
import { DataTable } from "./tables";

const HEIGHT = 220;
/** Left alone the chart drops whichever hours have no room, one here and two there. */
const HOURS_BETWEEN_LABELS = 3;
const STARS = 5;
const FIRST = "kotha.5";
const SECOND = "orange.6";

export default function Charts({ board }: { board: Board }): ReactNode {
  return (
    <>
      <PerDay series={board.series} />
      <PerHour hours={board.by_hour} />
      <FirstAnswer series={board.series} />
      <Ratings series={board.series} />
      <Reasons reasons={board.reasons} />
    </>
  );
}

interface FrameProps {
  title: string;
  head: string[];
  rows: string[][];
  children: ReactNode;
}

function Frame({ title, head, rows, children }: FrameProps): ReactNode {
  const { t } = useLocale();
  const [isTable, setTable] = useState(false);
  const label = t(isTable ? "board.as_chart" : "board.as_table");
  return (
    <section className="board-card" aria-label={title}>
      <div className="row">
        <h2 className="board-title grow">{title}</h2>
        <Tooltip label={label}>
          <ActionIcon size={28} aria-label={`${title}: ${label}`} onClick={() => setTable(!isTable)}>
            {isTable ? <IconChartBar size={17} /> : <IconTable size={17} />}
          </ActionIcon>
        </Tooltip>
      </div>
      {isTable ? (
        <DataTable head={head} rows={rows} />
      ) : (
        <div className="chart" aria-hidden>
          {children}
        </div>
      )}
    </section>
  );
}

function PerDay({ series }: { series: Board["series"] }): ReactNode {
  const { t, number, date } = useLocale();
  const data = series.map((row) => ({ ...row, day: date(row.day) }));
  return (
    <Frame
      title={t("board.per_day")}
      head={[t("board.day"), t("board.conversations"), t("board.handed_over"), t("board.resolved")]}
      rows={data.map((row) => [row.day, number(row.conversations), number(row.handed_over), number(row.resolved)])}
    >
      <LineChart
        h={HEIGHT}
        data={data}
        dataKey="day"
        withLegend
        withDots={false}
        curveType="monotone"
        gridAxis="x"
        valueFormatter={(value) => number(value)}
        lineChartProps={{ accessibilityLayer: false }}
        lineProps={{ isAnimationActive: false }}
        series={[
          { name: "conversations", label: t("board.conversations"), color: FIRST },
          { name: "handed_over", label: t("board.handed_over"), color: SECOND },
        ]}
      />
    </Frame>
  );
}

function PerHour({ hours }: { hours: Board["by_hour"] }): ReactNode {
  const { t, number } = useLocale();
  const data = hours.map((row) => ({ ...row, hour: number(row.hour) }));
  return (
    <Frame
      title={t("board.per_hour")}
      head={[t("board.hour"), t("board.conversations"), t("board.queued")]}
      rows={data.map((row) => [row.hour, number(row.conversations), number(row.queued)])}
    >
      <BarChart
        h={HEIGHT}
        data={data}
        dataKey="hour"
        withLegend
        gridAxis="x"
        xAxisProps={{ interval: HOURS_BETWEEN_LABELS - 1 }}
        valueFormatter={(value) => number(value)}
        barChartProps={{ accessibilityLayer: false, barGap: 1 }}
        barProps={{ isAnimationActive: false }}
        series={[
          { name: "conversations", label: t("board.conversations"), color: FIRST },
          { name: "queued", label: t("board.queued"), color: SECOND },
        ]}
      />
    </Frame>
  );
}

function FirstAnswer({ series }: { series: Board["series"] }): ReactNode {
  const { t, date, duration, stopwatch } = useLocale();
  const data = series.map((row) => ({ day: date(row.day), seconds: row.first_answer_p50_s }));
  const shown = (seconds: number | null): string => (seconds === null ? "–" : duration(seconds));
  return (
    <Frame title={t("board.first_answer")} head={[t("board.day"), t("board.first_answer")]} rows={data.map((row) => [row.day, shown(row.seconds)])}>
      <BarChart
        h={HEIGHT}
        data={data}
        dataKey="day"
        gridAxis="x"
        valueFormatter={(value) => stopwatch(value)}
        barChartProps={{ accessibilityLayer: false }}
        barProps={{ isAnimationActive: false, radius: 3 }}
        series={[{ name: "seconds", label: t("board.first_answer"), color: FIRST }]}
      />
    </Frame>
  );
}

function Ratings({ series }: { series: Board["series"] }): ReactNode {
  const { t, date, number } = useLocale();
  const data = series.map((row) => ({ day: date(row.day), bot: row.rating_bot, agent: row.rating_agent }));
  const shown = (rating: number | null): string => (rating === null ? "–" : number(rating, 1));
  return (
    <Frame
      title={t("board.ratings")}
      head={[t("board.day"), t("board.rating_bot"), t("board.rating_agent")]}
      rows={data.map((row) => [row.day, shown(row.bot), shown(row.agent)])}
    >
      <LineChart
        h={HEIGHT}
        data={data}
        dataKey="day"
        withLegend
        connectNulls
        curveType="monotone"
        gridAxis="x"
        valueFormatter={(value) => number(value, 1)}
        yAxisProps={{ domain: [1, STARS], ticks: [1, 2, 3, 4, STARS] }}
        lineChartProps={{ accessibilityLayer: false }}
        lineProps={{ isAnimationActive: false }}
        series={[
          { name: "bot", label: t("board.rating_bot"), color: SECOND },
          { name: "agent", label: t("board.rating_agent"), color: FIRST },
        ]}
      />
    </Frame>
  );
}

/** Bars of words are lists with lines: nothing a chart library does better. */
function Reasons({ reasons }: { reasons: Board["reasons"] }): ReactNode {
  const { t, word, number } = useLocale();
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  return (
    <section className="board-card" aria-label={t("board.reasons")}>
      <h2 className="board-title">{t("board.reasons")}</h2>
      <ul className="bars">
        {reasons.map(({ reason, count }) => (
          <li key={reason}>
            <span className="clip">{word("reason", reason)}</span>
            <span className="bar" aria-hidden>
              <i style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span className="tabular">{number(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
