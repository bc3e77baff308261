/** Puts the cursor into the composer of the open conversation, from wherever it was asked for. */
import type { Mode } from "../conversation/drafts";

const EVENT = "kotha:compose";

export interface ComposeWish {
  mode: Mode;
  text?: string;
}

export function focusComposer(mode: Mode, text?: string): void {
  window.dispatchEvent(new CustomEvent<ComposeWish>(EVENT, { detail: text === undefined ? { mode } : { mode, text } }));
}

export function onComposeWish(listen: (wish: ComposeWish) => void): () => void {
  const hear = (event: Event): void => listen((event as CustomEvent<ComposeWish>).detail);
  window.addEventListener(EVENT, hear);
  return () => window.removeEventListener(EVENT, hear);
}
