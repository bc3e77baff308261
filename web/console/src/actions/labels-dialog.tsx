/** Which labels a conversation carries. */
import { Button, Checkbox, Modal } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { useLabels } from "../api/queries";
import type { Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useLive } from "../live/provider";
import { useToast } from "../ui/toast";
import type { DialogProps } from "./edge-dialog";

export function LabelsDialog({ conversation, onClose }: DialogProps): ReactNode {
  const locale = useLocale();
  const { t, name } = locale;
  const live = useLive();
  const toast = useToast();
  const labels = useLabels();
  const [chosen, setChosen] = useState<string[]>(() => conversation.labels.map(({ id }) => id));
  const save = async (): Promise<void> => {
    try {
      const answer = await http.put<{ conversation: Summary }>(`/conversations/${conversation.id}/labels`, { label_ids: chosen });
      live.changed(answer.conversation);
      onClose();
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
    }
  };
  return (
    <Modal opened onClose={onClose} title={t("labels")} size="sm" closeButtonProps={{ "aria-label": t("close") }}>
      <div className="stack">
        <Checkbox.Group value={chosen} onChange={setChosen} aria-label={t("labels")}>
          <div className="choices-column">
            {labels.map((label) => (
              <Checkbox key={label.id} value={label.id} label={<span className={`row label label-${label.colour}`}>{name(label)}</span>} />
            ))}
          </div>
        </Checkbox.Group>
        {labels.length === 0 && <p className="muted">{t("labels.none")}</p>}
        <div className="row dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button onClick={() => void save()}>{t("save")}</Button>
        </div>
      </div>
    </Modal>
  );
}
