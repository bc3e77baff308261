/** The frame of a dialog that ends in one edge: fields, one button, refusals shown while it stays open. */
import "./actions.css";
import { Button, Modal } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { useEdge, type Edge } from "../api/edges";
import type { Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useToast } from "../ui/toast";

/** The contract takes short remarks: in characters. */
export const REMARK_LIMIT = 280;

export interface DialogProps {
  conversation: Summary;
  onClose: () => void;
}

interface Props extends DialogProps {
  edge: Edge;
  title: string;
  lead?: string;
  submit: string;
  done: string;
  body: () => Record<string, unknown>;
  isReady?: boolean;
  children?: ReactNode;
}

export function EdgeDialog({ conversation, onClose, edge, title, lead, submit, done, body, isReady = true, children }: Props): ReactNode {
  const { t } = useLocale();
  const act = useEdge();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const run = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const isDone = await act(conversation, edge, { epoch: conversation.epoch, ...body() });
    setBusy(false);
    if (!isDone) return;
    toast({ text: done });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form className="stack" onSubmit={(event) => void run(event)}>
        {lead && <p className="muted">{lead}</p>}
        {children}
        <div className="row dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!isReady}>
            {submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
