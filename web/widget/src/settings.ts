/** What the page says about its chat, in the script tag's data attributes. */

export interface Settings {
  /** Where the service is mounted, ending in "/". */
  readonly base: string;
  readonly widget: string;
  readonly language: string | null;
  readonly theme: string | null;
  readonly accent: string | null;
  readonly position: string | null;
  readonly title: string | null;
  readonly greeting: string | null;
  readonly greetingBn: string | null;
  /** Suggestions under the greeting; null for the built-in ones, empty for none. */
  readonly starters: readonly string[] | null;
}

type Dataset = Readonly<Record<string, string | undefined>>;

/** Null when the tag names no widget: the page then creates its element itself, or not at all. */
export function readSettings(src: string, data: Dataset): Settings | null {
  const widget = data["widget"]?.trim();
  if (!widget) return null;
  return {
    base: serviceBase(src, data["server"]),
    widget,
    language: data["language"] ?? null,
    theme: data["theme"] ?? null,
    accent: data["accent"] ?? null,
    position: data["position"] ?? null,
    title: data["title"]?.trim() || null,
    greeting: data["greeting"]?.trim() || null,
    greetingBn: data["greetingBn"]?.trim() || null,
    starters: readStarters(data["starters"]),
  };
}

/** The script lies at <service>/widget/kotha.js; `data-server` is for pages that host it themselves. */
function serviceBase(src: string, server: string | undefined): string {
  const base = new URL(server ? server.replace(/\/?$/, "/") : "../", src);
  return base.origin + base.pathname;
}

function readStarters(value: string | undefined): string[] | null {
  if (value === undefined) return null;
  return value.split("|").map((line) => line.trim()).filter((line) => line !== "");
}
