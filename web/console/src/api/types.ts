/** The shapes of docs/contracts/console.md, and nothing beside them. */

export type Uuid = string;
/** RFC 3339, UTC. */
export type Instant = string;
export type Both = { en: string; bn: string };

export type Role = "agent" | "supervisor" | "admin";
export type Presence = "available" | "away" | "offline";
export type Permission =
  | "conversations.read"
  | "conversations.write"
  | "conversations.assign_others"
  | "canned_replies.write"
  | "board.read"
  | "agents.write"
  | "audit.read";

export interface Person {
  id: Uuid;
  name: string;
  name_bn: string | null;
}

export interface Agent extends Person {
  email: string;
  role: Role;
  team_ids: Uuid[];
  languages: string[];
  status: Presence;
  load: number;
  max_load: number;
  active: boolean;
}

export interface Holiday {
  day: string;
  name: string;
  name_bn: string;
}

export interface Team {
  id: Uuid;
  slug: string;
  name: string;
  name_bn: string;
  timezone: string;
  /** Weekday ("0" is Monday) to stretches of the day. */
  hours: Record<string, [string, string][]>;
  holidays: Holiday[];
  open_now: boolean;
  opens_at: Instant | null;
  closes_at: Instant | null;
}

export type LabelColour = "red" | "orange" | "yellow" | "green" | "teal" | "blue" | "violet" | "grey";
export interface Label {
  id: Uuid;
  name: string;
  name_bn: string;
  colour: LabelColour;
}

export interface Preferences {
  language: "en" | "bn";
  theme: "system" | "light" | "dark";
  sound: boolean;
  notifications: boolean;
}

export interface Me {
  agent: Agent;
  csrf: string;
  permissions: Permission[];
  preferences: Preferences;
  teams: Team[];
  server_time: Instant;
}

export type State = "bot" | "queued" | "claimed" | "snoozed" | "resolved";
export type View = "queue" | "mine" | "open" | "snoozed" | "bot" | "resolved" | "all";
export type MoodLevel = "happy" | "calm" | "unhappy" | "angry";
export type Trend = "better" | "same" | "worse";
export type Priority = "normal" | "high" | "urgent";

export interface CustomerRef {
  id: Uuid | null;
  name: string | null;
  name_bn: string | null;
  tier: string | null;
  verified: boolean;
}

export interface Summary {
  id: Uuid;
  channel: string;
  state: State;
  epoch: number;
  customer: CustomerRef;
  assignee: Person | null;
  team_id: Uuid | null;
  labels: Label[];
  language: string | null;
  mood: { level: MoodLevel; trend: Trend } | null;
  priority: Priority;
  reason: string | null;
  wants: Both | null;
  last_message: { author: Author; text: string | null; at: Instant; has_attachments: boolean } | null;
  last_seq: number;
  unread: number;
  queued_at: Instant | null;
  waiting_since: Instant | null;
  snoozed_until: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  value: { lifetime: number; currency: string; orders: number } | null;
  clock: { due_at: Instant; kind: "first_answer" | "next_answer"; breached: boolean } | null;
  viewers: Person[];
}

export interface Counts {
  queue: number;
  mine: number;
  open: number;
  snoozed: number;
  bot: number;
}

export interface SummaryPage {
  items: Summary[];
  next_cursor: string | null;
  counts: Counts;
}

export type Author = "customer" | "bot" | "agent" | "system";

export interface Attachment {
  id: Uuid;
  name: string;
  type: string;
  size: number;
  width: number | null;
  height: number | null;
}

export interface Understanding {
  intent: string | null;
  confidence: number | null;
  alternatives?: { intent: string; confidence: number }[];
  entities?: { entity?: string; name?: string; value: unknown }[];
  mood?: string | { level: string } | null;
}

export interface AgentEvent {
  seq: number;
  id: Uuid;
  at: Instant;
  author: Author;
  text: string | null;
  client_msg_id: Uuid | null;
  in_reply_to: Uuid | null;
  buttons: { id: string; title: string }[];
  card: Record<string, unknown> | null;
  language: string | null;
  agent: (Partial<Person> & { name: string }) | null;
  attachments: Attachment[];
  replaces: Uuid | null;
  delivery?: { status: "stored" | "sent" | "seen" | "failed"; at: Instant | null; error: string | null } | null;
  understanding?: Understanding | null;
  because?: { fact: string; value: unknown }[] | null;
  actions?: string[] | null;
  suppressed?: boolean;
}

export interface Note {
  id: Uuid;
  after_seq: number;
  at: Instant;
  agent: Person;
  text: string;
  edited_at: Instant | null;
}

export interface EventsPage {
  events: AgentEvent[];
  notes: Note[];
  last_seq: number;
  has_earlier: boolean;
}

export interface Handoff {
  id: Uuid;
  reason: string;
  asked_at: Instant;
  claimed_at: Instant | null;
  returned_at: Instant | null;
  agent: Person | null;
  outcome: string | null;
}

export interface NextStep {
  action: string;
  label: Both;
  body: Record<string, unknown>;
}

export interface Card {
  who: {
    name: string | null;
    name_bn: string | null;
    verified: boolean;
    proof: "none" | "signed" | "linked" | "one_time_code";
    channel: string;
    since: string | null;
    tier: string | null;
    language: string | null;
  };
  wants: Both | null;
  tried: { en: string; bn: string; at: Instant; worked: boolean | null }[];
  collected: { name: string; label: string; label_bn: string; value: string }[];
  mood: { level: MoodLevel; trend: Trend; because: string | Both | null } | null;
  facts: { kind: string; en: string; bn: string; severity: "info" | "warning" | "danger"; ref: string | null }[];
  next_steps: NextStep[];
  last_words: string | null;
}

export interface ConversationDetail {
  conversation: Summary;
  card: Card | null;
  handoffs: Handoff[];
  may: string[];
}

export interface OrderCard {
  id?: Uuid;
  number: string;
  status: string;
  placed_at: Instant | null;
  promised_by: string | null;
  delivered_at: string | null;
  late?: boolean;
  items: { name: string; name_bn: string | null; quantity: number; unit_price: number }[];
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
  identities: { channel: string; account: string | null; source_id: string; proof: string; created_at: Instant }[];
  orders: OrderCard[];
  tickets: Ticket[];
  ratings: { rating: number; comment: string | null; about: string; agent: Person | null; at: Instant }[];
  addresses: Address[];
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

export type AlertKind = "queued" | "assigned" | "waiting" | "breach";

export type ServerFrame =
  | { type: "welcome"; agent: Agent; heartbeat_s: number; gone_after_s: number }
  | { type: "event"; conversation: Uuid; event: AgentEvent }
  | { type: "note"; conversation: Uuid; note: Note }
  | { type: "conversation"; conversation: Summary }
  | { type: "removed"; conversation: Uuid }
  | { type: "counts"; counts: Counts }
  | { type: "typing"; conversation: Uuid; who: "customer" | "agent"; agent: Person | null }
  | { type: "viewers"; conversation: Uuid; viewers: Person[] }
  | { type: "presence"; agent: Agent }
  | { type: "alert"; kind: AlertKind; conversation: Summary }
  | { type: "pong" }
  | { type: "error"; code: string; message: string };
