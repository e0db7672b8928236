// Whether an instant is within the hours of a rule, in the rule's time zone.

import type { Hours } from '../model/policy.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes long. The time zones are those of policies. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const shape = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, ...shape });
  formats.set(timeZone, known);
  return known;
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The last answer of each time zone: in one decision all rules ask about one instant. */
const last = new Map<string, { readonly ms: number; readonly day: number; readonly minute: number }>();

/** The day of the week and the minute after midnight, by the clock on the wall. */
function wallClock(timeZone: string, at: Date) {
  const before = last.get(timeZone);
  if (before?.ms === at.getTime()) return before;
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const now = {
    ms: at.getTime(),
    day: dayNames.indexOf(parts.get('weekday') ?? '') + 1,
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
  last.set(timeZone, now);
  return now;
}

/** Whether the instant is within the hours, by the clock on the wall of that time zone. */
export function isWithinHours({ days, from, to, timeZone }: Hours, at: Date): boolean {
  const { day, minute } = wallClock(timeZone, at);
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  // Over midnight: the hours of yesterday may still last.
  const yesterday = day === 1 ? 7 : day - 1;
  return (days.includes(day) && minute >= from) || (days.includes(yesterday) && minute < to);
}
