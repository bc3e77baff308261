/** What views read. Each answer is kept under its key and mended by the socket. */
import { useInfiniteQuery, useQuery, useQueryClient, type UseInfiniteQueryResult, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ListFilter } from "../live/lists";
import { http } from "./http";
import { keys } from "./keys";
import type { Agent, CannedReply, ConversationDetail, Counts, CustomerDetail, Label, SearchResult, Suggestion, SummaryPage, Team, TimelineItem } from "./types";

const PAGE = 40;
/** Agents, teams and labels change rarely. */
const STEADY_MS = 5 * 60_000;

interface Items<T> {
  items: T[];
}
type Pages<T> = UseInfiniteQueryResult<{ pages: T[]; pageParams: unknown[] }>;

export function useConversations(filter: ListFilter): Pages<SummaryPage> {
  const cache = useQueryClient();
  const result = useInfiniteQuery({
    queryKey: keys.list(filter),
    queryFn: ({ pageParam, signal }) => http.get<SummaryPage>("/conversations", { ...filter, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const counts = result.data?.pages[0]?.counts;
  useEffect(() => void (counts && cache.setQueryData<Counts>(keys.counts, counts)), [counts, cache]);
  return result;
}

export function useCounts(): Counts | undefined {
  return useQuery<Counts>({
    queryKey: keys.counts,
    queryFn: async () => (await http.get<SummaryPage>("/conversations", { view: "queue", limit: 1 })).counts,
    staleTime: Infinity,
  }).data;
}

export function useConversation(id: string): UseQueryResult<ConversationDetail> {
  return useQuery({ queryKey: keys.conversation(id), queryFn: ({ signal }) => http.get<ConversationDetail>(`/conversations/${id}`, {}, signal) });
}

export function useCustomer(id: string | null): UseQueryResult<CustomerDetail> {
  return useQuery({
    queryKey: keys.customer(id ?? ""),
    queryFn: ({ signal }) => http.get<CustomerDetail>(`/customers/${id}`, {}, signal),
    enabled: id !== null,
  });
}

export function useTimeline(id: string): Pages<{ items: TimelineItem[]; next_cursor: string | null }> {
  return useInfiniteQuery({
    queryKey: keys.timeline(id),
    queryFn: ({ pageParam, signal }) =>
      http.get<{ items: TimelineItem[]; next_cursor: string | null }>(`/customers/${id}/timeline`, { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useSuggestions(id: string): Suggestion[] {
  return (
    useQuery({
      queryKey: keys.suggestions(id),
      queryFn: ({ signal }) => http.get<Items<Suggestion>>(`/customers/${id}/suggestions`, {}, signal),
      staleTime: STEADY_MS,
      retry: false,
    }).data?.items ?? []
  );
}

export function useSearch(query: string): UseQueryResult<SearchResult> {
  return useQuery({
    queryKey: keys.search(query),
    queryFn: ({ signal }) => http.get<SearchResult>("/search", { q: query }, signal),
    enabled: query.trim().length > 1,
    placeholderData: (before) => before,
  });
}

function useItems<T>(key: readonly string[], path: string): T[] {
  return useQuery({ queryKey: key, queryFn: () => http.get<Items<T>>(path), staleTime: STEADY_MS }).data?.items ?? [];
}

export const useAgents = (): Agent[] => useItems<Agent>(keys.agents, "/agents");
export const useTeams = (): Team[] => useItems<Team>(keys.teams, "/teams");
export const useLabels = (): Label[] => useItems<Label>(keys.labels, "/labels");
export const useCanned = (): CannedReply[] => useItems<CannedReply>(keys.canned, "/canned-replies");
