/** Answering from Slack: one's own account, and for administrators teams' channels and everybody's accounts. */
import { Button, Select, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { keys } from "../api/keys";
import { useAgents, useTeams } from "../api/queries";
import type { Agent, Team } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { useToast } from "../ui/toast";
import { AddButton, FormDialog, RowActions, Section } from "./section";
import { Once } from "./tokens-section";

interface SlackAccount {
  account: string;
  user_id: string;
  agent_id: string;
  linked_at: string;
}

interface TeamChannel {
  team_id: string;
  account: string;
  place: string;
  language: string;
  trouble: string | null;
}

interface SetUp {
  workspaces: { account: string; name: string | null; reason: string | null }[];
  channels: TeamChannel[];
  people: SlackAccount[];
}

export default function SlackSection(): ReactNode {
  const { can } = useSession();
  return (
    <>
      <Own />
      {can("agents.write") && <Shop />}
    </>
  );
}

/** Changes of these settings: what is shown is read again, refusals are told. */
function useChanging(): (work: () => Promise<unknown>) => Promise<boolean> {
  const cache = useQueryClient();
  const toast = useToast();
  const locale = useLocale();
  return async (work) => {
    try {
      await work();
      await cache.invalidateQueries({ queryKey: keys.slack });
      return true;
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
      return false;
    }
  };
}

function Own(): ReactNode {
  const { t, date } = useLocale();
  const change = useChanging();
  const [code, setCode] = useState<string | null>(null);
  const { data } = useQuery({ queryKey: keys.slackOwn, queryFn: () => http.get<{ items: SlackAccount[] }>("/me/slack") });
  const make = (): Promise<boolean> => change(async () => setCode((await http.post<{ code: string }>("/me/slack")).code));
  const unlink = ({ account, user_id }: SlackAccount): void =>
    void change(() => http.post("/me/slack/unlink", { account, user_id }));
  return (
    <Section title={t("settings.slack")} lead={t("slack.lead")} action={<Button onClick={() => void make()}>{t("slack.code")}</Button>}>
      {code && <Once token={`/kotha agent ${code}`} label={t("slack.type_it")} />}
      <ul className="settings-list">
        {data?.items.map((each) => (
          <li key={idOf(each)}>
            <div className="grow">
              <p className="clip">{idOf(each)}</p>
              <p className="muted small">{t("slack.linked", { date: date(each.linked_at) })}</p>
            </div>
            <RowActions name={idOf(each)} onRemove={() => unlink(each)} />
          </li>
        ))}
        {data?.items.length === 0 && <li className="muted">{t("slack.none")}</li>}
      </ul>
    </Section>
  );
}

function Shop(): ReactNode {
  const { data } = useQuery({ queryKey: keys.slackSetUp, queryFn: () => http.get<SetUp>("/slack") });
  const workspace = data?.workspaces[0]?.account ?? "";
  return (
    data && (
      <>
        <Channels channels={data.channels} workspace={workspace} />
        <People people={data.people} workspace={workspace} />
      </>
    )
  );
}

function Channels({ channels, workspace }: { channels: TeamChannel[]; workspace: string }): ReactNode {
  const { t, name, word } = useLocale();
  const teams = useTeams();
  const change = useChanging();
  const [isAdding, setAdding] = useState(false);
  const named = (id: string): string => nameOf(teams, id, name);
  return (
    <Section
      title={t("slack.channels")}
      lead={t("slack.channels_lead")}
      action={<AddButton label={t("slack.set_channel")} onClick={() => setAdding(true)} />}
    >
      <ul className="settings-list">
        {channels.map((each) => (
          <li key={each.team_id}>
            <div className="grow">
              <p className="clip">{named(each.team_id)}</p>
              <p className="muted small">{[each.account, each.place, each.language].join(" · ")}</p>
              {each.trouble && <p className="small">{t("slack.trouble", { why: word("slack.why", each.trouble) })}</p>}
            </div>
            <RowActions name={named(each.team_id)} onRemove={() => void change(() => http.delete(`/teams/${each.team_id}/slack`))} />
          </li>
        ))}
        {channels.length === 0 && <li className="muted">{t("slack.no_channels")}</li>}
      </ul>
      {isAdding && <ChannelForm teams={teams} workspace={workspace} onClose={() => setAdding(false)} />}
    </Section>
  );
}

function ChannelForm({ teams, workspace, onClose }: { teams: Team[]; workspace: string; onClose: () => void }): ReactNode {
  const { t, name } = useLocale();
  const change = useChanging();
  const [team, setTeam] = useState(teams[0]?.id ?? "");
  const [account, setAccount] = useState(workspace);
  const [place, setPlace] = useState("");
  const [language, setLanguage] = useState("en");
  const languages = [
    { value: "en", label: "English" },
    { value: "bn", label: "বাংলা" },
    { value: "bn-Latn", label: t("slack.romanised") },
  ];
  const save = (): Promise<boolean> => change(() => http.put(`/teams/${team}/slack`, { account, place, language }));
  return (
    <FormDialog title={t("slack.set_channel")} isReady={isId(account) && isId(place) && team !== ""} onClose={onClose} onSave={save}>
      <Select
        label={t("slack.team")}
        allowDeselect={false}
        value={team}
        onChange={(value) => setTeam(value ?? "")}
        data={teams.map((each) => ({ value: each.id, label: name(each) }))}
      />
      <TextInput label={t("slack.workspace")} required value={account} onChange={(event) => setAccount(event.currentTarget.value)} />
      <TextInput label={t("slack.channel")} required value={place} onChange={(event) => setPlace(event.currentTarget.value)} data-autofocus />
      <Select
        label={t("slack.language")}
        allowDeselect={false}
        value={language}
        onChange={(value) => setLanguage(value ?? "en")}
        data={languages}
      />
    </FormDialog>
  );
}

function People({ people, workspace }: { people: SlackAccount[]; workspace: string }): ReactNode {
  const { t, name } = useLocale();
  const agents = useAgents();
  const change = useChanging();
  const [isAdding, setAdding] = useState(false);
  const unlink = ({ account, user_id }: SlackAccount): void => void change(() => http.post("/slack/unlink", { account, user_id }));
  return (
    <Section
      title={t("slack.people")}
      lead={t("slack.people_lead")}
      action={<AddButton label={t("slack.link")} onClick={() => setAdding(true)} />}
    >
      <ul className="settings-list">
        {people.map((each) => (
          <li key={idOf(each)}>
            <div className="grow">
              <p className="clip">{nameOf(agents, each.agent_id, name)}</p>
              <p className="muted small">{idOf(each)}</p>
            </div>
            <RowActions name={idOf(each)} onRemove={() => unlink(each)} />
          </li>
        ))}
        {people.length === 0 && <li className="muted">{t("slack.no_people")}</li>}
      </ul>
      {isAdding && <PersonForm agents={agents} workspace={workspace} onClose={() => setAdding(false)} />}
    </Section>
  );
}

function PersonForm({ agents, workspace, onClose }: { agents: Agent[]; workspace: string; onClose: () => void }): ReactNode {
  const { t, name } = useLocale();
  const change = useChanging();
  const active = agents.filter((each) => each.active);
  const [agent, setAgent] = useState(active[0]?.id ?? "");
  const [account, setAccount] = useState(workspace);
  const [member, setMember] = useState("");
  const save = (): Promise<boolean> => change(() => http.post(`/agents/${agent}/slack`, { account, user_id: member }));
  return (
    <FormDialog title={t("slack.link")} isReady={isId(account) && isId(member) && agent !== ""} onClose={onClose} onSave={save}>
      <Select
        label={t("slack.agent")}
        allowDeselect={false}
        value={agent}
        onChange={(value) => setAgent(value ?? "")}
        data={active.map((each) => ({ value: each.id, label: name(each) }))}
      />
      <TextInput label={t("slack.workspace")} required value={account} onChange={(event) => setAccount(event.currentTarget.value)} />
      <TextInput label={t("slack.member")} required value={member} onChange={(event) => setMember(event.currentTarget.value)} data-autofocus />
    </FormDialog>
  );
}

interface Named {
  id: string;
  name: string;
  name_bn: string | null;
}

function nameOf<T extends Named>(list: T[], id: string, name: (one: T) => string): string {
  const found = list.find((each) => each.id === id);
  return found ? name(found) : id;
}

function idOf({ account, user_id }: SlackAccount): string {
  return `${account} · ${user_id}`;
}

function isId(text: string): boolean {
  return /^[A-Z0-9]{2,32}$/.test(text);
}
