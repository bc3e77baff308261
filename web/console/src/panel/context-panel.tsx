/** Beside the conversation: the customer, their history, and the conversation's own facts. */
import "./panel.css";
import { ActionIcon, Tabs } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useConversation, useCustomer } from "../api/queries";
import { useLocale } from "../i18n/provider";
import { useStored, useWidth } from "../ui/hooks";
import { ConversationFacts } from "./conversation-facts";
import { CustomerFacts } from "./customer-facts";
import { Orders } from "./orders";
import { TimelineList } from "./timeline-list";

export function ContextPanel({ id, onBack }: { id: string; onBack?: () => void }): ReactNode {
  const { t } = useLocale();
  const width = useWidth();
  const { data } = useConversation(id);
  const customerId = data?.conversation.customer.id ?? null;
  const customer = useCustomer(customerId).data ?? null;
  const [tab, setTab] = useStored("panel-tab", "customer");
  return (
    <aside className="pane context-panel" aria-label={t("panel.label")}>
      {width === "phone" && <h1 className="sr">{t("panel.label")}</h1>}
      <Tabs value={tab} onChange={(value) => setTab(value ?? "customer")} className="panel-tabs" keepMounted={false}>
        <div className="panel-head">
          <Tabs.List grow className="grow">
            <Tabs.Tab value="customer">{t("panel.customer")}</Tabs.Tab>
            <Tabs.Tab value="orders">{t("panel.orders")}</Tabs.Tab>
            <Tabs.Tab value="history">{t("panel.history")}</Tabs.Tab>
          </Tabs.List>
          {onBack && (
            <ActionIcon aria-label={t("close")} onClick={onBack}>
              <IconX size={19} />
            </ActionIcon>
          )}
        </div>
        <Tabs.Panel value="customer" className="panel-body scroll" tabIndex={0}>
          {customer ? (
            <CustomerFacts detail={customer} />
          ) : (
            customerId === null && data && <p className="muted panel-section">{t("panel.unknown")}</p>
          )}
          {data && <ConversationFacts detail={data} />}
        </Tabs.Panel>
        <Tabs.Panel value="orders" className="panel-body scroll" tabIndex={0}>
          {customer && data && <Orders detail={customer} conversation={data.conversation} mayAct={data.may.includes("act")} />}
          {customerId === null && <p className="muted panel-section">{t("panel.unknown")}</p>}
        </Tabs.Panel>
        <Tabs.Panel value="history" className="panel-body scroll" tabIndex={0}>
          {customerId ? <TimelineList customer={customerId} current={id} /> : <p className="muted panel-section">{t("panel.unknown")}</p>}
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}
