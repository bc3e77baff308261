/** How long to wait before the next try: doubling, with full jitter so that a restart of the
 * service does not bring every customer back in the same moment. */

/** The first wait is at most this: a lost connection usually returns at once. */
const FIRST_MS = 500;
/** Somebody is looking at the chat: a service that restarts should find them soon. */
const LONGEST_WATCHED_MS = 5_000;
/** Nobody is: most pages of a shop are like this, and they shall not knock all the time. */
const LONGEST_MS = 30_000;
/** Never hammer: the shortest wait after any failure. */
const SHORTEST_MS = 150;

/** `failures` in a row so far (1 after the first); `random` in [0, 1). */
export function backoffMs(failures: number, isWatched: boolean, random: () => number = Math.random): number {
  const ceiling = Math.min(isWatched ? LONGEST_WATCHED_MS : LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(SHORTEST_MS + random() * (ceiling - SHORTEST_MS));
}
