// Reads the conditions of role assignments that limit who may assign which role: the grammar of Azure's templates for constrained
// delegation. Source: “Azure role assignment condition format and syntax”, “Examples to delegate role assignment management”.

import { matchesAction } from '../model/action-patterns.ts';
import { fold, sameName } from '../model/fold.ts';
import { resourceName } from '../model/scope.ts';

/** What is attempted, as a condition sees it. A value that is absent is not known. */
export interface Attempt {
  readonly action: string;
  /** The assignment to be written (@Request), or the one to be removed (@Resource). */
  readonly assignment?: AssignmentAttributes;
}

/** The attributes of a role assignment that conditions compare. */
export interface AssignmentAttributes {
  readonly roleDefinitionId?: string;
  readonly principalId?: string;
  readonly principalType?: string;
}

/** True, false, or undefined: it cannot be told. */
type Truth = boolean | undefined;

interface Token {
  readonly kind: 'mark' | 'text' | 'attribute' | 'word';
  readonly text: string;
  /** Of an attribute: Request, Resource, … */
  readonly source?: string;
}

/** Azure's limit on a condition, in characters at most. */
const longest = 8 * 1024;
const deepest = 50;

const prefix = 'microsoft.authorization/roleassignments:';
const pattern =
  /\s*(?:(?<mark>[(){},!]|&&|\|\|)|'(?<text>[^']*)'|@(?<source>\w+)\[(?<attribute>[^\]]+)\]|(?<word>[\w.:-]+))/y;

/** A condition that is not of this grammar. */
class Unreadable extends Error {}

function tokensOf(condition: string): Token[] {
  const text = condition.trim();
  if (text.length > longest) throw new Unreadable();
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const { mark, text: quoted, source, attribute, word } = pattern.exec(text)?.groups ?? {};
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (attribute !== undefined)
      tokens.push({ kind: 'attribute', text: fold(attribute), source: fold(source ?? '') });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else throw new Unreadable();
  }
  return tokens;
}

const guid = (text: string) => fold(resourceName(text)).replaceAll('-', '');
/** Both compare one value with one; a negation is of the whole comparison. */
const operators = new Map<string, (left: string, right: string) => boolean>(
  Object.entries({
    guidequals: (left: string, right: string) => guid(left) === guid(right),
    guidnotequals: (left: string, right: string) => guid(left) !== guid(right),
    stringequals: (left: string, right: string) => left === right,
    stringnotequals: (left: string, right: string) => left !== right,
    stringequalsignorecase: sameName,
    stringnotequalsignorecase: (left: string, right: string) => !sameName(left, right),
  }),
);
/** The attribute has one value, so that it matters only whether any or all of the values on the right must fit. */
const quantifiers = new Map<string, 'some' | 'every'>(
  Object.entries({
    '': 'some',
    foranyofanyvalues: 'some',
    forallofanyvalues: 'some',
    foranyofallvalues: 'every',
    forallofallvalues: 'every',
  } as const),
);

const both = (a: Truth, b: Truth): Truth => (a === false || b === false ? false : a && b);
const either = (a: Truth, b: Truth): Truth => (a === true || b === true ? true : a === undefined ? a : b);

/** Reads and evaluates at once: nothing else needs the tree. */
class Reader {
  readonly #tokens: readonly Token[];
  readonly #attempt: Attempt;
  #at = 0;

  constructor(condition: string, attempt: Attempt) {
    this.#tokens = tokensOf(condition);
    this.#attempt = attempt;
  }

  whole(): Truth {
    const truth = this.#expression(0);
    if (this.#at < this.#tokens.length) throw new Unreadable();
    return truth;
  }

  #expression(depth: number): Truth {
    let truth = this.#term(depth);
    let first: 'and' | 'or' | undefined;
    for (let joiner = this.#joiner(); joiner !== undefined; joiner = this.#joiner()) {
      first ??= joiner;
      // Azure wants parentheses there; which of the two binds closer is not said.
      if (joiner !== first) throw new Unreadable();
      this.#at += 1;
      const next = this.#term(depth);
      truth = joiner === 'and' ? both(truth, next) : either(truth, next);
    }
    return truth;
  }

  #joiner(): 'and' | 'or' | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' && token?.kind !== 'mark') return undefined;
    const text = fold(token.text);
    if (text === 'and' || text === '&&') return 'and';
    return text === 'or' || text === '||' ? 'or' : undefined;
  }

  #term(depth: number): Truth {
    if (depth > deepest) throw new Unreadable();
    const token = this.#next();
    if (token.kind === 'attribute') return this.#comparison(token);
    if (token.kind === 'text') throw new Unreadable();
    switch (fold(token.text)) {
      case '!':
      case 'not': {
        const truth = this.#term(depth + 1);
        return truth === undefined ? undefined : !truth;
      }
      case '(': {
        const truth = this.#expression(depth + 1);
        this.#take(')');
        return truth;
      }
      case 'actionmatches': {
        this.#take('{');
        const action = this.#next();
        if (action.kind !== 'text') throw new Unreadable();
        this.#take('}');
        return matchesAction(action.text, this.#attempt.action);
      }
      default:
        throw new Unreadable();
    }
  }

  #comparison({ text, source }: Token): Truth {
    const name = this.#next();
    const [first = '', second] = fold(name.text).split(':');
    const compare = operators.get(second ?? first);
    const quantifier = quantifiers.get(second === undefined ? '' : first);
    const values = this.#values();
    const value = this.#valueOf(source, text);
    if (name.kind !== 'word' || !compare || !quantifier || value === undefined) return undefined;
    return quantifier === 'some'
      ? values.some((one) => compare(value, one))
      : values.every((one) => compare(value, one));
  }

  #values(): string[] {
    const first = this.#next();
    if (first.kind === 'mark' && first.text === '{') {
      const values = [this.#value(this.#next())];
      for (let mark = this.#next(); mark.text !== '}'; mark = this.#next()) {
        if (mark.kind !== 'mark' || mark.text !== ',') throw new Unreadable();
        values.push(this.#value(this.#next()));
      }
      return values;
    }
    return [this.#value(first)];
  }

  #value({ kind, text }: Token): string {
    if (kind !== 'text' && kind !== 'word') throw new Unreadable();
    return text;
  }

  /** A write is judged by what is requested, a removal by what is there. */
  #valueOf(source: string | undefined, name: string): string | undefined {
    const { action, assignment = {} } = this.#attempt;
    const wanted = fold(action).endsWith('/write') ? 'request' : 'resource';
    if (source !== wanted || !name.startsWith(prefix)) return undefined;
    switch (name.slice(prefix.length)) {
      case 'roledefinitionid':
        return assignment.roleDefinitionId;
      case 'principalid':
        return assignment.principalId;
      case 'principaltype':
        return assignment.principalType;
      default:
        return undefined;
    }
  }

  #take(mark: string): void {
    const token = this.#next();
    if (token.kind !== 'mark' || token.text !== mark) throw new Unreadable();
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw new Unreadable();
    this.#at += 1;
    return token;
  }
}

/** Whether a condition is fulfilled by an attempt. Undefined: that cannot be told, because of its grammar or of a value not known yet. */
export function isFulfilled(condition: string, attempt: Attempt): boolean | undefined {
  try {
    return new Reader(condition, attempt).whole();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
