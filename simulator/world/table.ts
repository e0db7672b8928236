// A keyed set of rows with indices and sorted views, so that a world of 100,000 identities answers at once.
// Rows are never changed in place: a change puts a new row, so that whoever holds the old one sees the past unharmed.

type KeyOf<T> = (row: T) => string | undefined;

/** Rows by key, by unique indices (one row each) and by group indices (many rows each). */
export class Table<T> {
  readonly name: string;
  readonly #keyOf: (row: T) => string;
  readonly #rows = new Map<string, T>();
  readonly #unique = new Map<string, { of: KeyOf<T>; rows: Map<string, T> }>();
  readonly #groups = new Map<string, { of: KeyOf<T>; rows: Map<string, Map<string, T>> }>();
  readonly #sorted = new Map<string, readonly T[]>();
  /** Called after every change, with the row that was there before. */
  onChange: (table: string, key: string, old: unknown) => void = () => {};

  constructor(
    name: string,
    keyOf: (row: T) => string,
    indices: { unique?: Record<string, KeyOf<T>>; groups?: Record<string, KeyOf<T>> } = {},
  ) {
    this.name = name;
    this.#keyOf = keyOf;
    for (const [index, of] of Object.entries(indices.unique ?? {})) this.#unique.set(index, { of, rows: new Map() });
    for (const [index, of] of Object.entries(indices.groups ?? {})) this.#groups.set(index, { of, rows: new Map() });
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): T | undefined {
    return this.#rows.get(key);
  }

  entries(): Iterable<[string, T]> {
    return this.#rows.entries();
  }

  values(): Iterable<T> {
    return this.#rows.values();
  }

  /** The one row that a unique index holds under the value. */
  one(index: string, value: string): T | undefined {
    return this.#unique.get(index)?.rows.get(value);
  }

  /** All rows under a value of a group index, in the order in which they came. */
  by(index: string, value: string): readonly T[] {
    return [...(this.#groups.get(index)?.rows.get(value)?.values() ?? [])];
  }

  /** Rows sorted by key: all, or those under a value of a group index. Kept until the next change of the table. */
  sorted(index?: string, value = ''): readonly T[] {
    const cacheKey = `${index ?? ''}\n${value}`;
    const cached = this.#sorted.get(cacheKey);
    if (cached) return cached;
    const rows = index === undefined ? this.#rows : (this.#groups.get(index)?.rows.get(value) ?? new Map<string, T>());
    const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row);
    this.#sorted.set(cacheKey, sorted);
    return sorted;
  }

  put(row: T): void {
    const key = this.#keyOf(row);
    const old = this.#rows.get(key);
    if (old !== undefined) this.#unindex(key, old);
    this.#rows.set(key, row);
    for (const { of, rows } of this.#unique.values()) {
      const value = of(row);
      if (value !== undefined) rows.set(value, row);
    }
    for (const { of, rows } of this.#groups.values()) {
      const value = of(row);
      if (value === undefined) continue;
      const bucket = rows.get(value);
      if (bucket) bucket.set(key, row);
      else rows.set(value, new Map([[key, row]]));
    }
    this.#sorted.clear();
    this.onChange(this.name, key, old);
  }

  delete(key: string): boolean {
    const old = this.#rows.get(key);
    if (old === undefined) return false;
    this.#unindex(key, old);
    this.#rows.delete(key);
    this.#sorted.clear();
    this.onChange(this.name, key, old);
    return true;
  }

  #unindex(key: string, row: T): void {
    for (const { of, rows } of this.#unique.values()) {
      const value = of(row);
      if (value !== undefined && rows.get(value) === row) rows.delete(value);
    }
    for (const { of, rows } of this.#groups.values()) {
      const value = of(row);
      if (value !== undefined) rows.get(value)?.delete(key);
    }
  }
}
