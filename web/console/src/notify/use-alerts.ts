/** Tells an agent who looks elsewhere: by sound, in the title, and through the system, each only if wanted. */
import { useEffect, useRef } from "react";
import { useMatch, useNavigate } from "react-router";
import { customerName } from "../inbox/row";
import { useLocale } from "../i18n/provider";
import type { Uuid } from "../api/types";
import type { Alert } from "../live/live";
import { useLive } from "../live/provider";
import { useMe } from "../session/session";
import { readStored, setTitleBadge, useWidth } from "../ui/hooks";
import { useDismiss, useToast } from "../ui/toast";
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
  const dismiss = useDismiss();
  const shown = useShownThread();
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
      if (isSeen(alert, shown)) return;
      count();
      sound(alert.kind === "waiting" ? "message" : "alert");
      const open = (): void => void navigate(`/inbox/${alert.kind === "queued" ? "queue" : "mine"}/${alert.conversation.id}`);
      const text = textOf(alert, locale);
      if (document.hasFocus()) toast({ text, topic: topicOf(alert.kind, alert.conversation.id), action: { label: locale.t("open"), run: open } });
      else if (preferences.notifications) notify(text, alert.conversation.id, open);
    };
  }, [live, locale, preferences, navigate, toast, shown]);

  useEffect(() => {
    live.onChanged = ({ id, state }) => {
      if (state !== "queued") dismiss(topicOf("queued", id));
    };
    if (shown) for (const kind of PLAIN_TO_SEE) dismiss(topicOf(kind, shown));
  }, [live, dismiss, shown]);
}

/** What somebody who looks at the conversation sees there anyway. */
const PLAIN_TO_SEE: readonly Alert["kind"][] = ["queued", "waiting"];

export function isSeen({ kind, conversation }: Alert, shown: Uuid | null): boolean {
  return PLAIN_TO_SEE.includes(kind) && conversation.id === shown && document.hasFocus();
}

function topicOf(kind: Alert["kind"], conversation: Uuid): string {
  return `${kind}:${conversation}`;
}

/** The conversation whose messages are on the screen; a phone shows the customer in their place. */
function useShownThread(): Uuid | null {
  const { id = null, part } = useMatch("/inbox/:view/:id/:part?")?.params ?? {};
  const width = useWidth();
  return width === "phone" && part ? null : id;
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
