/** Search over customers, orders and conversations, from anywhere. */
import "./palette.css";
import { Loader, Modal } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconMessage2, IconPackage, IconSearch, IconUser } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useSearch } from "../api/queries";
import type { SearchResult } from "../api/types";
import type { Locale } from "../i18n/locale";
import { useLocale } from "../i18n/provider";

/** A pause in typing after which the gateway is asked. */
const ASK_AFTER_MS = 160;

interface Hit {
  key: string;
  group: "customers" | "orders" | "conversations";
  title: string;
  detail: string;
  to: string;
}

export default function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const locale = useLocale();
  const { t } = locale;
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [asked] = useDebouncedValue(query.trim(), ASK_AFTER_MS);
  const { data, isFetching } = useSearch(asked);
  const hits = useMemo(() => (data && asked.length > 1 ? hitsOf(data, locale) : []), [data, asked, locale]);
  const [active, setActive] = useState(0);
  useEffect(() => setActive(0), [asked]);
  const go = (hit: Hit | undefined): void => {
    if (!hit) return;
    onClose();
    void navigate(hit.to);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setActive(Math.min(hits.length - 1, active + 1));
    else if (event.key === "ArrowUp") setActive(Math.max(0, active - 1));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) go(hits[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal.Root opened lockScroll={false} onClose={onClose} size={620} padding={0} centered={false} yOffset="9vh">
      <Modal.Overlay />
      <Modal.Content aria-label={t("nav.search")}>
        <div className="palette-field row">
          <IconSearch size={19} aria-hidden />
          <input
            autoFocus
            data-autofocus
            type="text"
            role="combobox"
            aria-expanded={hits.length > 0}
            aria-controls="palette-hits"
            aria-activedescendant={hits.length > 0 ? `hit-${active}` : undefined}
            aria-label={t("nav.search")}
            placeholder={t("search.placeholder")}
            autoComplete="off"
            spellCheck={false}
            dir="auto"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={onKey}
          />
          {isFetching && <Loader size="xs" color="gray" />}
        </div>
        <Hits hits={hits} active={active} onHover={setActive} onChoose={go} />
        <p className="palette-hint muted small" role="status">
          {hint(asked, hits.length, isFetching, locale)}
        </p>
      </Modal.Content>
    </Modal.Root>
  );
}

function hint(asked: string, count: number, isFetching: boolean, { t }: Locale): string {
  if (asked.length < 2) return t("search.hint");
  if (count === 0) return isFetching ? "" : t("nothing_found");
  return t("search.count", { n: count });
}

const SYMBOLS = { customers: IconUser, orders: IconPackage, conversations: IconMessage2 } as const;

interface HitsProps {
  hits: Hit[];
  active: number;
  onHover: (index: number) => void;
  onChoose: (hit: Hit) => void;
}

function Hits({ hits, active, onHover, onChoose }: HitsProps): ReactNode {
  const { t } = useLocale();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => void list.current?.querySelector(`#hit-${active}`)?.scrollIntoView({ block: "nearest" }), [active]);
  if (hits.length === 0) return null;
  return (
    <div id="palette-hits" role="listbox" aria-label={t("search.results")} className="palette-hits scroll" ref={list}>
      {(["customers", "orders", "conversations"] as const).map((group) => {
        const Symbol = SYMBOLS[group];
        const own = hits.map((hit, index) => ({ hit, index })).filter(({ hit }) => hit.group === group);
        return (
          own.length > 0 && (
            <div key={group} role="group" aria-label={t(`search.${group}`)}>
              <p className="section-title" aria-hidden>
                {t(`search.${group}`)}
              </p>
              {own.map(({ hit, index }) => (
                <div
                  key={hit.key}
                  id={`hit-${index}`}
                  role="option"
                  aria-selected={index === active}
                  className="hit"
                  onPointerMove={() => onHover(index)}
                  onClick={() => onChoose(hit)}
                >
                  <Symbol size={17} stroke={1.7} aria-hidden />
                  <span className="grow">
                    <span className="clip hit-title" dir="auto">
                      {hit.title}
                    </span>
                    <span className="clip muted small" dir="auto">
                      {hit.detail}
                    </span>
                  </span>
                </div>
              ))}
            </div>
          )
        );
      })}
    </div>
  );
}

function hitsOf(data: SearchResult, { name, word, date, money, t }: Locale): Hit[] {
  return [
    ...data.customers.map((found): Hit => ({
      key: found.id,
      group: "customers",
      title: name(found),
      detail: [found.phone, found.email, found.tier && word("tier", found.tier)].filter(Boolean).join(" · "),
      to: `/customers/${found.id}`,
    })),
    ...data.orders.map((found): Hit => ({
      key: found.number,
      group: "orders",
      title: `${found.number} · ${word("order", found.status)}`,
      detail: [name(found.customer), date(found.placed_at), money(found.total, found.currency)].join(" · "),
      to: `/customers/${found.customer.id}`,
    })),
    ...data.conversations.map((found): Hit => ({
      key: `${found.id}-${found.seq}`,
      group: "conversations",
      title: found.snippet,
      detail: [found.customer?.name ? name(found.customer) : t("visitor_unknown"), word("state", found.state), date(found.at)].join(" · "),
      to: `/inbox/all/${found.id}`,
    })),
  ];
}
