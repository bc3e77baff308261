/** How a changed conversation moves through the lists that are on the screen. Pure functions. */
import type { Summary, SummaryPage, View } from "../api/types";

export interface ListFilter {
  view: View;
  team?: string | null;
  label?: string | null;
  assignee?: string | null;
}

export interface Pages {
  pages: SummaryPage[];
  pageParams: unknown[];
}

/** Whether a conversation stands in this list, for the agent `me`. */
export function belongs(conversation: Summary, filter: ListFilter, me: string): boolean {
  if (filter.team && conversation.team_id !== filter.team) return false;
  if (filter.label && !conversation.labels.some(({ id }) => id === filter.label)) return false;
  if (filter.assignee && conversation.assignee?.id !== filter.assignee) return false;
  switch (filter.view) {
    case "queue":
      return conversation.state === "queued";
    case "mine":
      return conversation.assignee?.id === me && (conversation.state === "claimed" || conversation.state === "snoozed");
    case "open":
      return conversation.state === "claimed";
    case "all":
      return true;
    default:
      return conversation.state === filter.view;
  }
}

export type Placement = "updated" | "removed" | "missing" | "elsewhere";

/** The list with the conversation changed in place or taken out; `missing` when it should come in, which
 * only the gateway can do, because the order is its own. */
export function place(data: Pages, conversation: Summary, filter: ListFilter, me: string): { data: Pages; placement: Placement } {
  const isThere = data.pages.some((page) => page.items.some(({ id }) => id === conversation.id));
  const isWanted = belongs(conversation, filter, me);
  if (!isThere) return { data, placement: isWanted ? "missing" : "elsewhere" };
  const change = (item: Summary): Summary[] => {
    if (item.id !== conversation.id) return [item];
    return isWanted ? [newer(item, conversation)] : [];
  };
  const pages = data.pages.map((page) => ({ ...page, items: page.items.flatMap(change) }));
  return { data: { ...data, pages }, placement: isWanted ? "updated" : "removed" };
}

/** A frame may overtake the answer of a request: the higher epoch and the later change win. */
export function newer(known: Summary, incoming: Summary): Summary {
  if (incoming.epoch !== known.epoch) return incoming.epoch > known.epoch ? incoming : known;
  return incoming.last_seq >= known.last_seq ? incoming : known;
}
