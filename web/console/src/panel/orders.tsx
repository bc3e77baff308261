/** The newest orders, each with what can be done about it now. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconTicket } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { ActionDialog } from "../actions/action-dialog";
import type { CustomerDetail, OrderCard, Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { Order } from "../thread/cards";

interface Chosen {
  action: string;
  body: Record<string, unknown>;
}

export function Orders({ detail, conversation, mayAct }: { detail: CustomerDetail; conversation: Summary; mayAct: boolean }): ReactNode {
  const { t } = useLocale();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <section className="panel-section stack">
      {mayAct && (
        <Button variant="default" leftSection={<IconTicket size={16} />} onClick={() => setChosen({ action: "open_ticket", body: {} })}>
          {t("action.open_ticket")}
        </Button>
      )}
      {!mayAct && <p className="muted small">{t("action.claim_first")}</p>}
      {detail.orders.length === 0 && <p className="muted">{t("panel.no_orders")}</p>}
      {detail.orders.map((order) => (
        <div key={order.number} className="panel-order">
          <Order order={order} />
          {mayAct && <OrderMenu order={order} choose={(action) => setChosen({ action, body: { order_number: order.number } })} />}
        </div>
      ))}
      {chosen && <ActionDialog conversation={conversation} action={chosen.action} body={chosen.body} onClose={() => setChosen(null)} />}
    </section>
  );
}

/** What makes no sense any more is not offered; the gateway decides all the same. */
const OVER = ["delivered", "cancelled", "returned"];

function OrderMenu({ order, choose }: { order: OrderCard; choose: (action: string) => void }): ReactNode {
  const { t } = useLocale();
  const actions = OVER.includes(order.status) ? ["refund", "open_ticket"] : ["cancel_order", "change_address", "refund", "open_ticket"];
  return (
    <Menu width={210}>
      <Menu.Target>
        <ActionIcon className="panel-order-menu" size={28} aria-label={t("action.menu", { number: order.number })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item key={action} onClick={() => choose(action)}>
            {t(`action.${action}` as "action.refund")}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
