/** The list of one view: filters, rows that are built only while they can be seen, more on scrolling. */
import { ActionIcon, Button, Menu, Skeleton, Tooltip } from "@mantine/core";
import { IconChevronDown, IconFilter, IconMoodSmileBeam } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useConversations, useCounts, useLabels, useTeams } from "../api/queries";
import type { Summary, View } from "../api/types";
import { useLocale } from "../i18n/provider";
import { countOf, MOST_COUNTED, VIEWS } from "../shell/nav";
import { Unreachable } from "../shell/unreachable";
import { useKeys } from "../ui/keys";
import { useTitle, useWidth } from "../ui/hooks";
import { Row } from "./row";

const ROW_PX = 92;
/** Rows built beyond the visible ones, and how near the end more are asked for. */
const AHEAD = 8;

interface Props {
  view: View;
  current: string | null;
}

export function ListPane({ view, current }: Props): ReactNode {
  const { t } = useLocale();
  const [query] = useSearchParams();
  const filter = { view, team: query.get("team"), label: query.get("label"), assignee: query.get("assignee") };
  const result = useConversations(filter);
  const items = useMemo(() => unique(result.data?.pages.flatMap((page) => page.items) ?? []), [result.data]);
  useTitle(current ? null : t(`view.${view}`));
  return (
    <section className="pane list-pane" aria-label={t(`view.${view}`)}>
      <Head view={view} />
      <FilterLine />
      {result.isPending ? (
        <Waiting />
      ) : result.isError && items.length === 0 ? (
        <Unreachable retry={() => void result.refetch()} />
      ) : (
        <Rows
          items={items}
          view={view}
          current={current}
          more={result.hasNextPage}
          loadMore={() => void result.fetchNextPage()}
          isLoadingMore={result.isFetchingNextPage}
        />
      )}
    </section>
  );
}

/** Pages read at different moments may overlap. */
function unique(items: readonly Summary[]): Summary[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

function Head({ view }: { view: View }): ReactNode {
  const { t, number } = useLocale();
  const width = useWidth();
  const count = countOf(useCounts(), view);
  const shown = count === null ? "" : count >= MOST_COUNTED ? `${number(MOST_COUNTED - 1)}+` : number(count);
  return (
    <header className="pane-head">
      {width === "phone" ? <ViewMenu view={view} /> : <h1 className="pane-title clip">{t(`view.${view}`)}</h1>}
      <span className="muted tabular">{shown}</span>
      <span className="grow" />
      <FilterMenu />
    </header>
  );
}

function ViewMenu({ view }: { view: View }): ReactNode {
  const { t } = useLocale();
  const navigate = useNavigate();
  return (
    <h1 className="pane-title">
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <button type="button" className="view-menu">
            {t(`view.${view}`)}
            <IconChevronDown size={17} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {VIEWS.map(({ view: other, icon: Symbol }) => (
            <Menu.Item key={other} leftSection={<Symbol size={17} />} onClick={() => void navigate(`/inbox/${other}`)}>
              {t(`view.${other}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </h1>
  );
}

function FilterMenu(): ReactNode {
  const { t, name } = useLocale();
  const [query, setQuery] = useSearchParams();
  const teams = useTeams();
  const labels = useLabels();
  const choose = (field: "team" | "label", id: string): void => {
    setQuery((before) => {
      const next = new URLSearchParams(before);
      if (next.get(field) === id) next.delete(field);
      else next.set(field, id);
      return next;
    });
  };
  return (
    <Menu width={230} closeOnItemClick={false}>
      <Tooltip label={t("filter")}>
        <Menu.Target>
          <ActionIcon aria-label={t("filter")} color={query.size > 0 ? "kotha" : "gray"} variant={query.size > 0 ? "light" : "subtle"}>
            <IconFilter size={18} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown className="filter-menu scroll">
        <Menu.Label>{t("team")}</Menu.Label>
        {teams.map((team) => (
          <Menu.Item key={team.id} role="menuitemradio" aria-checked={query.get("team") === team.id} onClick={() => choose("team", team.id)}>
            <span className={query.get("team") === team.id ? "chosen" : ""}>{name(team)}</span>
          </Menu.Item>
        ))}
        <Menu.Label>{t("labels")}</Menu.Label>
        {labels.map((label) => (
          <Menu.Item key={label.id} role="menuitemradio" aria-checked={query.get("label") === label.id} onClick={() => choose("label", label.id)}>
            <span className={`row label label-${label.colour}${query.get("label") === label.id ? " chosen" : ""}`}>{name(label)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function FilterLine(): ReactNode {
  const { t, name } = useLocale();
  const [query, setQuery] = useSearchParams();
  const team = useTeams().find(({ id }) => id === query.get("team"));
  const label = useLabels().find(({ id }) => id === query.get("label"));
  if (!team && !label) return null;
  return (
    <div className="filter-line">
      <span className="clip grow">{[team, label].filter(Boolean).map(name).join(" · ")}</span>
      <button type="button" className="text-button" onClick={() => setQuery({})}>
        {t("filter.clear")}
      </button>
    </div>
  );
}

interface RowsProps extends Props {
  items: Summary[];
  more: boolean;
  loadMore: () => void;
  isLoadingMore: boolean;
}

function Rows({ items, view, current, more, loadMore, isLoadingMore }: RowsProps): ReactNode {
  const { t } = useLocale();
  const [query] = useSearchParams();
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: AHEAD,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  const suffix = query.size > 0 ? `?${query.toString()}` : "";
  useEffect(() => {
    if (more && !isLoadingMore && last >= items.length - AHEAD) loadMore();
  }, [more, isLoadingMore, last, items.length, loadMore]);
  useStepKeys(items, view, current, suffix, (index) => rows.scrollToIndex(index));
  if (items.length === 0) return <Empty view={view} />;
  return (
    <div className="rows scroll" ref={box}>
      <ul style={{ height: rows.getTotalSize() }} aria-label={t("list.label")}>
        {visible.map(({ index, key, start }) => {
          const item = items[index];
          return (
            item && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={more ? -1 : items.length}
                aria-posinset={index + 1}
              >
                <Row conversation={item} to={`/inbox/${view}/${item.id}${suffix}`} isCurrent={item.id === current} />
              </li>
            )
          );
        })}
      </ul>
      <p className="sr" role="status">
        {isLoadingMore ? t("loading") : ""}
      </p>
    </div>
  );
}

/** j and k walk through the list. */
function useStepKeys(items: Summary[], view: View, current: string | null, suffix: string, scrollTo: (index: number) => void): void {
  const navigate = useNavigate();
  const step = (by: number): void => {
    const at = items.findIndex(({ id }) => id === current);
    const index = at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + by));
    const item = items[index];
    if (!item) return;
    scrollTo(index);
    void navigate(`/inbox/${view}/${item.id}${suffix}`);
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
}

/** What is not there, and where to go from here. */
function Empty({ view }: { view: View }): ReactNode {
  const { t } = useLocale();
  const [query, setQuery] = useSearchParams();
  if (query.size > 0)
    return (
      <div className="empty">
        <IconFilter size={38} stroke={1.3} aria-hidden />
        <p>{t("list.empty_filtered")}</p>
        <Button variant="light" onClick={() => setQuery({})}>
          {t("filter.clear")}
        </Button>
      </div>
    );
  return (
    <div className="empty">
      <IconMoodSmileBeam size={38} stroke={1.3} aria-hidden />
      <p>{t(`list.empty_${view}`)}</p>
      {view !== "queue" && view !== "all" && <Link to="/inbox/queue">{t("list.to_queue")}</Link>}
    </div>
  );
}

function Waiting(): ReactNode {
  return (
    <div className="rows" aria-busy="true">
      {Array.from({ length: 7 }, (_, index) => (
        <div className="conversation" key={index}>
          <Skeleton circle height={34} width={34} />
          <span className="conversation-body">
            <Skeleton height={12} width="45%" mt={4} />
            <Skeleton height={10} width="85%" mt={9} />
            <Skeleton height={10} width="60%" mt={9} />
          </span>
        </div>
      ))}
    </div>
  );
}
