/** The shapes of docs/contracts/console.md, and nothing beside them: people, conversations, the socket. */
export type * from "./records";

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
  | "customers.merge_proven"
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
  /** Others read along on the platform: nothing personal may be written there. */
  is_public?: boolean;
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
  agent: Person | null;
  attachments: Attachment[];
  replaces: Uuid | null;
  delivery?: { status: "stored" | "sent" | "seen" | "failed" | "uncertain" | "partly"; at: Instant | null; error: string | null } | null;
  understanding?: Understanding | null;
  because?: { fact: string; value: unknown }[] | null;
  actions?: string[] | null;
  suppressed?: boolean;
  /** The copy that goes by e-mail, where the customer chose that. */
  mail?: { status: "stored" | "sent" | "failed" | "uncertain"; to: string; at: Instant | null; error: string | null } | null;
  /** What a customer's message answers, or that it was forwarded. */
  quote?: { kind: "reply" | "forwarded"; ours: boolean; text: string | null } | null;
  /** The customer deleted it on the platform; its text is gone. */
  deleted_at?: Instant | null;
}

export interface Note {
  id: Uuid;
  after_seq: number;
  at: Instant;
  agent: Person | null;
  text: string;
  edited_at: Instant | null;
}

/** A bot's line that was never sent: a person had taken over. */
export interface Withheld {
  id: Uuid;
  after_seq: number;
  at: Instant;
  text: string | null;
  card: Record<string, unknown> | null;
}

export interface EventsPage {
  events: AgentEvent[];
  notes: Note[];
  withheld?: Withheld[];
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
    proof: "none" | "claimed" | "signed" | "code";
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
  /** The form the bot was in, which it may go on with after the hand-back. */
  form?: string | null;
}

export interface ConversationDetail {
  conversation: Summary;
  card: Card | null;
  handoffs: Handoff[];
  may: string[];
  answers_to?: { by: "chat" | "channel" | "phone" | "email"; to: string | null; mailed: boolean } | null;
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
  | { type: "seen"; conversation: Uuid; seq: number }
  | { type: "presence"; agent: Agent }
  | { type: "alert"; kind: AlertKind; conversation: Summary }
  | { type: "pong" }
  | { type: "error"; code: string; message: string };
