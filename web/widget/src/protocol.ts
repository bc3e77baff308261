/** The web channel's messages (docs/contracts/web-channel.md) and their careful reading. */

export type Author = "customer" | "bot" | "agent" | "system";

export interface Button {
  readonly id: string;
  readonly title: string;
}

/** A file of a message; its bytes are fetched when it is shown or opened. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Of images. */
  readonly width: number | null;
  readonly height: number | null;
}

export interface ChatEvent {
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly author: Author;
  readonly text: string | null;
  readonly clientMsgId: string | null;
  readonly buttons: readonly Button[];
  /** As received; read by `readCard` when it is shown. */
  readonly card: unknown;
  readonly language: string | null;
  /** Who of the people wrote it. */
  readonly agent: PersonName | null;
  readonly attachments: readonly Attachment[];
  /** An edit: the id of the event whose place this text takes. */
  readonly replaces: string | null;
}

export interface PersonName {
  readonly name: string | null;
  readonly nameBn: string | null;
}

export type CustomerName = PersonName;

/** Who answers now. */
export interface Owner {
  readonly isPerson: boolean;
  readonly agent: PersonName | null;
  /** A person was asked for and has not come yet. */
  readonly waiting: boolean;
}

export interface Ack {
  readonly clientMsgId: string;
  readonly id: string;
  readonly seq: number;
  readonly at: string;
}

export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly clientMsgId: string | null;
  readonly retryAfterS: number | null;
}

export type ServerFrame =
  | { type: "welcome"; conversation: string; lastSeq: number; customer: CustomerName | null; heartbeatS: number; owner: Owner }
  | { type: "owner"; owner: Owner }
  | { type: "event"; event: ChatEvent }
  | { type: "ack"; ack: Ack }
  | { type: "read"; seq: number }
  | { type: "typing"; isPerson: boolean }
  | { type: "error"; error: ServiceError }
  | { type: "pong" };

export interface EventPage {
  readonly conversation: string;
  readonly events: readonly ChatEvent[];
  readonly lastSeq: number;
  readonly owner: Owner;
}

export interface SessionGrant {
  readonly token: string;
  readonly expiresAt: string;
  readonly conversation: string;
  readonly identified: boolean;
  readonly customer: CustomerName | null;
}

/** The service refuses more Unicode code points than this in one message. */
export const TEXT_LIMIT = 4000;
/** The service closes a socket that sends a larger frame; such a message goes over HTTP. */
export const FRAME_LIMIT_BYTES = 16 * 1024;
/** What the service takes as files; it looks at their content, this is to refuse at once. */
export const FILE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"];
export const FILE_LIMIT_BYTES = 10 * 1024 * 1024;
export const MOST_FILES = 5;
export const BOT: Owner = { isPerson: false, agent: null, waiting: false };
export const SUBPROTOCOL = "kotha.v1";

type Fields = Record<string, unknown>;
const AUTHORS: readonly string[] = ["customer", "bot", "agent", "system"];

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === "string" ? value : otherwise;
}

export function wholeOr<T>(value: unknown, otherwise: T): number | T {
  return Number.isSafeInteger(value) ? (value as number) : otherwise;
}

/** A frame of the server, or null when it is not one this client knows (it is then ignored). */
export function readFrame(data: unknown): ServerFrame | null {
  const fields = parseJson(data);
  if (!isFields(fields)) return null;
  switch (fields["type"]) {
    case "welcome":
      return readWelcome(fields);
    case "event": {
      const event = readEvent(fields);
      return event && { type: "event", event };
    }
    case "ack": {
      const ack = readAck(fields);
      return ack && { type: "ack", ack };
    }
    case "read":
      return { type: "read", seq: wholeOr(fields["seq"], 0) };
    case "owner":
      return { type: "owner", owner: readOwner(fields) };
    case "typing":
      return { type: "typing", isPerson: fields["author"] === "agent" };
    case "pong":
      return { type: "pong" };
    case "error":
      return { type: "error", error: readError(fields) };
    default:
      return null;
  }
}

export function readEvent(value: unknown): ChatEvent | null {
  if (!isFields(value)) return null;
  const seq = wholeOr(value["seq"], 0);
  const author = textOr(value["author"], "");
  if (seq < 1 || !AUTHORS.includes(author)) return null;
  return {
    seq,
    author: author as Author,
    id: textOr(value["id"], String(seq)),
    at: textOr(value["at"], ""),
    text: textOr(value["text"], null),
    clientMsgId: textOr(value["client_msg_id"], null),
    buttons: readButtons(value["buttons"]),
    card: value["card"] ?? null,
    language: textOr(value["language"], null),
    agent: readName(value["agent"]),
    attachments: readAttachments(value["attachments"]),
    replaces: textOr(value["replaces"], null),
  };
}

export function readAttachment(value: unknown): Attachment | null {
  if (!isFields(value) || typeof value["id"] !== "string") return null;
  const type = textOr(value["type"], "");
  return {
    id: value["id"],
    name: textOr(value["name"], ""),
    // Nothing else is ever opened as what it says it is.
    type: FILE_TYPES.includes(type) ? type : "application/octet-stream",
    size: wholeOr(value["size"], 0),
    width: wholeOr(value["width"], null),
    height: wholeOr(value["height"], null),
  };
}

export function readAttachments(value: unknown): Attachment[] {
  return Array.isArray(value) ? value.map(readAttachment).filter((attachment) => attachment !== null) : [];
}

/** The answer to a POSTed message, which names the message only in the request. */
export function readAck(value: unknown, clientMsgId?: string): Ack | null {
  if (!isFields(value)) return null;
  const of = clientMsgId ?? textOr(value["client_msg_id"], "");
  const seq = wholeOr(value["seq"], 0);
  if (!of || seq < 1) return null;
  return { clientMsgId: of, seq, id: textOr(value["id"], String(seq)), at: textOr(value["at"], "") };
}

export function readPage(value: unknown): EventPage | null {
  if (!isFields(value) || !Array.isArray(value["events"])) return null;
  const events = value["events"].map(readEvent).filter((event) => event !== null);
  return { conversation: textOr(value["conversation"], ""), events, lastSeq: wholeOr(value["last_seq"], 0), owner: readOwner(value) };
}

export function readGrant(value: unknown): SessionGrant | null {
  if (!isFields(value)) return null;
  const token = textOr(value["token"], "");
  if (!token) return null;
  return {
    token,
    expiresAt: textOr(value["expires_at"], ""),
    conversation: textOr(value["conversation"], ""),
    identified: value["identified"] === true,
    customer: readName(value["customer"]),
  };
}

export function readError(fields: Fields): ServiceError {
  const retry = fields["retry_after_s"];
  return {
    code: textOr(fields["code"], "unknown"),
    message: textOr(fields["message"], ""),
    clientMsgId: textOr(fields["client_msg_id"], null),
    retryAfterS: typeof retry === "number" && retry >= 0 ? retry : null,
  };
}

function readWelcome(fields: Fields): ServerFrame {
  return {
    type: "welcome",
    conversation: textOr(fields["conversation"], ""),
    lastSeq: wholeOr(fields["last_seq"], 0),
    customer: readName(fields["customer"]),
    heartbeatS: Math.max(5, wholeOr(fields["heartbeat_s"], 30)),
    owner: readOwner(fields),
  };
}

function readButtons(value: unknown): Button[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isFields).flatMap(({ id, title }) =>
    typeof id === "string" && typeof title === "string" ? [{ id, title }] : [],
  );
}

function readOwner(fields: Fields): Owner {
  return { isPerson: fields["owner"] === "agent", agent: readName(fields["agent"]), waiting: fields["waiting"] === true };
}

function readName(value: unknown): PersonName | null {
  if (!isFields(value)) return null;
  return { name: textOr(value["name"], null), nameBn: textOr(value["name_bn"], null) };
}

function parseJson(data: unknown): unknown {
  if (typeof data !== "string") return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
