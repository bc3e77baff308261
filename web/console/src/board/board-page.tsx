/** The supervisors' board: who is here, what waits, and how the last days went. */
import "./board.css";
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { http } from "../api/http";
import { keys } from "../api/keys";
import type { Board } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { Starting } from "../shell/starting";
import { Unreachable } from "../shell/unreachable";
import { useTitle } from "../ui/hooks";
import { NowFigures, TotalFigures } from "./figures";
import { AgentsNow, AgentsTable, TopicsTable } from "./tables";

const Charts = lazy(() => import("./charts"));

/** The figures of now are asked for again this often while the board is on a screen. */
const AGAIN_MS = 15_000;
const PERIODS = [7, 14, 30];

export default function BoardPage(): ReactNode {
  const { t, number } = useLocale();
  const { can } = useSession();
  const [days, setDays] = useState(7);
  const { data, isError, refetch } = useQuery({
    queryKey: keys.board(days),
    queryFn: () => http.get<Board>("/board", { days }),
    refetchInterval: AGAIN_MS,
    placeholderData: (before) => before,
    enabled: can("board.read"),
  });
  useTitle(t("nav.board"));
  if (!can("board.read")) return <div className="empty">{t("problem.not_allowed")}</div>;
  return (
    <div className="page">
      <header className="pane-head surface-head">
        <h1 className="pane-title">{t("nav.board")}</h1>
        <span className="grow" />
        <SegmentedControl
          size="xs"
          aria-label={t("board.period")}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
          data={PERIODS.map((period) => ({ value: String(period), label: t("board.days", { n: period }), "aria-label": number(period) }))}
        />
      </header>
      <div className="page-body scroll" tabIndex={0}>
        {data ? <Content board={data} /> : isError ? <Unreachable retry={() => void refetch()} /> : <Starting />}
      </div>
    </div>
  );
}

function Content({ board }: { board: Board }): ReactNode {
  return (
    <div className="board">
      <NowFigures now={board.now} />
      <AgentsNow now={board.now} />
      <TotalFigures totals={board.totals} />
      <Suspense
        fallback={
          <div className="board-card tall">
            <Starting />
          </div>
        }
      >
        <Charts board={board} />
      </Suspense>
      <TopicsTable topics={board.top_topics} />
      <AgentsTable agents={board.agents} />
    </div>
  );
}
