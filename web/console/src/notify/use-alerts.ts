/** Tells an agent who looks elsewhere: by sound, in the title, and through the system, each only if wanted. */
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { customerName } from "../inbox/row";
import { useLocale } from "../i18n/provider";
import type { Alert } from "../live/live";
import { useLive } from "../live/provider";
import { useMe } from "../session/session";
import { readStored, setTitleBadge } from "../ui/hooks";
import { useToast } from "../ui/toast";
import { play } from "./sound";

/** Several alerts of one moment make one sound. */
const QUIET_MS = 1_500;
export const BADGE_STORED = "badge";

export function useAlerts(): void {
  const live = useLive();
  const locale = useLocale();
  const { preferences } = useMe();
  const navigate = useNavigate();
  const toast = useToast();
  const missed = useRef(0);
  const soundedAt = useRef(-Infinity);

  useEffect(() => {
    const seen = (): void => {
      if (document.visibilityState !== "visible") return;
      missed.current = 0;
      setTitleBadge(0);
    };
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("focus", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("focus", seen);
    };
  }, []);

  useEffect(() => {
    const count = (): void => {
      if (document.hasFocus() || !readStored(`kotha:${BADGE_STORED}`, true)) return;
      setTitleBadge(++missed.current);
    };
    const sound = (kind: "alert" | "message"): void => {
      const now = performance.now();
      if (!preferences.sound || now - soundedAt.current < QUIET_MS) return;
      soundedAt.current = now;
      play(kind);
    };
    live.onAlert = (alert) => {
      count();
      sound("alert");
      const open = (): void => void navigate(`/inbox/${alert.kind === "queued" ? "queue" : "mine"}/${alert.conversation.id}`);
      const text = textOf(alert, locale);
      if (document.hasFocus()) toast({ text, action: { label: locale.t("open"), run: open } });
      else if (preferences.notifications) notify(text, alert.conversation.id, open);
    };
    live.onMessage = () => {
      if (document.hasFocus()) return;
      count();
      sound("message");
    };
  }, [live, locale, preferences, navigate, toast]);
}

function textOf({ kind, conversation }: Alert, locale: ReturnType<typeof useLocale>): string {
  return locale.t(`alert.${kind}`, { name: customerName(conversation, locale) });
}

function notify(text: string, tag: string, open: () => void): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification("Kotha", { body: text, tag, icon: "/console/icon.svg" });
  notification.onclick = () => {
    window.focus();
    open();
    notification.close();
  };
}
