/** The labels conversations may carry. */
import { Select, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { keys } from "../api/keys";
import { useLabels } from "../api/queries";
import type { Label, LabelColour } from "../api/types";
import { useLocale } from "../i18n/provider";
import { AddButton, FormDialog, RowActions, Section, useEditing } from "./section";

const COLOURS: LabelColour[] = ["red", "orange", "yellow", "green", "teal", "blue", "violet", "grey"];

export default function LabelsSection(): ReactNode {
  const { t, name } = useLocale();
  const labels = useLabels();
  const { remove } = useEditing<Label>("/labels", keys.labels);
  const [editing, setEditing] = useState<Label | "new" | null>(null);
  return (
    <Section title={t("settings.labels")} action={<AddButton label={t("labels.add")} onClick={() => setEditing("new")} />}>
      <ul className="settings-list">
        {labels.map((label) => (
          <li key={label.id}>
            <span className="grow">
              <span className={`chip label label-${label.colour}`}>{name(label)}</span>
            </span>
            <RowActions name={name(label)} onEdit={() => setEditing(label)} onRemove={() => void remove(label.id)} />
          </li>
        ))}
        {labels.length === 0 && <li className="muted">{t("labels.none")}</li>}
      </ul>
      {editing && <LabelForm label={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </Section>
  );
}

function LabelForm({ label, onClose }: { label: Label | null; onClose: () => void }): ReactNode {
  const { t, word } = useLocale();
  const { save } = useEditing<Label>("/labels", keys.labels);
  const [name, setName] = useState(label?.name ?? "");
  const [nameBn, setNameBn] = useState(label?.name_bn ?? "");
  const [colour, setColour] = useState<string>(label?.colour ?? "teal");
  return (
    <FormDialog
      title={t(label ? "labels.change" : "labels.add")}
      isReady={name.trim() !== ""}
      onClose={onClose}
      onSave={async () => (await save(label?.id ?? null, { name, name_bn: nameBn.trim() || name, colour })) !== null}
    >
      <div className="two-columns">
        <TextInput label={t("agents.name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <TextInput label={t("agents.name_bn")} value={nameBn} onChange={(event) => setNameBn(event.currentTarget.value)} />
      </div>
      <Select
        label={t("labels.colour")}
        allowDeselect={false}
        value={colour}
        onChange={(value) => setColour(value ?? "teal")}
        data={COLOURS.map((value) => ({ value, label: word("colour", value) }))}
        leftSection={<span className={`label label-${colour} swatch`} />}
      />
    </FormDialog>
  );
}
