/** What settings share: the frame of a section, and a list one can add to, change and take from. */
import { ActionIcon, Button, Modal, Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { useLocale } from "../i18n/provider";
import { useToast } from "../ui/toast";

interface SectionProps {
  title: string;
  lead?: string;
  action?: ReactNode;
  children: ReactNode;
}

export function Section({ title, lead, action, children }: SectionProps): ReactNode {
  return (
    <section className="settings-section">
      <div className="row settings-head">
        <h2 className="grow">{title}</h2>
        {action}
      </div>
      {lead && <p className="muted small">{lead}</p>}
      <div className="stack settings-content">{children}</div>
    </section>
  );
}

/** Requests of a list in the settings: the answer is kept fresh, refusals are shown. */
export function useEditing<T>(
  path: string,
  key: readonly string[],
): { save: (id: string | null, body: unknown) => Promise<T | null>; remove: (id: string) => Promise<boolean> } {
  const cache = useQueryClient();
  const toast = useToast();
  const locale = useLocale();
  const attempt = async <R,>(work: () => Promise<R>): Promise<{ answer: R } | null> => {
    try {
      const answer = await work();
      await cache.invalidateQueries({ queryKey: key });
      return { answer };
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
      return null;
    }
  };
  return {
    save: async (id, body) => (await attempt(() => (id ? http.patch<T>(`${path}/${id}`, body) : http.post<T>(path, body))))?.answer ?? null,
    remove: async (id) => (await attempt(() => http.delete(`${path}/${id}`))) !== null,
  };
}

export function AddButton({ label, onClick }: { label: string; onClick: () => void }): ReactNode {
  return (
    <Button leftSection={<IconPlus size={16} />} onClick={onClick}>
      {label}
    </Button>
  );
}

interface RowActionsProps {
  name: string;
  onEdit?: (() => void) | undefined;
  onRemove?: (() => void) | undefined;
}

export function RowActions({ name, onEdit, onRemove }: RowActionsProps): ReactNode {
  const { t } = useLocale();
  const [isSure, setSure] = useState(false);
  return (
    <span className="row row-actions">
      {onEdit && (
        <Tooltip label={t("edit")}>
          <ActionIcon aria-label={`${t("edit")}: ${name}`} onClick={onEdit}>
            <IconPencil size={17} />
          </ActionIcon>
        </Tooltip>
      )}
      {onRemove && (
        <Tooltip label={t("remove")}>
          <ActionIcon aria-label={`${t("remove")}: ${name}`} onClick={() => setSure(true)}>
            <IconTrash size={17} />
          </ActionIcon>
        </Tooltip>
      )}
      {isSure && onRemove && (
        <Modal opened onClose={() => setSure(false)} title={t("remove_sure", { name })} size="sm" closeButtonProps={{ "aria-label": t("close") }}>
          <div className="row dialog-foot">
            <Button variant="default" onClick={() => setSure(false)} data-autofocus>
              {t("cancel")}
            </Button>
            <Button color="red.9" onClick={() => (setSure(false), onRemove())}>
              {t("remove")}
            </Button>
          </div>
        </Modal>
      )}
    </span>
  );
}

interface FormProps {
  title: string;
  isReady: boolean;
  onClose: () => void;
  onSave: () => Promise<boolean>;
  size?: string;
  children: ReactNode;
}

/** A form in a dialog; it stays open when the gateway refuses. */
export function FormDialog({ title, isReady, onClose, onSave, size = "md", children }: FormProps): ReactNode {
  const { t } = useLocale();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const isSaved = await onSave();
    setBusy(false);
    if (isSaved) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ "aria-label": t("close") }}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {children}
        <div className="row dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!isReady}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
