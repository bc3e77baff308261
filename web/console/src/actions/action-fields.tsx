/** What each change needs to know, and when that is complete. */
import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Key } from "../i18n/locale";
import { useLocale } from "../i18n/provider";

export type Values = Record<string, string>;

interface Field {
  name: string;
  isRequired?: boolean;
  kind?: "text" | "long" | "amount" | "ticket_kind";
}

const MINOR_UNITS = 100;
export const TICKET_KINDS = ["complaint", "delivery", "payment", "product", "question", "other"];

const FIELDS: Record<string, Field[]> = {
  cancel_order: [
    { name: "order_number", isRequired: true },
    { name: "reason", kind: "long" },
  ],
  refund: [
    { name: "order_number", isRequired: true },
    { name: "amount", kind: "amount" },
    { name: "reason", kind: "long", isRequired: true },
  ],
  change_address: [
    { name: "order_number", isRequired: true },
    { name: "line", isRequired: true },
    { name: "area", isRequired: true },
    { name: "city", isRequired: true },
    { name: "postcode" },
    { name: "phone" },
  ],
  open_ticket: [
    { name: "kind", kind: "ticket_kind", isRequired: true },
    { name: "subject", kind: "long", isRequired: true },
    { name: "order_number" },
  ],
  close_ticket: [{ name: "ticket_number", isRequired: true }],
};
const ADDRESS = ["line", "area", "city", "postcode", "phone"];

/** A suggested body as the form's texts; money becomes whole units. */
export function valuesOf(body: Record<string, unknown>): Values {
  const flat = { ...body, ...((body["address"] as Record<string, unknown> | undefined) ?? {}) };
  const entries = Object.entries(flat).filter(([name, value]) => name !== "address" && value !== null && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, name === "amount" ? String(Number(value) / MINOR_UNITS) : String(value)]));
}

export function isComplete(action: string, values: Values): boolean {
  return (FIELDS[action] ?? []).every(({ name, isRequired }) => !isRequired || (values[name] ?? "").trim() !== "");
}

/** The form's texts as the contract's body; what a suggestion held beside them is kept. */
export function bodyOf(action: string, values: Values, given: Record<string, unknown> = {}): Record<string, unknown> {
  const text = (name: string): string | null => (values[name] ?? "").trim() || null;
  const body: Record<string, unknown> = { ...given };
  for (const { name } of FIELDS[action] ?? []) if (!(action === "change_address" && ADDRESS.includes(name))) body[name] = text(name);
  if (action === "refund") body["amount"] = text("amount") === null ? null : Math.round(Number(values["amount"]) * MINOR_UNITS);
  if (action === "change_address") body["address"] = Object.fromEntries(ADDRESS.map((name) => [name, text(name)]));
  return body;
}

interface Props {
  action: string;
  values: Values;
  onChange: (values: Values) => void;
}

export function ActionFields({ action, values, onChange }: Props): ReactNode {
  return (FIELDS[action] ?? []).map((field, index) => (
    <OneField
      key={field.name}
      field={field}
      value={values[field.name] ?? ""}
      isFirst={index === 0}
      onChange={(value) => onChange({ ...values, [field.name]: value })}
    />
  ));
}

function OneField({
  field,
  value,
  isFirst,
  onChange,
}: {
  field: Field;
  value: string;
  isFirst: boolean;
  onChange: (value: string) => void;
}): ReactNode {
  const { t, word } = useLocale();
  const { name, kind = "text", isRequired = false } = field;
  const given = { label: t(`field.${name}` as Key), required: isRequired, ...(isFirst && !value ? { "data-autofocus": true } : {}) };
  if (kind === "ticket_kind")
    return (
      <Select
        {...given}
        value={value || null}
        onChange={(chosen) => onChange(chosen ?? "")}
        data={TICKET_KINDS.map((option) => ({ value: option, label: word("ticket_kind", option) }))}
      />
    );
  if (kind === "amount")
    return (
      <NumberInput
        {...given}
        description={t("field.amount_hint")}
        prefix="৳"
        thousandSeparator=","
        thousandsGroupStyle="lakh"
        decimalScale={2}
        min={0}
        hideControls
        value={value}
        onChange={(amount) => onChange(String(amount))}
      />
    );
  if (kind === "long")
    return <Textarea {...given} autosize minRows={2} maxRows={6} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
  return <TextInput {...given} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
