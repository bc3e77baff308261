/** Where the customer writes from: how well that is proven, since when, and whether anything still reaches them. */
import { ActionIcon } from "@mantine/core";
import { IconPlugConnectedX, IconShieldCheck } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { http } from "../api/http";
import type { CustomerDetail, Identity } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useSession } from "../session/session";
import { ChannelIcon } from "../ui/avatar";
import { ConfirmDialog } from "./confirm-dialog";

export function Identities({ detail: { customer, identities } }: { detail: CustomerDetail }): ReactNode {
  const { t } = useLocale();
  const [leaving, setLeaving] = useState<Identity | null>(null);
  return (
    <section className="panel-section">
      <h3 className="section-title">{t("panel.identities")}</h3>
      <ul className="panel-list">
        {identities.map((identity) => (
          <IdentityLine key={identity.id} identity={identity} onDisconnect={() => setLeaving(identity)} />
        ))}
      </ul>
      {leaving && <Disconnect customer={customer.id} identity={leaving} onClose={() => setLeaving(null)} />}
    </section>
  );
}

function IdentityLine({ identity, onDisconnect }: { identity: Identity; onDisconnect: () => void }): ReactNode {
  const { t, word, date } = useLocale();
  const { can } = useSession();
  const shown = identity.name ?? identity.source_id;
  return (
    <li>
      <ChannelIcon channel={identity.channel} size={16} />
      <span className="grow clip">
        {word("channel", identity.channel)} <span className="muted small">{shown}</span>
        <span className="muted small identity-since">
          {identity.linked_at ? t("identity.linked", { date: date(identity.linked_at) }) : t("identity.since", { date: date(identity.created_at) })}
        </span>
        {identity.unreachable_at && (
          <span className="chip warn" title={identity.unreachable_reason ?? undefined}>
            {t("identity.unreachable", { date: date(identity.unreachable_at) })}
          </span>
        )}
      </span>
      <span className="chip" title={word("proof", identity.proof)}>
        <IconShieldCheck size={13} aria-hidden />
        {word("proof_short", identity.proof)}
      </span>
      {identity.linked_at && can("conversations.write") && (
        <ActionIcon size="sm" aria-label={t("identity.disconnect", { account: shown })} onClick={onDisconnect}>
          <IconPlugConnectedX size={16} />
        </ActionIcon>
      )}
    </li>
  );
}

function Disconnect({ customer, identity, onClose }: { customer: string; identity: Identity; onClose: () => void }): ReactNode {
  const { t, word } = useLocale();
  const account = `${word("channel", identity.channel)} ${identity.name ?? identity.source_id}`;
  return (
    <ConfirmDialog
      title={t("identity.disconnect", { account })}
      lead={t("identity.disconnect_lead")}
      submit={t("identity.disconnect_submit")}
      done={t("identity.disconnected")}
      customer={customer}
      run={() => http.post(`/customers/${customer}/identities/${identity.id}/disconnect`)}
      onClose={onClose}
    />
  );
}
