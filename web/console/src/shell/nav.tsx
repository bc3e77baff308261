/** The column at the left: search, the views with their counts, the other pages, and the agent. */
import { Kbd, Tooltip } from "@mantine/core";
import {
  IconAlarmSnooze,
  IconChartBar,
  IconChecks,
  IconHourglassHigh,
  IconInbox,
  IconKeyboard,
  IconList,
  IconRobot,
  IconSearch,
  IconSettings,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { useCounts } from "../api/queries";
import type { Counts, View } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { AgentMenu } from "./agent-menu";

/** The gateway stops counting here. */
export const MOST_COUNTED = 1000;

export const VIEWS: { view: View; icon: Icon }[] = [
  { view: "queue", icon: IconHourglassHigh },
  { view: "mine", icon: IconInbox },
  { view: "open", icon: IconUsers },
  { view: "snoozed", icon: IconAlarmSnooze },
  { view: "bot", icon: IconRobot },
  { view: "resolved", icon: IconChecks },
  { view: "all", icon: IconList },
];

export function Nav({ onSearch, onShortcuts }: { onSearch: () => void; onShortcuts: () => void }): ReactNode {
  const { t } = useLocale();
  const { can } = useSession();
  const counts = useCounts();
  return (
    <nav className="nav" aria-label={t("nav.label")}>
      <div className="nav-brand">
        <img src="/console/icon.svg" alt="" width={26} height={26} />
        <span className="nav-text">Kotha</span>
      </div>
      <Tooltip label={t("nav.search")} position="right" openDelay={600}>
        <button type="button" className="nav-search" onClick={onSearch} aria-keyshortcuts="Control+K">
          <IconSearch size={17} aria-hidden />
          <span className="nav-text grow">{t("nav.search")}</span>
          <Kbd size="xs" className="nav-text" aria-hidden>
            Ctrl K
          </Kbd>
        </button>
      </Tooltip>
      <h2 className="nav-heading nav-text">{t("nav.conversations")}</h2>
      <ul>
        {VIEWS.map(({ view, icon }) => (
          <NavItem key={view} to={`/inbox/${view}`} icon={icon} label={t(`view.${view}`)} count={countOf(counts, view)} urgent={view === "queue"} />
        ))}
      </ul>
      <h2 className="nav-heading nav-text">{t("nav.shop")}</h2>
      <ul>
        {can("board.read") && <NavItem to="/board" icon={IconChartBar} label={t("nav.board")} />}
        <NavItem to="/settings" icon={IconSettings} label={t("nav.settings")} />
      </ul>
      <div className="grow" />
      <button type="button" className="nav-item" onClick={onShortcuts}>
        <IconKeyboard size={18} stroke={1.7} aria-hidden />
        <span className="nav-text grow">{t("nav.shortcuts")}</span>
      </button>
      <AgentMenu />
    </nav>
  );
}

interface ItemProps {
  to: string;
  icon: Icon;
  label: string;
  count?: number | null;
  urgent?: boolean;
}

function NavItem({ to, icon: Symbol, label, count = null, urgent = false }: ItemProps): ReactNode {
  const { t, number } = useLocale();
  const shown = count === null ? null : count >= MOST_COUNTED ? `${number(MOST_COUNTED - 1)}+` : number(count);
  return (
    <li>
      <NavLink to={to} className="nav-item" title={label}>
        <Symbol size={18} stroke={1.7} aria-hidden />
        <span className="nav-text grow clip">{label}</span>
        {shown !== null && count !== 0 && (
          <span className={`nav-count tabular${urgent ? " urgent" : ""}`}>
            <span aria-hidden>{shown}</span>
            <span className="sr">{t("nav.count", { n: count ?? 0 })}</span>
          </span>
        )}
      </NavLink>
    </li>
  );
}

export function countOf(counts: Counts | undefined, view: View): number | null {
  if (!counts || view === "resolved" || view === "all") return null;
  return counts[view];
}
