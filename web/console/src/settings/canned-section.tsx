/** Canned replies: one's own and the shared ones, in the three variants customers read. */
import { Alert, Checkbox, Textarea, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { keys } from "../api/keys";
import { useCanned } from "../api/queries";
import type { CannedReply } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { VARIABLES, unknownVariables } from "./canned-variables";
import { AddButton, FormDialog, RowActions, Section, useEditing } from "./section";

export default function CannedSection(): ReactNode {
  const { t, both } = useLocale();
  const { can } = useSession();
  const replies = useCanned();
  const { remove } = useEditing<CannedReply>("/canned-replies", keys.canned);
  const [editing, setEditing] = useState<CannedReply | "new" | null>(null);
  const mayChange = (reply: CannedReply): boolean => reply.mine || can("canned_replies.write");
  return (
    <Section title={t("settings.canned")} lead={t("canned.lead")} action={<AddButton label={t("canned.add")} onClick={() => setEditing("new")} />}>
      <ul className="settings-list">
        {replies.map((reply) => (
          <li key={reply.id}>
            <code>/{reply.shortcut}</code>
            <div className="grow">
              <p className="clip">{both({ en: reply.title, bn: reply.title_bn })}</p>
              <p className="muted small clip" dir="auto">
                {both({ en: reply.text.en, bn: reply.text.bn })}
              </p>
            </div>
            <span className="chip">{t(reply.shared ? "canned.shared" : "canned.mine")}</span>
            <RowActions
              name={`/${reply.shortcut}`}
              onEdit={mayChange(reply) ? () => setEditing(reply) : undefined}
              onRemove={mayChange(reply) ? () => void remove(reply.id) : undefined}
            />
          </li>
        ))}
        {replies.length === 0 && <li className="muted">{t("panel.none")}</li>}
      </ul>
      {editing && <CannedForm reply={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </Section>
  );
}

/** Variants nobody wrote are left out. */
function filled(text: CannedReply["text"]): Partial<CannedReply["text"]> {
  return Object.fromEntries(Object.entries(text).filter(([, words]) => (words ?? "").trim() !== ""));
}

const VARIANTS = ["en", "bn", "bn-Latn"] as const;

function CannedForm({ reply, onClose }: { reply: CannedReply | null; onClose: () => void }): ReactNode {
  const { t, word } = useLocale();
  const { can } = useSession();
  const { save } = useEditing<CannedReply>("/canned-replies", keys.canned);
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? "");
  const [title, setTitle] = useState(reply?.title ?? "");
  const [titleBn, setTitleBn] = useState(reply?.title_bn ?? "");
  const [text, setText] = useState(reply?.text ?? { en: "", bn: "", "bn-Latn": "" });
  const [isShared, setShared] = useState(reply?.shared ?? false);
  const unknown = VARIANTS.flatMap((variant) => unknownVariables(text[variant] ?? ""));
  const isReady = shortcut !== "" && title !== "" && text.en.trim() !== "" && unknown.length === 0;
  return (
    <FormDialog
      title={t(reply ? "canned.edit" : "canned.add")}
      size="lg"
      isReady={isReady}
      onClose={onClose}
      onSave={async () =>
        (await save(reply?.id ?? null, { shortcut, title, title_bn: titleBn.trim() || title, text: filled(text), shared: isShared })) !== null
      }
    >
      <TextInput
        label={t("canned.shortcut")}
        leftSection="/"
        required
        value={shortcut}
        onChange={(event) => setShortcut(event.currentTarget.value.toLowerCase().replace(/[^a-z0-9_-]/g, ""))}
        data-autofocus
      />
      <div className="two-columns">
        <TextInput label={t("canned.title_en")} required value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
        <TextInput label={t("canned.title_bn")} value={titleBn} onChange={(event) => setTitleBn(event.currentTarget.value)} />
      </div>
      {VARIANTS.map((variant) => (
        <Textarea
          key={variant}
          label={word("language", variant)}
          required={variant === "en"}
          autosize
          minRows={2}
          maxRows={7}
          value={text[variant] ?? ""}
          onChange={(event) => setText({ ...text, [variant]: event.currentTarget.value })}
        />
      ))}
      <p className="muted small">
        {t("canned.variables")}{" "}
        {VARIABLES.map((variable) => (
          <code key={variable}>{`{${variable}}`} </code>
        ))}
      </p>
      {unknown.length > 0 && (
        <Alert color="red" p="xs">
          {t("canned.unknown", { names: unknown.join(", ") })}
        </Alert>
      )}
      {can("canned_replies.write") && (
        <Checkbox label={t("canned.share")} checked={isShared} onChange={(event) => setShared(event.currentTarget.checked)} />
      )}
    </FormDialog>
  );
}
