/** The board's tables: who is here now, topics, and each agent's period. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import type { Board } from "../api/types";
import { useLocale } from "../i18n/provider";
import { readable } from "../i18n/locale";
import { Avatar } from "../ui/avatar";

export function AgentsNow({ now }: { now: Board["now"] }): ReactNode {
  const { t, name, word, number, time } = useLocale();
  return (
    <section className="board-card" aria-label={t("board.here")}>
      <h2 className="board-title">{t("board.here")}</h2>
      <ul className="agents-now">
        {now.agents.map(({ agent, claimed, since }) => (
          <li key={agent.id} className="row">
            <Avatar id={agent.id} name={name(agent)} small />
            <span className="grow clip">{name(agent)}</span>
            <span className="row muted small">
              <span className={`presence ${agent.status}`} />
              {word("presence", agent.status)}
            </span>
            <span className="muted small since tabular">{t("board.since", { time: time(since) })}</span>
            <span className="load">
              <meter min={0} max={agent.max_load} value={claimed} aria-label={t("board.load")} />
              <span className="tabular small">
                {number(claimed)}/{number(agent.max_load)}
              </span>
            </span>
          </li>
        ))}
        {now.agents.length === 0 && <li className="muted">{t("board.nobody")}</li>}
      </ul>
    </section>
  );
}

export function TopicsTable({ topics }: { topics: Board["top_topics"] }): ReactNode {
  const { t, number, percent } = useLocale();
  return (
    <section className="board-card" aria-label={t("board.topics")}>
      <h2 className="board-title">{t("board.topics")}</h2>
      <DataTable
        head={[t("board.topic"), t("board.count"), t("board.handed_over")]}
        rows={topics.map(({ intent, count, handed_over }) => [
          readable(intent),
          number(count),
          `${number(handed_over)} (${percent(count > 0 ? handed_over / count : 0)})`,
        ])}
      />
    </section>
  );
}

export function AgentsTable({ agents }: { agents: Board["agents"] }): ReactNode {
  const { t, name, number, duration } = useLocale();
  return (
    <section className="board-card" aria-label={t("board.agents")}>
      <h2 className="board-title">{t("board.agents")}</h2>
      <DataTable
        head={[t("board.agent"), t("board.claimed"), t("board.resolved"), t("board.handling"), t("rating")]}
        rows={agents.map((row) => [
          name(row.agent),
          number(row.claimed),
          number(row.resolved),
          row.handling_p50_s === null ? "–" : duration(row.handling_p50_s),
          row.rating === null ? "–" : number(row.rating, 1),
        ])}
      />
    </section>
  );
}

/** The first column names the row; the others are figures. */
export function DataTable({ head, rows }: { head: string[]; rows: string[][] }): ReactNode {
  const { t } = useLocale();
  if (rows.length === 0) return <p className="muted">{t("panel.none")}</p>;
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={head[0]}>
      <Table verticalSpacing={6} horizontalSpacing="xs" fz="sm">
        <Table.Thead>
          <Table.Tr>
            {head.map((title, index) => (
              <Table.Th key={title} scope="col" className={index > 0 ? "number" : ""}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, row) => (
            <Table.Tr key={row}>
              {cells.map((cell, index) =>
                index === 0 ? (
                  <Table.Th key={index} scope="row" fw={500}>
                    {cell}
                  </Table.Th>
                ) : (
                  <Table.Td key={index} className="number tabular">
                    {cell}
                  </Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
