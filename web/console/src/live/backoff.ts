/** How long to wait before the next try: doubling, with full jitter, so that a restart of the gateway does
 * not bring every agent back in the same moment. */

const FIRST_MS = 400;
/** A claim is lost after 90 s without a heartbeat: an agent has to be back well before. */
const LONGEST_MS = 10_000;
/** Never hammer: the shortest wait after any failure. */
const SHORTEST_MS = 150;

/** `failures` in a row so far (1 after the first); `random` in [0, 1). */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(SHORTEST_MS + random() * (ceiling - SHORTEST_MS));
}
