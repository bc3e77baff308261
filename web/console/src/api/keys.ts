/** The names under which answers are kept. */
import type { ListFilter } from "../live/lists";

export const keys = {
  me: ["me"] as const,
  counts: ["counts"] as const,
  lists: ["conversations"] as const,
  list: (filter: ListFilter) => ["conversations", filter] as const,
  conversation: (id: string) => ["conversation", id] as const,
  customer: (id: string) => ["customer", id] as const,
  timeline: (id: string) => ["timeline", id] as const,
  suggestions: (id: string) => ["suggestions", id] as const,
  mergePreview: (kept: string, other: string) => ["merge-preview", kept, other] as const,
  search: (query: string) => ["search", query] as const,
  agents: ["agents"] as const,
  teams: ["teams"] as const,
  labels: ["labels"] as const,
  canned: ["canned-replies"] as const,
  tokens: ["tokens"] as const,
  slack: ["slack"] as const,
  slackOwn: ["slack", "own"] as const,
  slackSetUp: ["slack", "set-up"] as const,
  board: (days: number) => ["board", days] as const,
  audit: (filter: Record<string, string | null>) => ["audit", filter] as const,
  edits: (message: string) => ["edits", message] as const,
};
