/** Settings: one's own, and for administrators the shop's. */
import "./settings.css";
import { lazy, Suspense, useEffect, useRef, type ReactNode } from "react";
import { Navigate, NavLink, useParams } from "react-router";
import type { Permission } from "../api/types";
import type { Key } from "../i18n/locale";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { Starting } from "../shell/starting";
import { useTitle } from "../ui/hooks";
import { Profile } from "./profile";

const SECTIONS: { name: string; needs: Permission | null; page: () => ReactNode }[] = [
  { name: "profile", needs: null, page: () => <Profile /> },
  { name: "canned", needs: null, page: page(() => import("./canned-section")) },
  { name: "tokens", needs: null, page: page(() => import("./tokens-section")) },
  { name: "slack", needs: null, page: page(() => import("./slack-section")) },
  { name: "agents", needs: "agents.write", page: page(() => import("./agents-section")) },
  { name: "teams", needs: "agents.write", page: page(() => import("./teams-section")) },
  { name: "labels", needs: "agents.write", page: page(() => import("./labels-section")) },
  { name: "audit", needs: "audit.read", page: page(() => import("./audit-section")) },
];

function page(load: () => Promise<{ default: () => ReactNode }>): () => ReactNode {
  const Section = lazy(load);
  return () => <Section />;
}

export default function SettingsPage(): ReactNode {
  const { section = "profile" } = useParams();
  const { t } = useLocale();
  const { can } = useSession();
  const mine = SECTIONS.filter(({ needs }) => needs === null || can(needs));
  const current = mine.find(({ name }) => name === section);
  useTitle(t("nav.settings"));
  const nav = useRef<HTMLElement>(null);
  // On a phone the names are one line that scrolls.
  useEffect(() => nav.current?.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [section]);
  if (!current) return <Navigate to="/settings/profile" replace />;
  return (
    <div className="page">
      <header className="pane-head surface">
        <h1 className="pane-title">{t("nav.settings")}</h1>
      </header>
      <div className="settings">
        <nav className="settings-nav" ref={nav} aria-label={t("nav.settings")}>
          {mine.map(({ name }) => (
            <NavLink key={name} to={`/settings/${name}`}>
              {t(`settings.${name}` as Key)}
            </NavLink>
          ))}
        </nav>
        <div className="settings-body scroll" tabIndex={0} key={section}>
          <Suspense fallback={<Starting />}>{current.page()}</Suspense>
        </div>
      </div>
    </div>
  );
}
