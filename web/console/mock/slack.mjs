// Agents in Slack: one's own accounts, teams' channels, everybody's accounts.
import { AGENTS, TEAMS } from "./people.mjs";

const ago = (ms) => new Date(Date.now() - ms).toISOString();
const channels = [
  { team_id: TEAMS[0].id, account: "T0123ABCD", place: "C0CARE", language: "en", trouble: null },
  { team_id: TEAMS[1].id, account: "T0123ABCD", place: "C0MONEY", language: "bn", trouble: "public" },
];
const people = [AGENTS[0], AGENTS[4]].map(({ id }, n) => ({
  account: "T0123ABCD",
  user_id: `U0AGENT${n}`,
  agent_id: id,
  linked_at: ago(9e8),
  seen_at: ago(6e4),
}));

const drop = (list, fits) => {
  const index = list.findIndex(fits);
  if (index >= 0) list.splice(index, 1);
  return [204, null];
};
const isThat = (body) => (each) => each.account === body.account && each.user_id === body.user_id;

/** The answer, or undefined for what is none of Slack's routes. */
export function slack(method, path, { me, body }) {
  switch (`${method} ${path.length === 3 && path[0] !== "me" ? `${path[0]}/…/${path[2]}` : path.join("/")}`) {
    case "GET me/slack":
      return { items: people.filter(({ agent_id }) => agent_id === me.id) };
    case "POST me/slack":
      return [201, { code: "7H3K-9QDX", expires_at: ago(-6e5) }];
    case "POST me/slack/unlink":
    case "POST slack/unlink":
      return drop(people, isThat(body));
    case "GET slack":
      return { workspaces: [{ account: "T0123ABCD", name: "Kotha Bazaar", reason: null }], channels, people };
    case "PUT teams/…/slack":
      drop(channels, ({ team_id }) => team_id === path[1]);
      return channels[channels.push({ ...body, team_id: path[1], trouble: null }) - 1];
    case "DELETE teams/…/slack":
      return drop(channels, ({ team_id }) => team_id === path[1]);
    case "POST agents/…/slack":
      people.push({ ...body, agent_id: path[1], linked_at: ago(0), seen_at: null });
      return [204, null];
    default:
      return undefined;
  }
}
