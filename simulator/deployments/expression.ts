// The language inside the brackets of a template's texts: calls, texts, numbers, and the way into what a call answers.
// Texts and numbers stand for themselves; everything else is a call. Source: azure-docs template-expressions.

/** What is wrong with a template, in the words that stand between quotes in Azure's InvalidTemplate. */
export class TemplateError extends Error {}

export type Expression =
  | { kind: 'value'; value: string | number }
  | { kind: 'call'; name: string; args: readonly Expression[] }
  | { kind: 'into'; of: Expression; key: Expression };

const parsed = new Map<string, Expression>();

/** The expression of a text that is one, as '[…]' says; undefined for a text that stands for itself. */
export function expressionIn(text: string): Expression | undefined {
  if (!text.startsWith('[') || !text.endsWith(']') || text.startsWith('[[')) return undefined;
  const known = parsed.get(text);
  if (known) return known;
  const made = new Parser(text.slice(1, -1)).whole();
  if (parsed.size > 1000) parsed.clear();
  parsed.set(text, made);
  return made;
}

const token = /\s*(?:('(?:[^']|'')*')|(-?\d+)(?![\w.])|([A-Za-z_][\w]*)|([()[\],.]))/y;

/** One pass, by recursive descent. */
class Parser {
  readonly #text: string;
  #at = 0;
  #next: { kind: 'text' | 'number' | 'name' | 'mark' | 'end'; text: string } = { kind: 'end', text: '' };

  constructor(text: string) {
    this.#text = text;
    this.#advance();
  }

  whole(): Expression {
    const made = this.#expression();
    if (this.#next.kind !== 'end') throw this.#wrong('EndOfData');
    return made;
  }

  #expression(): Expression {
    let made = this.#primary();
    for (;;) {
      if (this.#takes('.')) {
        const { kind, text } = this.#next;
        if (kind !== 'name') throw this.#wrong('Identifier');
        this.#advance();
        made = { kind: 'into', of: made, key: { kind: 'value', value: text } };
      } else if (this.#takes('[')) {
        const key = this.#expression();
        this.#demand(']', 'RightSquareBracket');
        made = { kind: 'into', of: made, key };
      } else return made;
    }
  }

  #primary(): Expression {
    const { kind, text } = this.#next;
    if (kind === 'text' || kind === 'number') {
      this.#advance();
      return { kind: 'value', value: kind === 'number' ? Number(text) : text.slice(1, -1).replaceAll("''", "'") };
    }
    if (kind !== 'name') throw this.#wrong('LeftParenthesis');
    this.#advance();
    this.#demand('(', 'LeftParenthesis');
    const args: Expression[] = [];
    if (this.#takes(')')) return { kind: 'call', name: text.toLowerCase(), args };
    do args.push(this.#expression());
    while (this.#takes(','));
    this.#demand(')', 'RightParenthesis');
    return { kind: 'call', name: text.toLowerCase(), args };
  }

  #takes(mark: string): boolean {
    if (this.#next.kind !== 'mark' || this.#next.text !== mark) return false;
    this.#advance();
    return true;
  }

  #demand(mark: string, name: string): void {
    if (!this.#takes(mark)) throw this.#wrong(name);
  }

  #wrong(expected: string): TemplateError {
    const actual = this.#next.kind === 'end' ? 'EndOfData' : this.#next.text;
    return new TemplateError(
      `Unable to parse language expression '${this.#text}': expected token '${expected}' and actual '${actual}'.`,
    );
  }

  #advance(): void {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (!found) {
      const rest = this.#text.slice(this.#at).trim();
      this.#at = this.#text.length;
      if (rest !== '')
        throw new TemplateError(`Unable to parse language expression '${this.#text}': unexpected '${rest}'.`);
      this.#next = { kind: 'end', text: '' };
      return;
    }
    this.#at = token.lastIndex;
    const [, text, number, name, mark = ''] = found;
    if (text !== undefined) this.#next = { kind: 'text', text };
    else if (number !== undefined) this.#next = { kind: 'number', text: number };
    else if (name !== undefined) this.#next = { kind: 'name', text: name };
    else this.#next = { kind: 'mark', text: mark };
  }
}

/** Every call in a value of a template, whatever it is nested in. */
export function* callsIn(value: unknown): Iterable<{ name: string; args: readonly Expression[] }> {
  if (typeof value === 'string') {
    const expression = expressionIn(value);
    if (expression) yield* callsOf(expression);
  } else if (Array.isArray(value)) for (const one of value) yield* callsIn(one);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      yield* callsIn(name);
      yield* callsIn(one);
    }
  }
}

function* callsOf(expression: Expression): Iterable<{ name: string; args: readonly Expression[] }> {
  if (expression.kind === 'call') {
    yield expression;
    for (const one of expression.args) yield* callsOf(one);
  } else if (expression.kind === 'into') {
    yield* callsOf(expression.of);
    yield* callsOf(expression.key);
  }
}
