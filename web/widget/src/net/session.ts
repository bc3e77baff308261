/** Who this browser is to the service: an opaque token, shared by the tabs of one site. */
import { isFields, textOr, type CustomerName, type SessionGrant } from "../protocol";
import type { PageValues } from "../storage";
import { Api, RefusedError } from "./api";

export interface Session {
  readonly token: string;
  readonly expiresAt: string;
  readonly conversation: string;
  readonly identified: boolean;
  readonly customer: CustomerName | null;
  /** `sub` of the identity that was accepted; null for an anonymous visitor. */
  readonly subject: string | null;
}

export type IdentitySource = () => string | Promise<string>;

const KEY = "session";
/** A session that ends within a day is renewed before it is used. */
const RENEW_BEFORE_MS = 24 * 60 * 60 * 1000;

export class Sessions {
  private identity: IdentitySource | null = null;
  /** The token for which the identity has been dealt with, refused or not. */
  private settledToken: string | null = null;
  private doubted: string | null = null;

  constructor(
    private readonly api: Api,
    private readonly storage: PageValues,
    private readonly onRefusedIdentity: (error: Error) => void,
  ) {}

  get stored(): Session | null {
    return readSession(this.storage.get(KEY));
  }

  watch(changed: () => void): () => void {
    return this.storage.watch(KEY, changed);
  }

  identifyWith(source: IdentitySource | null): void {
    this.identity = source;
    this.settledToken = null;
  }

  /** The service did not accept this token: renew or replace it before the next use. */
  doubt(token: string): void {
    this.doubted = token;
  }

  forget(): void {
    this.identifyWith(null);
    this.storage.remove(KEY);
  }

  /** A session that may be used now. One tab at a time, so that two tabs do not open two. */
  ensure(): Promise<Session> {
    return exclusively(async () => {
      const stored = this.stored;
      const session = stored && this.isFresh(stored) ? stored : await this.renewOrOpen(stored);
      return this.identified(session);
    });
  }

  private isFresh(session: Session): boolean {
    const left = Date.parse(session.expiresAt) - Date.now();
    return session.token !== this.doubted && !(left < RENEW_BEFORE_MS);
  }

  private async renewOrOpen(stored: Session | null): Promise<Session> {
    if (stored) {
      try {
        return this.keep(await this.api.openSession(stored.token), stored.subject);
      } catch (error) {
        if (!(error instanceof RefusedError) || error.temporary) throw error;
        const replaced = this.stored;
        if (replaced && replaced.token !== stored.token) return replaced;
      }
    }
    return this.keep(await this.api.openSession(), null);
  }

  private async identified(session: Session): Promise<Session> {
    const identity = this.identity;
    if (!identity || this.settledToken === session.token) return session;
    try {
      const jwt = await identity();
      const subject = subjectOf(jwt);
      const known = session.identified && subject !== null && subject === session.subject;
      const result = known ? session : this.keep(await this.api.identify(session.token, jwt), subject);
      this.settle(identity, result);
      return result;
    } catch (error) {
      return this.withoutIdentity(session, identity, error);
    }
  }

  /** A refused identity never leaves somebody else's conversation open. */
  private async withoutIdentity(session: Session, identity: IdentitySource, error: unknown): Promise<Session> {
    if (error instanceof RefusedError && error.temporary) throw error;
    if (error instanceof RefusedError && error.aboutSession) {
      this.doubt(session.token);
      throw error;
    }
    if (isNetworkFailure(error)) throw error;
    this.onRefusedIdentity(error instanceof Error ? error : new Error(String(error)));
    const anonymous = session.identified ? this.keep(await this.api.openSession(), null) : session;
    this.settle(identity, anonymous);
    return anonymous;
  }

  /** Unless another identity was given in the meantime: that one is still to be dealt with. */
  private settle(identity: IdentitySource, { token }: Session): void {
    if (this.identity === identity) this.settledToken = token;
  }

  private keep(grant: SessionGrant, subject: string | null): Session {
    const session = { ...grant, subject: grant.identified ? subject : null };
    this.doubted = null;
    this.storage.set(KEY, JSON.stringify(session));
    return session;
  }
}

/** `sub` of a JWT, unverified: only to see whether the same person is already logged in. */
export function subjectOf(jwt: string): string | null {
  try {
    const payload = (jwt.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isFields(claims) ? textOr(claims["sub"], null) : null;
  } catch {
    return null;
  }
}

function readSession(stored: string | null): Session | null {
  try {
    const value: unknown = JSON.parse(stored ?? "");
    if (!isFields(value) || typeof value["token"] !== "string") return null;
    const customer = isFields(value["customer"]) ? value["customer"] : null;
    return {
      token: value["token"],
      expiresAt: textOr(value["expiresAt"], ""),
      conversation: textOr(value["conversation"], ""),
      identified: value["identified"] === true,
      customer: customer && { name: textOr(customer["name"], null), nameBn: textOr(customer["nameBn"], null) },
      subject: textOr(value["subject"], null),
    };
  } catch {
    return null;
  }
}

/** fetch reports an unreachable server as a TypeError and a time-out as a DOMException. */
export function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError || error instanceof DOMException;
}

function exclusively<T>(action: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  return locks ? (locks.request("kotha:session", action) as Promise<T>) : action();
}
