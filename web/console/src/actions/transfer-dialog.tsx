/** To a colleague, whose it is at once, or into a team's queue. */
import { SegmentedControl, Select, Textarea } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useAgents, useTeams } from "../api/queries";
import type { Agent } from "../api/types";
import { useLocale } from "../i18n/provider";
import { EdgeDialog, REMARK_LIMIT, type DialogProps } from "./edge-dialog";

const ORDER = { available: 0, away: 1, offline: 2 } as const;

export function TransferDialog(props: DialogProps): ReactNode {
  const { t, name, word, number } = useLocale();
  const [kind, setKind] = useState<"agent" | "team">("agent");
  const [agent, setAgent] = useState<string | null>(null);
  const [team, setTeam] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const colleagues = useAgents()
    .filter(({ id, active }) => active && id !== props.conversation.assignee?.id)
    .sort(byPresence);
  const teams = useTeams();
  const target = kind === "agent" ? { to_agent: agent } : { to_team: team };
  const isReady = kind === "agent" ? agent !== null : team !== null;
  return (
    <EdgeDialog
      {...props}
      edge="transfer"
      title={t("do.transfer")}
      submit={t("do.transfer")}
      done={t("transfer.done")}
      isReady={isReady}
      body={() => ({ ...target, note: note.trim() })}
    >
      <SegmentedControl
        fullWidth
        aria-label={t("transfer.to")}
        value={kind}
        onChange={(value) => setKind(value as "agent" | "team")}
        data={[
          { value: "agent", label: t("transfer.agent") },
          { value: "team", label: t("transfer.team") },
        ]}
      />
      {kind === "agent" ? (
        <Select
          label={t("transfer.agent")}
          searchable
          value={agent}
          onChange={setAgent}
          nothingFoundMessage={t("nothing_found")}
          data={colleagues.map((colleague) => ({
            value: colleague.id,
            disabled: colleague.status === "offline",
            label: `${name(colleague)} · ${word("presence", colleague.status)} · ${number(colleague.load)}/${number(colleague.max_load)}`,
          }))}
        />
      ) : (
        <Select
          label={t("transfer.team")}
          value={team}
          onChange={setTeam}
          data={teams.map((other) => ({ value: other.id, label: other.open_now ? name(other) : `${name(other)} · ${t("team.closed")}` }))}
        />
      )}
      <Textarea
        label={t("transfer.note")}
        maxLength={REMARK_LIMIT}
        autosize
        minRows={2}
        maxRows={6}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </EdgeDialog>
  );
}

function byPresence(a: Agent, b: Agent): number {
  return ORDER[a.status] - ORDER[b.status] || a.load - b.load;
}
