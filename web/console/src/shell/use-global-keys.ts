/** Keys that work everywhere: Ctrl+K searches, ? shows the keys, "g" and a letter goes to a view. */
import { useEffect } from "react";
import { useNavigate } from "react-router";
import { areKeysOn, isTyping } from "../ui/keys";
import type { Overlay } from "./shell";

/** The second key of "g …" must follow within this time. */
const CHORD_MS = 1_200;
const PLACES: Record<string, string> = {
  q: "/inbox/queue",
  m: "/inbox/mine",
  o: "/inbox/open",
  s: "/inbox/snoozed",
  b: "/inbox/bot",
  a: "/inbox/all",
  d: "/board",
  ",": "/settings",
};

export function useGlobalKeys(show: (overlay: Overlay) => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goAt = -Infinity;
    const press = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return show("search");
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || !areKeysOn()) return;
      if (event.key === "?") return show("shortcuts");
      const place = event.timeStamp - goAt < CHORD_MS ? PLACES[event.key] : undefined;
      goAt = event.key === "g" ? event.timeStamp : -Infinity;
      if (!place) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void navigate(place);
    };
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, [navigate, show]);
}
