/** The frame around every view: navigation, connection state, and what reacts anywhere (search, keys, alerts). */
import "./shell.css";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { Outlet, useLocation } from "react-router";
import { useLocale } from "../i18n/provider";
import { useAlerts } from "../notify/use-alerts";
import { useWidth } from "../ui/hooks";
import { ConnectionBar } from "./connection-bar";
import { Nav } from "./nav";
import { TabBar } from "./tab-bar";
import { useGlobalKeys } from "./use-global-keys";

const Palette = lazy(() => import("../palette/palette"));
const Shortcuts = lazy(() => import("../palette/shortcuts"));

export type Overlay = "search" | "shortcuts" | null;

export function Shell(): ReactNode {
  const { t } = useLocale();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const width = useWidth();
  const isDeep = useLocation().pathname.split("/").length > 3;
  useGlobalKeys(setOverlay);
  useAlerts();
  return (
    <div className={`shell ${width}`}>
      <a className="skip" href="#main">{t("skip")}</a>
      {width !== "phone" && <Nav onSearch={() => setOverlay("search")} onShortcuts={() => setOverlay("shortcuts")} />}
      <div className="shell-main">
        <ConnectionBar />
        <main id="main" tabIndex={-1} className="shell-view">
          <Outlet />
        </main>
        {width === "phone" && !isDeep && <TabBar onSearch={() => setOverlay("search")} />}
      </div>
      <Suspense>
        {overlay === "search" && <Palette onClose={() => setOverlay(null)} />}
        {overlay === "shortcuts" && <Shortcuts onClose={() => setOverlay(null)} />}
      </Suspense>
    </div>
  );
}
