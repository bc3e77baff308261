/** Single keys of an open conversation. */
import { useEdge } from "../api/edges";
import type { ConversationDetail } from "../api/types";
import type { DialogName } from "../actions/dialogs";
import { useKeys } from "../ui/keys";
import { focusComposer } from "./composer-focus";

export function useThreadKeys({ conversation, may }: ConversationDetail, show: (dialog: DialogName) => void, onPanel: () => void): void {
  const act = useEdge();
  const when = (allowed: string, run: () => void): (() => void) | undefined => (may.includes(allowed) ? run : undefined);
  useKeys({
    c: when("claim", () => void act(conversation, "claim")),
    r: () => focusComposer("reply"),
    n: () => focusComposer("note"),
    e: when("resolve", () => show({ kind: "resolve" })),
    z: when("snooze", () => show({ kind: "snooze" })),
    t: when("transfer", () => show({ kind: "transfer" })),
    h: when("hand_back", () => show({ kind: "hand_back" })),
    l: () => show({ kind: "labels" }),
    i: onPanel,
  });
}
