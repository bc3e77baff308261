/** Merging another customer into this one: what it does stands there before it is done. */
import "../actions/actions.css";
import { Alert, Button, Checkbox, Loader, Modal, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { REMARK_LIMIT } from "../actions/edge-dialog";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { keys } from "../api/keys";
import type { MergePreview, Permission } from "../api/types";
import type { Locale } from "../i18n/locale";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { useCustomerChange } from "./use-customer-change";

interface Named {
  id: string;
  name: string | null;
  name_bn: string | null;
}

interface Props {
  kept: Named;
  other: Named;
  onClose: () => void;
}

/** Tables an agent has a word for; the others are counted together. */
const NAMED_MOVES = ["orders", "conversations", "channel_identities", "addresses", "tickets", "returns", "refunds", "survey_responses", "loyalty_entries"];

export function MergeDialog({ kept, other, onClose }: Props): ReactNode {
  const locale = useLocale();
  const { t, name } = locale;
  const { can } = useSession();
  const [reason, setReason] = useState("");
  const [isDecided, setDecided] = useState(false);
  const path = `/customers/${kept.id}/merge`;
  const preview = useQuery({
    queryKey: keys.mergePreview(kept.id, other.id),
    queryFn: () => http.get<MergePreview>(path, { other: other.id }),
    retry: false,
    gcTime: 0,
  });
  const { isBusy, change } = useCustomerChange(kept.id, t("merge.done"), onClose);
  const needs = (preview.data?.needs ?? null) as Permission | null;
  const mayDecide = needs === null || can(needs);
  const isReady = Boolean(preview.data) && reason.trim() !== "" && mayDecide && (needs === null || isDecided);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change(() => http.post(path, { other: other.id, reason: reason.trim(), decided: needs !== null }));
  };
  return (
    <Modal opened onClose={onClose} title={t("merge.title", { other: name(other), kept: name(kept) })} closeButtonProps={{ "aria-label": t("close") }}>
      <form className="stack" onSubmit={submit}>
        {preview.isPending && (
          <div className="empty">
            <Loader size="sm" color="gray" />
          </div>
        )}
        {preview.error && (
          <Alert color="red" icon={<IconAlertTriangle />} role="alert">
            {explain(preview.error, locale)}
          </Alert>
        )}
        {preview.data && <PreviewLines preview={preview.data} kept={name(kept)} />}
        {preview.data && needs !== null && <Decision mayDecide={mayDecide} isDecided={isDecided} onChange={setDecided} />}
        <Textarea label={t("merge.reason")} description={t("merge.reason_hint")} required maxLength={REMARK_LIMIT} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        <p className="muted small">{t("merge.undo")}</p>
        <div className="row dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!isReady}>
            {t("merge.submit")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function PreviewLines({ preview, kept }: { preview: MergePreview; kept: string }): ReactNode {
  const locale = useLocale();
  const { t, word, number } = locale;
  const named = NAMED_MOVES.filter((table) => preview.moves[table]);
  const others = Object.entries(preview.moves).reduce((sum, [table, count]) => sum + (NAMED_MOVES.includes(table) ? 0 : count), 0);
  const fields = Object.entries(preview.fields);
  return (
    <>
      <h3 className="preview-title">{t("merge.moves", { kept })}</h3>
      <ul className="preview-lines">
        {named.map((table) => (
          <li key={table}>
            {word("moves", table)}: <span className="tabular">{number(preview.moves[table] ?? 0)}</span>
          </li>
        ))}
        {others > 0 && (
          <li>
            {t("moves.others")}: <span className="tabular">{number(others)}</span>
          </li>
        )}
        {fields.map(([field, value]) => (
          <li key={field}>{t("merge.field", { field: word("merge_field", field), value: shown(locale, field, value) })}</li>
        ))}
      </ul>
      {preview.conflicts.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {preview.conflicts.map((conflict) => (
            <p key={conflict}>{word("same_against", conflict)}</p>
          ))}
        </Alert>
      )}
    </>
  );
}

/** Tiers and languages have words of their own. */
function shown({ t, word }: Locale, field: string, value: unknown): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return field === "tier" || field === "language" ? word(field, String(value)) : String(value);
}

function Decision({ mayDecide, isDecided, onChange }: { mayDecide: boolean; isDecided: boolean; onChange: (is: boolean) => void }): ReactNode {
  const { t } = useLocale();
  if (!mayDecide) return <Alert color="red">{t("merge.ask_supervisor")}</Alert>;
  return <Checkbox label={t("merge.decide")} checked={isDecided} onChange={(event) => onChange(event.currentTarget.checked)} />;
}
