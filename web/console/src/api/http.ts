/** Requests to the gateway: JSON in and out, the session's cookie and its CSRF token, errors as one class. */

/** The gateway answers quickly or not at all: past this a request counts as lost. */
const ANSWER_WITHIN_MS = 20_000;
export const BASE = "/api/console";

/** The gateway refused: `code` says why, `details` holds whatever else it told. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(`${status} ${code}`);
  }
}

/** Nothing came back: no network, a time-out, or something that is not the gateway. Worth another try. */
export class LostError extends Error {}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export class Http {
  /** Of the session, given at log-in. */
  csrf: string | null = null;
  /** Called when the gateway no longer knows the session. */
  onLoggedOut: () => void = () => {};

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.call<T>("GET", path + queryString(query), undefined, signal);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>("PUT", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>("PATCH", path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.call<T>("DELETE", path);
  }

  async call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await this.fetch(method, path, body, signal);
    const answer = await readJson(response);
    if (response.ok) return answer as T;
    const error = errorOf(response.status, answer);
    if (response.status === 401 && error.code === "not_logged_in") this.onLoggedOut();
    throw error;
  }

  private async fetch(method: Method, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      return await fetch(BASE + path, {
        method,
        headers: this.headers(method, body !== undefined),
        credentials: "same-origin",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new LostError(String(error));
    }
  }

  headers(method: Method, hasBody = false): Record<string, string> {
    return {
      accept: "application/json",
      ...(hasBody ? { "content-type": "application/json" } : {}),
      ...(method !== "GET" && this.csrf ? { "x-kotha-csrf": this.csrf } : {}),
    };
  }
}

export type Query = Record<string, string | number | null | undefined>;

export function queryString(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : "";
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    if (response.ok) throw new LostError("The answer was no JSON.");
    return null;
  }
}

export function errorOf(status: number, answer: unknown): ApiError {
  const error = (answer as { error?: Record<string, unknown> } | null)?.error;
  if (!error || typeof error["code"] !== "string") return new ApiError(status, `http_${status}`);
  const { code, ...details } = error;
  return new ApiError(status, code as string, details);
}

/** Whether the same request may succeed later: the connection, the store or the gateway was away. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500 || error.status === 429 || error.status === 401;
  return error instanceof LostError;
}

export const http = new Http();
