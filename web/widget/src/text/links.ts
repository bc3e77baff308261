/** Finds web addresses in a message. Only http and https; everything else stays text. */

export interface Segment {
  readonly text: string;
  /** The normalised address when this segment is a link. */
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"'`।]+/giu;
const TRAILING = new Set(".,;:!?…");

export function splitLinks(text: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimAddress(match[0]);
    const href = safeHref(address);
    if (!href) continue;
    if (match.index > end) segments.push({ text: text.slice(end, match.index), href: null });
    segments.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) segments.push({ text: text.slice(end), href: null });
  return segments;
}

/** A full stop or an unopened bracket after an address belongs to the sentence. */
function trimAddress(raw: string): string {
  let unopened = count(raw, ")") - count(raw, "(");
  let end = raw.length;
  for (; end > 0; end -= 1) {
    const last = raw.charAt(end - 1);
    if (last === ")" && unopened > 0) unopened -= 1;
    else if (!TRAILING.has(last)) break;
  }
  return raw.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Null for anything but a plain web address; "user@host" tricks are not links either. */
function safeHref(address: string): string | null {
  try {
    const url = new URL(address);
    const web = url.protocol === "https:" || url.protocol === "http:";
    return web && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}
