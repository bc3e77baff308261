/** When a snoozed conversation may come back. */

export interface SnoozeChoice {
  key: "hour" | "evening" | "tomorrow" | "week";
  at: Date;
}

const EVENING_HOUR = 18;
const MORNING_HOUR = 9;
const HOUR_MS = 3_600_000;

function at(day: Date, offset: number, hour: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + offset, hour);
}

/** In the agent's own time; "this evening" only while it is still some way off. */
export function snoozeChoices(now: Date): SnoozeChoice[] {
  const evening = at(now, 0, EVENING_HOUR);
  return [
    { key: "hour", at: new Date(now.getTime() + HOUR_MS) },
    ...(evening.getTime() - now.getTime() > HOUR_MS ? [{ key: "evening" as const, at: evening }] : []),
    { key: "tomorrow", at: at(now, 1, MORNING_HOUR) },
    { key: "week", at: at(now, 7, MORNING_HOUR) },
  ];
}

/** What a datetime-local field takes: the agent's own clock, without a zone. */
export function localInput(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
