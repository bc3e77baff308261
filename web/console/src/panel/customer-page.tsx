/** A customer found by searching, without a conversation open. */
import "./panel.css";
import { ActionIcon } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useNavigate, useParams } from "react-router";
import { useCustomer } from "../api/queries";
import { useLocale } from "../i18n/provider";
import { Starting } from "../shell/starting";
import { Order } from "../thread/cards";
import { useTitle } from "../ui/hooks";
import { CustomerFacts } from "./customer-facts";
import { TimelineList } from "./timeline-list";

export default function CustomerPage(): ReactNode {
  const { id = "" } = useParams();
  const { t, name } = useLocale();
  const navigate = useNavigate();
  const { data, isError } = useCustomer(id);
  useTitle(data ? name(data.customer) : t("customer"));
  if (isError) return <div className="empty">{t("panel.missing")}</div>;
  if (!data) return <Starting />;
  return (
    <div className="page">
      <header className="pane-head surface">
        <ActionIcon aria-label={t("back")} onClick={() => void navigate(-1)}>
          <IconChevronLeft size={22} />
        </ActionIcon>
        <h1 className="pane-title clip">{name(data.customer)}</h1>
      </header>
      <div className="customer-page scroll">
        <div className="customer-column">
          <CustomerFacts detail={data} />
        </div>
        <div className="customer-column">
          <section className="panel-section stack">
            <h2 className="section-title">{t("panel.orders")}</h2>
            {data.orders.map((order) => (
              <Order key={order.number} order={order} />
            ))}
            {data.orders.length === 0 && <p className="muted">{t("panel.no_orders")}</p>}
          </section>
        </div>
        <div className="customer-column">
          <h2 className="section-title customer-history">{t("panel.history")}</h2>
          <TimelineList customer={id} />
        </div>
      </div>
    </div>
  );
}
