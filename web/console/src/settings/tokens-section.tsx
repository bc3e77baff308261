/** API tokens: made here, shown once, revoked here. */
import { Alert, Button, Checkbox, CopyButton, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { http } from "../api/http";
import { keys } from "../api/keys";
import type { ApiToken } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { AddButton, FormDialog, RowActions, Section, useEditing } from "./section";

type NewToken = ApiToken & { token: string };

export default function TokensSection(): ReactNode {
  const { t, date } = useLocale();
  const { data } = useQuery({ queryKey: keys.tokens, queryFn: () => http.get<{ items: ApiToken[] }>("/tokens") });
  const { remove } = useEditing<NewToken>("/tokens", keys.tokens);
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const used = ({ last_used_at }: ApiToken): string => (last_used_at ? t("tokens.used", { date: date(last_used_at) }) : t("tokens.unused"));
  return (
    <Section title={t("settings.tokens")} lead={t("tokens.lead")} action={<AddButton label={t("tokens.add")} onClick={() => setAdding(true)} />}>
      {made && <Once token={made.token} label={t("tokens.once")} />}
      <ul className="settings-list">
        {data?.items.map((token) => (
          <li key={token.id}>
            <div className="grow">
              <p className="clip">{token.name}</p>
              <p className="muted small">
                {[used(token), token.expires_at ? t("tokens.expires", { date: date(token.expires_at) }) : t("tokens.never")].join(" · ")}
              </p>
            </div>
            {token.scopes.map((scope) => (
              <span key={scope} className="chip">
                {scope}
              </span>
            ))}
            <RowActions name={token.name} onRemove={() => void remove(token.id)} />
          </li>
        ))}
        {data?.items.length === 0 && <li className="muted">{t("tokens.none")}</li>}
      </ul>
      {isAdding && <TokenForm onClose={() => setAdding(false)} onMade={setMade} />}
    </Section>
  );
}

/** A secret that is shown this one time. */
export function Once({ token, label }: { token: string; label: string }): ReactNode {
  const { t } = useLocale();
  return (
    <Alert color="kotha" role="status">
      <p>{label}</p>
      <p className="row wrap secret">
        <code>{token}</code>
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="light" onClick={copy}>
              {t(copied ? "copied" : "copy")}
            </Button>
          )}
        </CopyButton>
      </p>
    </Alert>
  );
}

const DAYS = ["30", "90", "365"];

function TokenForm({ onClose, onMade }: { onClose: () => void; onMade: (token: NewToken) => void }): ReactNode {
  const { t } = useLocale();
  const { can } = useSession();
  const { save } = useEditing<NewToken>("/tokens", keys.tokens);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read"]);
  const [days, setDays] = useState<string>("90");
  const make = async (): Promise<boolean> => {
    const token = await save(null, { name: name.trim(), scopes, expires_in_days: Number(days) });
    if (token) onMade(token);
    return token !== null;
  };
  return (
    <FormDialog title={t("tokens.add")} isReady={name.trim() !== "" && scopes.length > 0} onClose={onClose} onSave={make}>
      <TextInput label={t("tokens.name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
      <Checkbox.Group label={t("tokens.scopes")} value={scopes} onChange={setScopes}>
        <div className="choices-column">
          <Checkbox value="read" label={t("tokens.read")} />
          <Checkbox value="write" label={t("tokens.write")} />
          {can("agents.write") && <Checkbox value="admin" label={t("tokens.admin")} />}
        </div>
      </Checkbox.Group>
      <Select
        label={t("tokens.expiry")}
        allowDeselect={false}
        value={days}
        onChange={(value) => setDays(value ?? "90")}
        data={DAYS.map((value) => ({ value, label: t("board.days", { n: Number(value) }) }))}
      />
    </FormDialog>
  );
}
