/** Business hours as the contract writes them: weekday ("0" is Monday) to stretches of the day. */

export type Hours = Record<string, [string, string][]>;
export const WEEKDAYS = ["0", "1", "2", "3", "4", "5", "6"];

/** Every stretch ends after it begins, and none begins before the one before it has ended. */
export function areHoursSound(hours: Hours): boolean {
  return Object.values(hours).every((stretches) => {
    const sorted = [...stretches].sort(([a], [b]) => a.localeCompare(b));
    return sorted.every(([from, to], index) => from !== "" && from < to && from >= (sorted[index - 1]?.[1] ?? ""));
  });
}
