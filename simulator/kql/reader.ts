// Goes through the tokens of a query: what both halves of the parser share.

import { parserFailure, type QueryError } from './errors.ts';
import { type Token, type TokenKind, tokensOf } from './tokens.ts';

export class Reader {
  readonly #query: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  /** Throws QueryError where the text has no tokens of the language. */
  constructor(query: string) {
    this.#query = query;
    this.#tokens = tokensOf(query);
  }

  get token(): Token {
    return this.ahead(0);
  }

  ahead(by: number): Token {
    const token = this.#tokens[this.#next + by] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error('a query has at least its end');
    return token;
  }

  take(): Token {
    const { token } = this;
    this.#next += 1;
    return token;
  }

  /** Whether the next token is this sign or word, in whatever case. */
  is(source: string): boolean {
    return this.token.kind !== 'text' && this.token.source.toLowerCase() === source;
  }

  /** Takes the next token where it is this one. */
  takeIf(source: string): boolean {
    if (!this.is(source)) return false;
    this.take();
    return true;
  }

  demand(source: string): void {
    if (!this.takeIf(source)) throw this.failure(source);
  }

  demandKind(kind: TokenKind, expected: string): Token {
    if (this.token.kind !== kind) throw this.failure(expected);
    return this.take();
  }

  /** A name, also one in brackets: `['odata.type']`. */
  demandName(): string {
    if (this.is('[') && this.ahead(1).kind === 'text') {
      this.take();
      const { value } = this.take();
      this.demand(']');
      return String(value);
    }
    return this.demandKind('name', 'a name').source;
  }

  /** A name that may have hyphens, such as `mv-expand`: tokens that touch each other. Undefined where no name stands. */
  hyphenated(): { name: string; tokens: number } | undefined {
    if (this.token.kind !== 'name') return undefined;
    let tokens = 1;
    while (
      this.ahead(tokens).source === '-' &&
      this.ahead(tokens + 1).kind === 'name' &&
      this.ahead(tokens).start === this.ahead(tokens - 1).end &&
      this.ahead(tokens + 1).start === this.ahead(tokens).end
    )
      tokens += 2;
    return { name: this.#query.slice(this.token.start, this.ahead(tokens - 1).end).toLowerCase(), tokens };
  }

  skip(tokens: number): void {
    this.#next += tokens;
  }

  failure(expected?: string): QueryError {
    return parserFailure(this.token.at, this.token.source, expected);
  }

  /** What is read one or more times with commas between. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.takeIf(',')) items.push(read());
    return items;
  }
}
