/** The demo shop: products, personas to log in as, and the chat told who the customer is. */
import type { KothaApi } from "../../src/main";
import { heroArt, productArt } from "./art";
import { fetchIdentity, listPersonas, listProducts, loggedInRef, logIn, logOut, noteCustomer, type Persona, type Product } from "./backend";
import { connectPanel } from "./connect";
import { count, say, taka, type PageLanguage, type Word } from "./words";

const LANGUAGE_KEY = "kotha-bazaar:language";
const THEME_KEY = "kotha-bazaar:theme";
/** From here on the shop says how many are left. */
const FEW = 10;

const state = {
  language: firstLanguage(),
  theme: firstTheme(),
  category: null as string | null,
  products: null as Product[] | null,
  personas: [] as Persona[],
  ref: null as string | null,
};

function firstLanguage(): PageLanguage {
  const wish = localStorage.getItem(LANGUAGE_KEY) ?? navigator.language;
  return wish.startsWith("bn") ? "bn" : "en";
}

function firstTheme(): "light" | "dark" {
  const stored = localStorage.getItem(THEME_KEY);
  if (stored === "light" || stored === "dark") return stored;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

const word = (key: Word, values?: Record<string, string>): string => say(state.language, key, values);
const nameOf = (thing: { name: string; name_bn: string }): string => (state.language === "bn" && thing.name_bn) || thing.name;

function find<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function makeButton(className: string, text: string, action: () => void): HTMLButtonElement {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", action);
  return element;
}

/** The widget is a script of its own: it may come later than this one, or not at all. */
function withKotha(action: (kotha: KothaApi) => void): void {
  if (window.Kotha) action(window.Kotha);
  else addEventListener("kotha:ready", () => window.Kotha && action(window.Kotha), { once: true });
}

// Drawing --------------------------------------------------------------------------------------

function draw(): void {
  document.documentElement.lang = state.language;
  document.documentElement.dataset["theme"] = state.theme;
  document.title = word("shop");
  for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) element.textContent = word(element.dataset["say"] as Word);
  find("language").textContent = word("other_language");
  find("language").lang = state.language === "en" ? "bn" : "en";
  find("theme").textContent = word(state.theme === "light" ? "to_dark" : "to_light");
  drawAccount();
  drawPersonas();
  drawFilters();
  drawProducts();
}

function drawAccount(): void {
  const persona = state.personas.find(({ ref }) => ref === state.ref);
  const login = make("a", "button small", word("log_in"));
  login.href = "#customers";
  find("account").replaceChildren(
    ...(persona ? [make("span", "who", givenName(persona)), makeButton("button small quiet", word("log_out"), () => void leave())] : [login]),
  );
}

function drawPersonas(): void {
  find("personas").replaceChildren(...state.personas.map(personaCard));
}

function personaCard(persona: Persona): HTMLElement {
  const isMe = persona.ref === state.ref;
  const name = givenName(persona);
  const action = isMe
    ? makeButton("button small", word("open_chat"), () => withKotha((kotha) => kotha.open()))
    : makeButton("button small quiet", word("log_in_as", { name }), () => void enter(persona));
  const portrait = make("span", "portrait", [...name][0] ?? "");
  portrait.ariaHidden = "true";
  const title = make("h3", "", nameOf(persona));
  const story = make("p", "", (state.language === "bn" && persona.story_bn) || persona.story);
  const card = make("li", isMe ? "persona me" : "persona", make("div", "persona-head", portrait, title), story, action);
  if (isMe) card.append(connectPanel(word));
  return card;
}

/** "Md. Tanvir Ahmed" is Tanvir: titles with a full stop or visarga are not what one is called. */
function givenName(persona: Persona): string {
  const words = nameOf(persona).split(" ");
  return words.find((part) => !/[.ঃ]$/.test(part)) ?? nameOf(persona);
}

function drawFilters(): void {
  const categories = new Map((state.products ?? []).map((product) => [product.category, (state.language === "bn" && product.category_bn) || capital(product.category)]));
  const filter = (key: string | null, label: string): HTMLElement => {
    const element = makeButton("filter", label, () => choose(key));
    element.ariaPressed = String(state.category === key);
    return element;
  };
  find("filters").ariaLabel = word("categories");
  find("filters").replaceChildren(filter(null, word("all")), ...[...categories].map(([key, label]) => filter(key, label)));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function choose(category: string | null): void {
  state.category = category;
  const index = [...find("filters").children].indexOf(document.activeElement as Element);
  drawFilters();
  drawProducts();
  (find("filters").children[index] as HTMLElement | undefined)?.focus();
}

function drawProducts(): void {
  if (!state.products) return;
  const shown = state.products.filter(({ category }) => state.category === null || category === state.category);
  find("grid").ariaBusy = "false";
  find("grid").replaceChildren(...shown.map(productCard));
}

function productCard(product: Product): HTMLElement {
  const stock = product.stock === 0 ? "sold_out" : product.stock < FEW ? "few" : "in_stock";
  return make(
    "li",
    "product",
    productArt(product, state.products?.indexOf(product) ?? 0),
    make("h3", "", nameOf(product)),
    make("p", "price", taka(state.language, product.price)),
    make("p", `stock ${stock}`, word(stock, { n: count(state.language, product.stock) })),
  );
}

// Doing ----------------------------------------------------------------------------------------

async function enter(persona: Persona): Promise<void> {
  await attempt(async () => {
    if (state.ref) withKotha((kotha) => kotha.logout());
    await logIn(persona.ref);
    noteCustomer(persona.ref);
    state.ref = persona.ref;
    withKotha((kotha) => (kotha.identify(fetchIdentity), kotha.open()));
  });
}

async function leave(): Promise<void> {
  await attempt(async () => {
    await logOut();
    noteCustomer(null);
    state.ref = null;
    withKotha((kotha) => kotha.logout());
  });
}

async function attempt(action: () => Promise<void>): Promise<void> {
  find("trouble").textContent = "";
  try {
    await action();
    draw();
  } catch {
    find("trouble").textContent = word("no_login");
  }
}

function applyToChat(): void {
  withKotha(({ element }) => {
    element.setAttribute("language", state.language);
    element.setAttribute("theme", state.theme);
  });
}

function switchLanguage(): void {
  state.language = state.language === "en" ? "bn" : "en";
  localStorage.setItem(LANGUAGE_KEY, state.language);
  draw();
  applyToChat();
}

function switchTheme(): void {
  state.theme = state.theme === "light" ? "dark" : "light";
  localStorage.setItem(THEME_KEY, state.theme);
  draw();
  applyToChat();
}

async function start(): Promise<void> {
  find("language").addEventListener("click", switchLanguage);
  find("theme").addEventListener("click", switchTheme);
  find("ask").addEventListener("click", () => withKotha((kotha) => kotha.open()));
  find("hero-art").append(heroArt());
  draw();
  applyToChat();
  const [products, personas, ref] = await Promise.allSettled([listProducts(), listPersonas(), loggedInRef()]);
  state.products = products.status === "fulfilled" ? products.value : null;
  state.personas = personas.status === "fulfilled" ? personas.value : [];
  state.ref = ref.status === "fulfilled" ? ref.value : null;
  if (state.ref) withKotha((kotha) => kotha.identify(fetchIdentity));
  draw();
  if (!state.products) find("grid").replaceChildren(make("li", "trouble", word("no_products")));
}

void start();
