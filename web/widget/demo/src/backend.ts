/** The demo shop's own backend. */

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly name_bn: string;
  readonly category: string;
  readonly category_bn: string;
  readonly price: number;
  readonly stock: number;
}

export interface Persona {
  readonly ref: string;
  readonly name: string;
  readonly name_bn: string;
  readonly story: string;
  readonly story_bn: string;
}

export interface WayIn {
  readonly channel: string;
  readonly name: string;
  /** Opens the messenger with the link; null where the customer has to type `type` there instead. */
  readonly url: string | null;
  readonly type: string | null;
}

export interface LinkOffer {
  readonly code: string;
  readonly channels: readonly WayIn[];
}

const API = "/demo/api/";
const LINKS = "/api/web/demo/links";

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(API + path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

function post(path: string, body: unknown): Promise<unknown> {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export const listProducts = async (): Promise<Product[]> => (await call<{ products: Product[] }>("products")).products;
export const listPersonas = async (): Promise<Persona[]> => (await call<{ personas: Persona[] }>("personas")).personas;
export const fetchIdentity = async (): Promise<string> => (await call<{ jwt: string }>("identity")).jwt;
export const logIn = (persona: string): Promise<unknown> => post("login", { persona });
/** What the page of any shop does: the customer's signed identity buys a one-time link. */
export async function offerLink(): Promise<LinkOffer> {
  const jwt = await fetchIdentity();
  const answer = await fetch(LINKS, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ jwt }) });
  if (!answer.ok) throw new Error(`links: ${answer.status}`);
  return (await answer.json()) as LinkOffer;
}
export const logOut = (): Promise<unknown> => post("logout", {});

const CUSTOMER_KEY = "kotha-bazaar:customer";
/** The shop's cookie cannot be read here: a note that there is one saves asking in vain. */
export const noteCustomer = (ref: string | null): void => (ref ? localStorage.setItem(CUSTOMER_KEY, ref) : localStorage.removeItem(CUSTOMER_KEY));

/** Whom the shop's cookie stands for, read from the signed identity; null when nobody is logged in. */
export async function loggedInRef(): Promise<string | null> {
  if (!localStorage.getItem(CUSTOMER_KEY)) return null;
  try {
    const payload = (await fetchIdentity()).split(".")[1] ?? "";
    const claims = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: string };
    return claims.sub ?? null;
  } catch {
    return null;
  }
}
