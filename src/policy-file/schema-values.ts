// The values of policy.yaml: durations, members, scopes, hours, instants, patterns.

import { z } from 'zod';
import type { Hours } from '../core/model/policy.ts';
import { isGuid, parseScope } from '../core/model/scope.ts';
import type { TextTools } from '../core/ports.ts';

/** The longest time in a policy: that of a grant. */
const longestMs = 365 * 24 * 3600_000;

/** A duration as text → milliseconds; undefined where it is none, or longer than a year. */
export function durationMs(textTools: TextTools, text: string): number | undefined {
  const ms = textTools.parseDuration(text);
  return ms !== undefined && ms > 0 && ms <= longestMs ? ms : undefined;
}

/** What to say of a text that is no duration. */
export const noDuration = (text: string) => `“${text}” is not a duration; use 30m, 8h or 7d`;

export function durationSchema(textTools: TextTools) {
  return z.string().transform((text, context) => {
    const ms = durationMs(textTools, text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', message: noDuration(text) });
    return z.NEVER;
  });
}

/** A group of the directory or of Slack must be an id: a name can be given to another group. */
const member = z
  .string()
  .trim()
  .min(1)
  .superRefine((text, context) => {
    const message =
      text.startsWith('entra:') && !isGuid(text.slice('entra:'.length))
        ? `“${text}”: entra: is followed by the object id of a group, a GUID`
        : text.startsWith('slack:') && !/^slack:S[A-Z0-9]{2,}$/.test(text)
          ? `“${text}”: slack: is followed by the id of a user group, such as S0614TZR7`
          : undefined;
    if (message) context.addIssue({ code: 'custom', message });
  });

/** One member, or a list of them. */
export const membersSchema = z.union([member.transform((one) => [one]), z.array(member).min(1, 'enter at least one')]);

export const scopeSchema = z.string().superRefine((text, context) => {
  if (parseScope(text)) return;
  const message = `“${text}” is not an Azure scope; a scope starts with /subscriptions/ and a GUID, or is /providers/Microsoft.Management/managementGroups/ and a name`;
  context.addIssue({ code: 'custom', message });
});

/** Source: the operations that Azure lists are Provider.Name/type/…/verb; a pattern may have stars anywhere. */
export const actionSchema = z
  .string()
  .trim()
  .regex(/^(\*|[\w.*-]+(\/[\w.*-]+)+)$/, 'an action looks like Microsoft.Authorization/roleAssignments/write');

export function patternSchema(textTools: TextTools) {
  return z
    .string()
    .min(1)
    .max(500)
    .transform((source, context) => {
      const pattern = textTools.compilePattern(source);
      if (pattern) return pattern;
      context.addIssue({
        code: 'custom',
        message: `“${source}” is not a regular expression that is supported (RE2 syntax: no look-around, no back references, no repeats of hundreds)`,
      });
      return z.NEVER;
    });
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const dayNumber = (text: string) => dayNames.indexOf(text.toLowerCase()) + 1;

/** 'mon', 'mon-fri', 'sat-mon' → ISO numbers of the days; undefined where it is none. */
function daysOf(text: string): readonly number[] | undefined {
  const [first = '', last = first, ...more] = text.split('-').map((part) => part.trim());
  const [from, to] = [dayNumber(first), dayNumber(last)];
  if (from === 0 || to === 0 || more.length > 0) return undefined;
  return everyDay.map((each) => ((from - 1 + each - 1) % 7) + 1).slice(0, ((to - from + 7) % 7) + 1);
}

const daysSchema = z
  .union([z.string().transform((one) => [one]), z.array(z.string()).min(1)])
  .transform((texts, context) => {
    const days = texts.map(daysOf);
    if (days.every((each) => each !== undefined)) return [...new Set(days.flat())].sort();
    context.addIssue({ code: 'custom', message: 'use days such as mon-fri, or [mon, wed]' });
    return z.NEVER;
  });

/** 24:00 is the end of a day. */
const timeSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'use a time such as "08:00"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** hours: { days: mon-fri, from: "08:00", to: "18:00", timeZone: Europe/Berlin } */
export const hoursSchema = z
  .strictObject({
    days: daysSchema.default(everyDay),
    from: timeSchema,
    to: timeSchema,
    timeZone: z.string().refine(isTimeZone, 'use the name of a time zone, such as Europe/Berlin or UTC'),
  })
  .refine(({ from, to }) => from !== to && from < 24 * 60, {
    path: ['to'],
    message: 'the hours end when they begin; leave hours out for the whole day',
  }) satisfies z.ZodType<Hours>;

const dayOnly = /^\d{4}-\d{2}-\d{2}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

/** A day (in UTC) or an instant → ISO 8601. A day at the end of a time is its last whole day. */
export function momentSchema(isEnd: boolean) {
  return z.string().transform((text, context) => {
    const ms = dayOnly.test(text) || instant.test(text) ? Date.parse(text) : Number.NaN;
    // Date.parse takes February 30 for March 2 only in some forms; a day that is not there must not become another.
    const isThere = !Number.isNaN(ms) && (!dayOnly.test(text) || new Date(ms).toISOString().startsWith(text));
    if (isThere) return new Date(dayOnly.test(text) && isEnd ? ms + 24 * 3600_000 : ms).toISOString();
    context.addIssue({ code: 'custom', message: 'use a day such as 2026-12-20, or a time such as 2026-12-20T18:00Z' });
    return z.NEVER;
  });
}
