/** Everything that happened with a customer, over all channels, newest first. */
import { Button, Loader } from "@mantine/core";
import {
  IconCircleDot,
  IconMessage2,
  IconPackage,
  IconStar,
  IconTicket,
  IconTruckDelivery,
  IconUserPlus,
  IconCash,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTimeline } from "../api/queries";
import type { TimelineItem } from "../api/types";
import { useLocale } from "../i18n/provider";

const SYMBOLS: [RegExp, Icon][] = [
  [/conversation|message|handoff|handed/, IconMessage2],
  [/deliver|ship/, IconTruckDelivery],
  [/refund|payment|paid/, IconCash],
  [/order|return/, IconPackage],
  [/ticket|complaint/, IconTicket],
  [/rating|rated|survey/, IconStar],
  [/customer|identity|linked/, IconUserPlus],
];

export function TimelineList({ customer, current = null }: { customer: string; current?: string | null }): ReactNode {
  const { t } = useLocale();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage, isPending } = useTimeline(customer);
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  if (isPending)
    return (
      <div className="empty">
        <Loader size="xs" color="gray" />
      </div>
    );
  return (
    <section className="panel-section">
      {items.length === 0 && <p className="muted">{t("panel.none")}</p>}
      <ol className="timeline">
        {items.map((item, index) => (
          <Moment key={`${item.at}-${index}`} item={item} isCurrent={item.conversation_id === current && current !== null} />
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" fullWidth loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </section>
  );
}

function Moment({ item, isCurrent }: { item: TimelineItem; isCurrent: boolean }): ReactNode {
  const { both, dateTime, word, t } = useLocale();
  const Symbol = SYMBOLS.find(([pattern]) => pattern.test(item.kind))?.[1] ?? IconCircleDot;
  const text = both(item);
  return (
    <li>
      <span className="timeline-symbol">
        <Symbol size={15} stroke={1.8} aria-hidden />
      </span>
      <div className="grow">
        <p dir="auto">{item.conversation_id && !isCurrent ? <Link to={`/inbox/all/${item.conversation_id}`}>{text}</Link> : text}</p>
        <p className="muted small">
          {[dateTime(item.at), isCurrent ? t("panel.here") : item.channel && word("channel", item.channel)].filter(Boolean).join(" · ")}
        </p>
      </div>
    </li>
  );
}
