/** Says when the connection is gone, and that nothing is lost. */
import { IconCloudOff } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import { useLocale } from "../i18n/provider";
import { useConnection, useLive, useUnsent } from "../live/provider";

/** A blink of the network is nobody's business. */
const SHOW_AFTER_MS = 1_500;

export function ConnectionBar(): ReactNode {
  const { t } = useLocale();
  const live = useLive();
  const isOpen = useConnection() === "open";
  const waiting = useUnsent().length;
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isOpen) return setShown(false);
    const timer = setTimeout(() => setShown(true), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isOpen]);
  return (
    <div role="status">
      {isShown && (
        <div className="connection-bar">
          <IconCloudOff size={17} aria-hidden />
          <span className="grow">{waiting > 0 ? t("connection.lost_waiting", { n: waiting }) : t("connection.lost")}</span>
          <button type="button" onClick={() => live.socket.retry()}>
            {t("connection.retry")}
          </button>
        </div>
      )}
    </div>
  );
}
