/** Single-letter keys: off while somebody types, in dialogs, and when the agent switched them off (WCAG 2.1.4). */
import { useEffect, useRef } from "react";
import { readStored } from "./hooks";

export const KEYS_STORED = "keys";

export function areKeysOn(): boolean {
  return readStored(`kotha:${KEYS_STORED}`, true);
}

export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target?.closest) return false;
  return target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]") !== null;
}

/** Keys of one view; a handler is found by the key's name, capitals with Shift. */
export function useKeys(handlers: Record<string, (() => void) | undefined>): void {
  const current = useRef(handlers);
  current.current = handlers;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event) || !areKeysOn()) return;
      const handle = current.current[event.key];
      if (!handle || document.querySelector("[aria-modal=true]")) return;
      event.preventDefault();
      handle();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
