/** The frame around every view: navigation, connection state, and what reacts anywhere (search, keys, alerts). */
import "./shell.css";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { Outlet, useLocation } from "react-router";
import { useLocale } from "../i18n/provider";
import { useAlerts } from "../notify/use-alerts";
import { useNoStrayDrops } from "../ui/drops";
import { useWidth } from "../ui/hooks";
import { Boundary } from "./boundary";
import { ConnectionBar } from "./connection-bar";
import { Nav } from "./nav";
import { TabBar } from "./tab-bar";
import { useGlobalKeys } from "./use-global-keys";

const loadPalette = (): Promise<typeof import("../palette/palette")> => import("../palette/palette");
const Palette = lazy(loadPalette);
const Shortcuts = lazy(() => import("../palette/shortcuts"));

export type Overlay = "search" | "shortcuts" | null;

export function Shell(): ReactNode {
  const { t } = useLocale();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const width = useWidth();
  const { pathname } = useLocation();
  const isDeep = pathname.startsWith("/inbox/") && pathname.split("/").length > 3;
  // Ready before it is asked for: whoever presses Ctrl+K types on at once.
  useEffect(() => void loadPalette(), []);
  useGlobalKeys(setOverlay);
  useAlerts();
  useNoStrayDrops();
  return (
    <div className={`shell ${width}`}>
      <a className="skip" href="#main">
        {t("skip")}
      </a>
      {width !== "phone" && <Nav onSearch={() => setOverlay("search")} onShortcuts={() => setOverlay("shortcuts")} />}
      <div className="shell-main">
        <ConnectionBar />
        <main id="main" tabIndex={-1} className="shell-view">
          <Boundary view={pathname}>
            <Outlet />
          </Boundary>
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
