// Ends that are a point in time: `18:00`, `2026-12-01`, `2026-12-01T18:00+02:00`. UTC where no zone is given.

const timeOfDay = String.raw`([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?`;
const zone = String.raw`\s?(Z|UTC|GMT|[+-](?:0\d|1[0-4]):?(?:[0-5]\d)?)?`;
const pattern = new RegExp(`^(?:(\\d{4})-(\\d{2})-(\\d{2}))?(?:[T ]?${timeOfDay}${zone})?$`, 'i');

const dayMs = 86_400_000;

/**
 * The instant that the words name. A time of day that is past means tomorrow; a day alone is its first moment, the reading that
 * never gives more than was meant. Undefined where the words are no time.
 */
export function parseUntil(text: string, now: Date): Date | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 40) return undefined;
  const [whole, year, month, day, hour, minute = '0', second = '0', offset] = pattern.exec(trimmed) ?? [];
  if (whole === undefined || (year === undefined && hour === undefined)) return undefined;
  if (year !== undefined && hour !== undefined && !/^\d{4}-\d{2}-\d{2}[T ]/i.test(trimmed)) return undefined;
  const offsetMs = zoneMs(offset);
  const here = new Date(now.getTime() + offsetMs);
  const [y, m, d] =
    year === undefined
      ? [here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate()]
      : [Number(year), Number(month) - 1, Number(day)];
  const midnight = new Date(Date.UTC(y, m, d));
  if (midnight.getUTCMonth() !== m || midnight.getUTCDate() !== d) return undefined;
  const at = midnight.getTime() + (Number(hour ?? 0) * 3600 + Number(minute) * 60 + Number(second)) * 1000 - offsetMs;
  return new Date(year === undefined && at <= now.getTime() ? at + dayMs : at);
}

function zoneMs(offset: string | undefined): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset ?? '') ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** An instant as people read it here, with its zone: `1 Dec 2026, 18:00 UTC`. */
export function formatUntil(iso: string): string {
  const [date = '', time = ''] = iso.split('T');
  const [year, month, day] = date.split('-').map(Number);
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  return `${day} ${months[(month ?? 1) - 1]} ${year}, ${time.slice(0, 5)} UTC`;
}
