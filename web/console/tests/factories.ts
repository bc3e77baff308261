import type { Agent, AgentEvent, Me, Note, Summary } from "../src/api/types";

export function makeEvent(seq: number, more: Partial<AgentEvent> = {}): AgentEvent {
  return {
    seq,
    id: `m${seq}`,
    at: `2026-11-21T09:${String(seq % 60).padStart(2, "0")}:00Z`,
    author: "customer",
    text: `text ${seq}`,
    client_msg_id: null,
    in_reply_to: null,
    buttons: [],
    card: null,
    language: "en",
    agent: null,
    attachments: [],
    replaces: null,
    ...more,
  };
}

export function makeNote(after_seq: number, more: Partial<Note> = {}): Note {
  return {
    id: `n${after_seq}`,
    after_seq,
    at: "2026-11-21T09:30:00Z",
    agent: { id: "a1", name: "Farhana", name_bn: "ফারহানা" },
    text: "note",
    edited_at: null,
    ...more,
  };
}

export function makeSummary(more: Partial<Summary> = {}): Summary {
  return {
    id: "c1",
    channel: "web",
    state: "queued",
    epoch: 3,
    customer: { id: "p1", name: "Rahima Khatun", name_bn: "রহিমা খাতুন", tier: "gold", verified: true },
    assignee: null,
    team_id: "t1",
    labels: [],
    language: "en",
    mood: { level: "calm", trend: "same" },
    priority: "normal",
    reason: "asked",
    wants: null,
    last_message: { author: "customer", text: "hello", at: "2026-11-21T09:00:00Z", has_attachments: false },
    last_seq: 5,
    unread: 0,
    queued_at: "2026-11-21T09:00:00Z",
    waiting_since: null,
    snoozed_until: null,
    created_at: "2026-11-21T08:00:00Z",
    updated_at: "2026-11-21T09:00:00Z",
    value: null,
    clock: null,
    viewers: [],
    ...more,
  };
}

export const ME: Agent = {
  id: "a1",
  name: "Farhana Rahman",
  name_bn: "ফারহানা রহমান",
  email: "farhana@kotha.example",
  role: "agent",
  team_ids: ["t1"],
  languages: ["en", "bn"],
  status: "available",
  load: 1,
  max_load: 6,
  active: true,
};

export function makeMe(more: Partial<Me> = {}): Me {
  return {
    agent: ME,
    csrf: "c".repeat(32),
    permissions: ["conversations.read", "conversations.write"],
    preferences: { language: "en", theme: "light", sound: false, notifications: false },
    teams: [],
    server_time: "2026-11-21T09:00:00Z",
    ...more,
  };
}
