/** Canned replies in the composer: `/word` at the start of a line or after a space finds them. */
import { useMemo } from "react";
import type { CannedReply } from "../api/types";

export interface Slash {
  /** Where the `/` stands. */
  start: number;
  end: number;
  query: string;
}

/** The shortcut being typed at the cursor, if any; web addresses and dates have no space before their slash. */
export function slashAt(text: string, cursor: number): Slash | null {
  const before = text.slice(0, cursor);
  const match = /(^|\s)\/([\p{L}\p{M}\p{N}_-]*)$/u.exec(before);
  if (!match) return null;
  const query = match[2] ?? "";
  return { start: cursor - query.length - 1, end: cursor, query };
}

/** Shortcuts that begin so come first, then whatever holds the word in its shortcut or title. */
export function matching(replies: readonly CannedReply[], query: string, most = 8): CannedReply[] {
  const wanted = query.toLowerCase();
  const rank = ({ shortcut, title, title_bn }: CannedReply): number => {
    if (shortcut.toLowerCase().startsWith(wanted)) return 0;
    return `${shortcut} ${title} ${title_bn}`.toLowerCase().includes(wanted) ? 1 : 2;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((entry) => entry.rank < 2)
    .sort((a, b) => a.rank - b.rank || a.reply.shortcut.localeCompare(b.reply.shortcut))
    .slice(0, most)
    .map(({ reply }) => reply);
}

export function insertAt(text: string, { start, end }: Slash, inserted: string): { text: string; cursor: number } {
  return { text: text.slice(0, start) + inserted + text.slice(end), cursor: start + inserted.length };
}

export function useMatching(replies: readonly CannedReply[], slash: Slash | null): CannedReply[] {
  return useMemo(() => (slash ? matching(replies, slash.query) : []), [replies, slash]);
}
