// JSON in the one form that hashes are made of: RFC 8785 (JCS). Anybody can make it again from the value, in any language.

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A JSON value as RFC 8785 writes it: keys sorted by UTF-16 code units, no white space. Undefined members are left out. */
export function jcs(value: unknown): string {
  return write(value as Json);
}

function write(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map((each) => write(each ?? null)).join(',')}]`;
  // Not by way of a sorted object: JavaScript puts keys that look like numbers first, whatever their order.
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const inner = value[key];
      return inner === undefined ? [] : [`${JSON.stringify(key)}:${write(inner)}`];
    });
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
