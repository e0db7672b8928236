// The values of the language and how they turn into each other. Everything but a text may be null; a text that is missing is empty.

export type Kind = 'string' | 'long' | 'real' | 'bool' | 'datetime' | 'timespan' | 'dynamic';

/** A row: texts, numbers, truth values, dates, spans, and JSON where the column is dynamic. */
export type Row = Readonly<Record<string, unknown>>;

/** A length of time. */
export class Timespan {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  /** As Kusto writes it: `1.02:03:04.5000000`. */
  toString(): string {
    const size = Math.abs(this.milliseconds);
    const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
    const days = Math.floor(size / 86_400_000);
    const rest = size % 1000;
    return `${this.milliseconds < 0 ? '-' : ''}${days > 0 ? `${days}.` : ''}${two((size / 3_600_000) % 24)}:${two((size / 60_000) % 60)}:${two((size / 1000) % 60)}${rest > 0 ? `.${String(Math.round(rest)).padStart(3, '0')}0000` : ''}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** A time as Kusto prints it: seven digits of a second. */
function timeText(time: Date): string {
  return time.toISOString().replace('Z', '0000Z');
}

export function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return timeText(value);
  if (value instanceof Timespan) return value.toString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function toReal(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || !/^\s*[+-]?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value)) return null;
  return Number(value);
}

function toLong(value: unknown): number | null {
  const real = toReal(value);
  if (typeof value === 'string' && !/^\s*[+-]?\d+\s*$/.test(value)) return null;
  return real === null ? null : Math.trunc(real);
}

function toBool(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return null;
  return { true: true, false: false, '1': true, '0': false }[value.toLowerCase()] ?? null;
}

export function toDate(value: unknown): Date | null {
  if (value instanceof Date) return value;
  if (typeof value !== 'string' || !/^\s*\d{4}-\d{1,2}(-\d{1,2})?/.test(value)) return null;
  // Seven digits of a second are more than JavaScript reads; a time without a zone is UTC.
  const text = value
    .trim()
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(' ', 'T');
  const time = new Date(/T.*(z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(time.getTime()) ? null : time;
}

function toSpan(value: unknown): Timespan | null {
  if (value instanceof Timespan) return value;
  const [, sign, days = '0', hours = '', minutes = '', seconds = ''] =
    /^\s*(-)?(?:(\d+)\.)?(\d\d):(\d\d):(\d\d(?:\.\d+)?)\s*$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (hours === '') return null;
  const size = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  return new Timespan(sign ? -size : size);
}

const conversions: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  string: toText,
  long: toLong,
  real: toReal,
  bool: toBool,
  datetime: toDate,
  timespan: toSpan,
  dynamic: (value) => value ?? null,
};

/** The value as one of another kind; null (of a text: empty) where it cannot be. */
export function converted(value: unknown, to: Kind): unknown {
  if (to !== 'string' && (value === null || value === undefined)) return null;
  return conversions[to](value);
}

/** What sorts and compares like the value: a text or a number. */
export function comparable(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Timespan) return value.milliseconds;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : toText(value);
}

/** One text for the values of some columns: equal texts are equal values. */
export function groupKey(values: readonly unknown[]): string {
  return JSON.stringify(
    values.map((value) => (value !== null && typeof value === 'object' ? toText(value) : (value ?? null))),
  );
}

export function isNumeric(kind: Kind): boolean {
  return kind === 'long' || kind === 'real';
}
