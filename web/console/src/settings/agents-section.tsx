/** The people who answer. */
import { ActionIcon, MultiSelect, NumberInput, Select, Switch, TextInput, Tooltip } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { keys } from "../api/keys";
import { useAgents, useTeams } from "../api/queries";
import type { Agent, Role } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useToast } from "../ui/toast";
import { Avatar } from "../ui/avatar";
import { AddButton, FormDialog, RowActions, Section, useEditing } from "./section";
import { Once } from "./tokens-section";

type NewAgent = Partial<{ agent: Agent; initial_password: string }>;

export default function AgentsSection(): ReactNode {
  const locale = useLocale();
  const { t, name, word } = locale;
  const toast = useToast();
  const agents = useAgents();
  const teams = useTeams();
  const [editing, setEditing] = useState<Agent | "new" | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const renew = async (agent: Agent): Promise<void> => {
    try {
      setPassword((await http.post<NewAgent>(`/agents/${agent.id}/password`)).initial_password ?? null);
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
    }
  };
  return (
    <Section title={t("settings.agents")} action={<AddButton label={t("agents.add")} onClick={() => setEditing("new")} />}>
      {password && <Once token={password} label={t("agents.password_once")} />}
      <ul className="settings-list">
        {agents.map((agent) => (
          <li key={agent.id} className={agent.active ? "" : "inactive"}>
            <Avatar id={agent.id} name={name(agent)} />
            <div className="grow">
              <p className="row">
                <span className="clip">{name(agent)}</span>
                <span className={`presence ${agent.status}`} />
                <span className="sr">{word("presence", agent.status)}</span>
              </p>
              <p className="muted small clip">{[agent.email, ...teams.filter(({ id }) => agent.team_ids.includes(id)).map(name)].join(" · ")}</p>
            </div>
            {!agent.active && <span className="chip warn">{t("agents.inactive")}</span>}
            <span className="chip">{word("role", agent.role)}</span>
            <Tooltip label={t("agents.new_password")}>
              <ActionIcon aria-label={`${t("agents.new_password")}: ${name(agent)}`} onClick={() => void renew(agent)}>
                <IconKey size={17} />
              </ActionIcon>
            </Tooltip>
            <RowActions name={name(agent)} onEdit={() => setEditing(agent)} />
          </li>
        ))}
      </ul>
      {editing && <AgentForm agent={editing === "new" ? null : editing} onClose={() => setEditing(null)} onPassword={setPassword} />}
    </Section>
  );
}

const LANGUAGES = ["en", "bn"];
const ROLES: Role[] = ["agent", "supervisor", "admin"];

function AgentForm({ agent, onClose, onPassword }: { agent: Agent | null; onClose: () => void; onPassword: (password: string) => void }): ReactNode {
  const { t, name: nameOf, word } = useLocale();
  const teams = useTeams();
  const { save } = useEditing<NewAgent>("/agents", keys.agents);
  const [name, setName] = useState(agent?.name ?? "");
  const [nameBn, setNameBn] = useState(agent?.name_bn ?? "");
  const [email, setEmail] = useState(agent?.email ?? "");
  const [role, setRole] = useState<string>(agent?.role ?? "agent");
  const [teamIds, setTeamIds] = useState<string[]>(agent?.team_ids ?? []);
  const [languages, setLanguages] = useState<string[]>(agent?.languages ?? LANGUAGES);
  const [maxLoad, setMaxLoad] = useState<number>(agent?.max_load ?? 6);
  const [isActive, setActive] = useState(agent?.active ?? true);
  const submit = async (): Promise<boolean> => {
    const answer = await save(agent?.id ?? null, {
      name,
      name_bn: nameBn.trim() || name,
      ...(agent ? {} : { email }),
      role,
      team_ids: teamIds,
      languages,
      max_load: maxLoad,
      ...(agent ? { active: isActive } : {}),
    });
    if (answer?.initial_password) onPassword(answer.initial_password);
    return answer !== null;
  };
  return (
    <FormDialog title={t(agent ? "agents.edit" : "agents.add")} isReady={name.trim() !== "" && /.@./.test(email)} onClose={onClose} onSave={submit}>
      <div className="two-columns">
        <TextInput label={t("agents.name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <TextInput label={t("agents.name_bn")} value={nameBn} onChange={(event) => setNameBn(event.currentTarget.value)} />
      </div>
      <TextInput
        label={t("login.email")}
        type="email"
        required
        disabled={agent !== null}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Select
        label={t("agents.role")}
        allowDeselect={false}
        value={role}
        onChange={(value) => setRole(value ?? "agent")}
        data={ROLES.map((value) => ({ value, label: word("role", value) }))}
      />
      <MultiSelect
        label={t("settings.teams")}
        value={teamIds}
        onChange={setTeamIds}
        data={teams.map((team) => ({ value: team.id, label: nameOf(team) }))}
      />
      <div className="two-columns">
        <MultiSelect
          label={t("agents.languages")}
          value={languages}
          onChange={setLanguages}
          data={LANGUAGES.map((value) => ({ value, label: word("language", value) }))}
        />
        <NumberInput label={t("agents.max_load")} min={1} max={50} value={maxLoad} onChange={(value) => setMaxLoad(Number(value))} />
      </div>
      {agent && <Switch label={t("agents.active")} checked={isActive} onChange={(event) => setActive(event.currentTarget.checked)} />}
    </FormDialog>
  );
}
