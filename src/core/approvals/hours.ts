// Whether an instant is within the hours of a rule, in the rule's time zone.

import type { Hours } from '../model/policy.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes long. The time zones are those of policies. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(timeZone, known);
  return known;
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Whether the instant is within the hours, by the clock on the wall of that time zone. */
export function isWithinHours({ days, from, to, timeZone }: Hours, at: Date): boolean {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const day = dayNames.indexOf(parts.get('weekday') ?? '') + 1;
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  // Over midnight: the hours of yesterday may still last.
  const yesterday = day === 1 ? 7 : day - 1;
  return (days.includes(day) && minute >= from) || (days.includes(yesterday) && minute < to);
}
