/** The dialogs of a conversation, one at a time. */
import type { ReactNode } from "react";
import type { ConversationDetail } from "../api/types";
import { ActionDialog } from "./action-dialog";
import { HandBackDialog, ReleaseDialog, ResolveDialog, SnoozeDialog } from "./edge-dialogs";
import { LabelsDialog } from "./labels-dialog";
import { TransferDialog } from "./transfer-dialog";

export type DialogName =
  | { kind: "resolve" | "hand_back" | "snooze" | "transfer" | "release" | "labels" }
  | { kind: "action"; action: string; body: Record<string, unknown> };

interface Props {
  dialog: DialogName | null;
  detail: ConversationDetail;
  onClose: () => void;
}

export function ActionDialogs({ dialog, detail: { conversation, card }, onClose }: Props): ReactNode {
  const given = { conversation, onClose };
  switch (dialog?.kind) {
    case "resolve":
      return <ResolveDialog {...given} />;
    case "hand_back":
      return <HandBackDialog {...given} form={card?.form ?? null} />;
    case "snooze":
      return <SnoozeDialog {...given} />;
    case "transfer":
      return <TransferDialog {...given} />;
    case "release":
      return <ReleaseDialog {...given} />;
    case "labels":
      return <LabelsDialog {...given} />;
    case "action":
      return <ActionDialog {...given} action={dialog.action} body={dialog.body} />;
    default:
      return null;
  }
}
