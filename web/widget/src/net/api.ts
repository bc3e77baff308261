/** The HTTP half of the web channel. */
import {
  readAck,
  readAttachment,
  readError,
  readGrant,
  readPage,
  isFields,
  type Ack,
  type Attachment,
  type EventPage,
  type ServiceError,
  type SessionGrant,
} from "../protocol";

/** An answer that is not a success; `error` says why and what to do. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly error: ServiceError,
  ) {
    super(`${error.code}: ${error.message}`);
  }

  /** Sending the same again later may succeed. */
  get temporary(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }

  get aboutSession(): boolean {
    return this.error.code === "bad_session" || this.error.code === "session_expired";
  }
}

export interface Outgoing {
  readonly clientMsgId: string;
  readonly text: string;
  readonly choice: string | null;
  readonly attachments: readonly Attachment[];
}

export interface Upload {
  readonly done: Promise<Attachment>;
  cancel(): void;
}

/** Mobile networks can be slow; past this a new try is more useful than waiting. */
const TIMEOUT_MS = 12_000;
/** A file is larger than a message. */
const DOWNLOAD_TIMEOUT_MS = 60_000;
export const PAGE_SIZE = 200;

export class Api {
  /** `base` ends in "/" and is where the service is mounted. */
  constructor(
    readonly base: string,
    private readonly widget: string,
    private readonly fetcher: typeof fetch = (...call) => fetch(...call),
  ) {}

  get socketUrl(): string {
    return this.url("socket").replace(/^http/, "ws");
  }

  openSession(token?: string): Promise<SessionGrant> {
    return this.call("POST", "sessions", readGrant, null, token ? { token } : {});
  }

  identify(token: string, jwt: string): Promise<SessionGrant> {
    return this.call("POST", "identify", readGrant, token, { jwt });
  }

  send(token: string, message: Outgoing): Promise<Ack> {
    const read = (value: unknown): Ack | null => readAck(value, message.clientMsgId);
    return this.call("POST", "messages", read, token, sendBody(message));
  }

  list(token: string, afterSeq: number): Promise<EventPage> {
    return this.call("GET", `messages?after_seq=${afterSeq}&limit=${PAGE_SIZE}`, readPage, token);
  }

  /** Where the invoice of one of the customer's orders can be opened for some minutes. */
  async linkInvoice(token: string, orderNumber: string, language: string): Promise<string> {
    const path = await this.call("POST", "documents", readDocumentPath, token, { order_number: orderNumber, language });
    return this.base + path.slice(1);
  }

  /** New ways to connect a messenger: secrets of the customer's, for showing and not for keeping. */
  waysIn(token: string): Promise<readonly WayIn[]> {
    return this.call("POST", "links", readWaysIn, token, {});
  }

  /** By XMLHttpRequest: `fetch` tells nothing about the way there. */
  upload(token: string, file: File, onProgress: (share: number) => void): Upload {
    const request = new XMLHttpRequest();
    const done = new Promise<Attachment>((resolve, reject) => {
      request.open("POST", this.url("attachments"));
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
      request.onerror = () => reject(new TypeError("The upload broke off."));
      request.onabort = () => reject(new DOMException("Cancelled.", "AbortError"));
      request.onload = () => {
        const attachment = request.status < 300 ? readAttachment(request.response) : null;
        if (attachment) resolve(attachment);
        else reject(new RefusedError(request.status, errorIn(request.response)));
      };
      const form = new FormData();
      form.append("file", file, file.name || "picture");
      request.send(form);
    });
    return { done, cancel: () => request.abort() };
  }

  async download(token: string, { id, type }: Attachment): Promise<Blob> {
    const answer = await this.fetcher(this.url(`attachments/${encodeURIComponent(id)}`), {
      headers: { Authorization: `Bearer ${token}` },
      credentials: "omit",
      signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
    });
    if (!answer.ok) throw new RefusedError(answer.status, errorOf(null, answer));
    return new Blob([await answer.arrayBuffer()], { type });
  }

  private url(path: string): string {
    return `${this.base}api/web/${encodeURIComponent(this.widget)}/${path}`;
  }

  private async call<T>(
    method: string,
    path: string,
    read: (value: unknown) => T | null,
    token: string | null,
    body?: unknown,
  ): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await this.fetcher(this.url(path), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const value: unknown = await answer.json().catch(() => null);
    const result = answer.ok ? read(value) : null;
    if (result === null) throw new RefusedError(answer.ok ? 502 : answer.status, errorOf(value, answer));
    return result;
  }
}

/** A link to open, or else what to write there. */
export interface WayIn {
  readonly channel: string;
  readonly name: string;
  readonly url: string | null;
  readonly type: string | null;
}

function readWaysIn(value: unknown): readonly WayIn[] | null {
  const channels = isFields(value) ? value["channels"] : null;
  return Array.isArray(channels) ? channels.map(readWayIn).filter((way) => way !== null) : null;
}

function readWayIn(value: unknown): WayIn | null {
  if (!isFields(value)) return null;
  const { channel, name, url, type } = value;
  if (typeof channel !== "string") return null;
  const isLink = typeof url === "string" && /^https?:\/\//.test(url);
  if (!isLink && typeof type !== "string") return null;
  return { channel, name: typeof name === "string" ? name : "", url: isLink ? url : null, type: typeof type === "string" ? type : null };
}

/** Only a path below /documents/: nothing an answer says may lead elsewhere. */
function readDocumentPath(value: unknown): string | null {
  const path = isFields(value) ? value["path"] : null;
  return typeof path === "string" && /^\/documents\/[\w-]+$/.test(path) ? path : null;
}

/** The same fields over HTTP and in a `send` frame. */
export function sendBody({ clientMsgId, text, choice, attachments }: Outgoing): Record<string, unknown> {
  const body = { client_msg_id: clientMsgId };
  if (choice !== null) return { ...body, choice };
  return attachments.length === 0 ? { ...body, text } : { ...body, text: text || null, attachments: attachments.map(({ id }) => id) };
}

function errorOf(value: unknown, answer: Response): ServiceError {
  const error = errorIn(value);
  const header = Number(answer.headers.get("Retry-After"));
  return { ...error, retryAfterS: error.retryAfterS ?? (header > 0 ? header : null) };
}

function errorIn(value: unknown): ServiceError {
  return readError(isFields(value) && isFields(value["error"]) ? value["error"] : {});
}
