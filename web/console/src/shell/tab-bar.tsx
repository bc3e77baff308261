/** The bottom bar of a phone. */
import { IconChartBar, IconHourglassHigh, IconInbox, IconSearch, IconSettings, type Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { useCounts } from "../api/queries";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";

export function TabBar({ onSearch }: { onSearch: () => void }): ReactNode {
  const { t } = useLocale();
  const { can } = useSession();
  const counts = useCounts();
  return (
    <nav className="tab-bar" aria-label={t("nav.label")}>
      <Tab to="/inbox/queue" icon={IconHourglassHigh} label={t("view.queue")} count={counts?.queue ?? 0} />
      <Tab to="/inbox/mine" icon={IconInbox} label={t("view.mine")} count={counts?.mine ?? 0} />
      <button type="button" onClick={onSearch}>
        <IconSearch size={22} stroke={1.7} aria-hidden />
        <span>{t("nav.search")}</span>
      </button>
      {can("board.read") && <Tab to="/board" icon={IconChartBar} label={t("nav.board")} />}
      <Tab to="/settings" icon={IconSettings} label={t("nav.settings")} />
    </nav>
  );
}

function Tab({ to, icon: Symbol, label, count = 0 }: { to: string; icon: Icon; label: string; count?: number }): ReactNode {
  const { number } = useLocale();
  return (
    <NavLink to={to}>
      <span className="tab-symbol">
        <Symbol size={22} stroke={1.7} aria-hidden />
        {count > 0 && <span className="tab-count tabular">{number(Math.min(count, 99))}</span>}
      </span>
      <span className="clip">{label}</span>
    </NavLink>
  );
}
