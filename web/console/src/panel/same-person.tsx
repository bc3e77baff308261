/** Who else this customer may be, and the journal of merges: one person with two records becomes one, and two again. */
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconArrowMerge, IconArrowsSplit2, IconCheck } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { http } from "../api/http";
import { useSuggestions } from "../api/queries";
import type { CustomerDetail, Merge, Suggestion } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { ConfirmDialog } from "./confirm-dialog";
import { MergeDialog } from "./merge-dialog";

export function SamePerson({ detail }: { detail: CustomerDetail }): ReactNode {
  const { t } = useLocale();
  const suggestions = useSuggestions(detail.customer.id);
  const [merging, setMerging] = useState<Suggestion | null>(null);
  if (suggestions.length === 0 && !merging) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("same.title")}</h3>
      <ul className="stack tight">
        {suggestions.map((suggestion) => (
          <SuggestionItem key={suggestion.customer.id} suggestion={suggestion} onMerge={() => setMerging(suggestion)} />
        ))}
      </ul>
      {merging && <MergeDialog kept={detail.customer} other={merging.customer} onClose={() => setMerging(null)} />}
    </section>
  );
}

function SuggestionItem({ suggestion, onMerge }: { suggestion: Suggestion; onMerge: () => void }): ReactNode {
  const { t, name, word } = useLocale();
  const { can } = useSession();
  const { customer, because, against } = suggestion;
  const who = name(customer);
  return (
    <li className="same-person">
      <p className="row">
        <strong className="clip grow">{who}</strong>
        <span className="muted small tabular">{t("same.score", { n: suggestion.score })}</span>
      </p>
      <p className="muted small clip tabular">{[customer.phone, customer.email].filter(Boolean).join(" · ")}</p>
      <ul className="panel-list">
        {because.map((reason) => (
          <li key={reason}>
            <IconCheck size={15} className="yes" aria-hidden />
            <span>{word("same_because", reason)}</span>
          </li>
        ))}
        {against.map((reason) => (
          <li key={reason}>
            <IconAlertTriangle size={15} aria-hidden />
            <span>{word("same_against", reason)}</span>
          </li>
        ))}
      </ul>
      {can("conversations.write") && (
        <Button size="xs" variant="default" leftSection={<IconArrowMerge size={15} aria-hidden />} onClick={onMerge} aria-label={t("same.merge_with", { name: who })}>
          {t("same.look")}
        </Button>
      )}
    </li>
  );
}

export function Merges({ detail: { customer, merges } }: { detail: CustomerDetail }): ReactNode {
  const { t } = useLocale();
  const [parting, setParting] = useState<Merge | null>(null);
  if (merges.length === 0) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("merges.title")}</h3>
      <ul className="stack tight">
        {merges.map((merge) => (
          <MergeLine key={merge.id} merge={merge} onPart={merge.kept.id === customer.id ? () => setParting(merge) : null} />
        ))}
      </ul>
      {parting && <Part customer={customer.id} merge={parting} onClose={() => setParting(null)} />}
    </section>
  );
}

function MergeLine({ merge, onPart }: { merge: Merge; onPart: (() => void) | null }): ReactNode {
  const { t, name, date } = useLocale();
  const { can } = useSession();
  const other = name(merge.merged);
  return (
    <li>
      <p className="small">
        {t("merges.line", { merged: other, kept: name(merge.kept), date: date(merge.at), agent: merge.agent ? name(merge.agent) : t("merges.nobody") })}
      </p>
      <p className="muted small" dir="auto">
        “{merge.reason}”
      </p>
      {merge.undone_at && <p className="muted small">{t("merges.undone", { date: date(merge.undone_at) })}</p>}
      {!merge.undone_at && onPart && can("conversations.write") && (
        <Button size="xs" variant="default" leftSection={<IconArrowsSplit2 size={15} aria-hidden />} onClick={onPart} aria-label={t("merges.part_from", { name: other })}>
          {t("merges.part")}
        </Button>
      )}
    </li>
  );
}

function Part({ customer, merge, onClose }: { customer: string; merge: Merge; onClose: () => void }): ReactNode {
  const { t, name } = useLocale();
  return (
    <ConfirmDialog
      title={t("merges.part_from", { name: name(merge.merged) })}
      lead={t("merges.part_lead")}
      submit={t("merges.part")}
      done={t("merges.parted")}
      customer={customer}
      run={() => http.post(`/customers/${merge.merged.id}/part`)}
      onClose={onClose}
    />
  );
}
