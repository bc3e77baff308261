/** The shapes of docs/contracts/console.md: customers, search, reports and settings. */
import type { Agent, CustomerRef, Instant, Person, State, Uuid } from "./types";

export interface OrderCard {
  id?: Uuid;
  number: string;
  status: string;
  placed_at: Instant | null;
  promised_by: string | null;
  delivered_at: string | null;
  late?: boolean;
  items: { name: string; name_bn: string | null; quantity: number; unit_price: number }[];
  delivery_fee?: number;
  total: number;
  currency: string;
  carrier: string | null;
  tracking_number: string | null;
  destination: string | null;
}

export interface Ticket {
  number: string;
  subject: string;
  kind: string;
  status: string;
  opened_at: Instant;
  solved_at: Instant | null;
  order_number: string | null;
}

export interface Address {
  line: string;
  area: string | null;
  city: string | null;
  postcode: string | null;
  phone?: string | null;
}

export interface CustomerDetail {
  customer: {
    id: Uuid;
    name: string | null;
    name_bn: string | null;
    email: string | null;
    phone: string | null;
    language: string | null;
    tier: string | null;
    timezone: string | null;
    created_at: Instant;
    consents: { marketing: boolean | null; personalisation: boolean | null };
    value: { lifetime: number; currency: string; orders: number; returns: number } | null;
    loyalty_points: number | null;
  };
  identities: Identity[];
  orders: OrderCard[];
  tickets: Ticket[];
  ratings: { rating: number; comment: string | null; about: string; agent: Person | null; at: Instant }[];
  addresses: Address[];
  merges: Merge[];
}

export interface Identity {
  id: Uuid;
  channel: string;
  account: string | null;
  source_id: string;
  name: string | null;
  proof: string;
  created_at: Instant;
  linked_at: Instant | null;
  unreachable_at: Instant | null;
  unreachable_reason: string | null;
}

/** A line of the journal: `merged` went into `kept`. */
export interface Merge {
  id: Uuid;
  kept: Person;
  merged: Person;
  agent: Person | null;
  reason: string;
  at: Instant;
  undone_at: Instant | null;
  undone_by: Person | null;
}

export interface Suggestion {
  customer: SearchResult["customers"][number];
  score: number;
  because: string[];
  against: string[];
}

/** What merging would do; `needs` is the permission to decide against proofs. */
export interface MergePreview {
  kept_id: Uuid;
  merged_id: Uuid;
  moves: Record<string, number>;
  fields: Record<string, unknown>;
  conflicts: string[];
  needs: string | null;
}

export interface TimelineItem {
  at: Instant;
  kind: string;
  channel: string | null;
  conversation_id: Uuid | null;
  actor: string | null;
  en: string;
  bn: string;
  facts: Record<string, unknown>;
}

export interface SearchResult {
  customers: { id: Uuid; name: string | null; name_bn: string | null; phone: string | null; email: string | null; tier: string | null }[];
  orders: { number: string; status: string; customer: Person; placed_at: Instant; total: number; currency: string }[];
  conversations: { id: Uuid; at: Instant; state: State; customer: Partial<CustomerRef> | null; snippet: string; seq: number }[];
  next_cursor: string | null;
}

export interface CannedReply {
  id: Uuid;
  shortcut: string;
  title: string;
  title_bn: string;
  text: { en: string; bn: string; "bn-Latn": string };
  shared: boolean;
  mine: boolean;
}

export interface Preview {
  title: string;
  title_bn: string;
  lines: string[];
  lines_bn: string[];
  warnings: string[];
  warnings_bn: string[];
}

export interface ApiToken {
  id: Uuid;
  name: string;
  scopes: string[];
  created_at: Instant;
  last_used_at: Instant | null;
  expires_at: Instant | null;
}

export interface Board {
  now: { agents: { agent: Agent; claimed: number; since: Instant }[]; queue: number; longest_wait_s: number | null; open: number; bot: number };
  totals: {
    conversations: number;
    handed_over: number;
    answered_by_bot_share: number | null;
    first_answer_s: { p50: number | null; p90: number | null };
    handling_s: { p50: number | null; p90: number | null };
    rating: { bot: number | null; agent: number | null; answers: number };
  };
  series: {
    day: string;
    conversations: number;
    handed_over: number;
    resolved: number;
    first_answer_p50_s: number | null;
    rating_bot: number | null;
    rating_agent: number | null;
  }[];
  by_hour: { hour: number; conversations: number; queued: number }[];
  reasons: { reason: string; count: number }[];
  top_topics: { intent: string; count: number; handed_over: number }[];
  agents: { agent: Person; claimed: number; resolved: number; handling_p50_s: number | null; rating: number | null }[];
}

export interface AuditEntry {
  at: Instant;
  agent: Person | null;
  kind: string;
  conversation_id: Uuid | null;
  customer_id: Uuid | null;
  facts: Record<string, unknown>;
}
