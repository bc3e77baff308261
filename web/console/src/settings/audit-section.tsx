/** Who did what, newest first. */
import { Button, Select, Table } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { http } from "../api/http";
import { keys } from "../api/keys";
import { useAgents } from "../api/queries";
import type { AuditEntry } from "../api/types";
import { useLocale } from "../i18n/provider";
import { Section } from "./section";

interface Page {
  items: AuditEntry[];
  next_cursor: string | null;
}

export default function AuditSection(): ReactNode {
  const { t, name } = useLocale();
  const agents = useAgents();
  const [agent, setAgent] = useState<string | null>(null);
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.audit({ agent }),
    queryFn: ({ pageParam }) => http.get<Page>("/audit", { cursor: pageParam, agent }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title={t("settings.audit")}
      lead={t("audit.lead")}
      action={
        <Select
          size="xs"
          clearable
          aria-label={t("board.agent")}
          placeholder={t("audit.everybody")}
          value={agent}
          onChange={setAgent}
          data={agents.map((other) => ({ value: other.id, label: name(other) }))}
        />
      }
    >
      {items.length === 0 ? <p className="muted">{t("panel.none")}</p> : <Entries items={items} />}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </Section>
  );
}

function Entries({ items }: { items: AuditEntry[] }): ReactNode {
  const { t, name, word, dateTime } = useLocale();
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={t("settings.audit")}>
      <Table verticalSpacing={7} fz="sm">
        <Table.Thead>
          <Table.Tr>
            {[t("audit.when"), t("board.agent"), t("audit.what"), t("audit.about"), t("audit.details")].map((title) => (
              <Table.Th key={title} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((entry, index) => (
            <Table.Tr key={`${entry.at}-${index}`}>
              <Table.Td className="tabular nowrap">{dateTime(entry.at)}</Table.Td>
              <Table.Td className="nowrap">{entry.agent ? name(entry.agent) : "–"}</Table.Td>
              <Table.Td>{word("audit", entry.kind)}</Table.Td>
              <Table.Td className="nowrap">{aboutOf(entry, t("audit.conversation"), t("customer"))}</Table.Td>
              <Table.Td className="muted details">{detailsOf(entry.facts)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function aboutOf({ conversation_id, customer_id }: AuditEntry, conversation: string, customer: string): ReactNode {
  if (conversation_id) return <Link to={`/inbox/all/${conversation_id}`}>{conversation}</Link>;
  return customer_id ? <Link to={`/customers/${customer_id}`}>{customer}</Link> : "–";
}

function detailsOf(facts: Record<string, unknown>): string {
  return Object.entries(facts ?? {})
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}
