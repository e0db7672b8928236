// The language of conditions on role assignments (Azure ABAC, version 2.0): from text to a tree and back. What a tree means is said
// in condition-evaluation.ts. Source: azure-docs conditions-format.md; the conditions of the built-in roles add && and ||,
// operators in lower case and GUIDs without dashes.

import { fitsOperator, operatorNamed, type Value } from './condition-operators.ts';
import { type Source, type Token, tokensOf } from './condition-tokens.ts';

type Quantifier = 'ForAnyOfAnyValues' | 'ForAllOfAnyValues' | 'ForAnyOfAllValues' | 'ForAllOfAllValues';
const quantifiers: readonly Quantifier[] = [
  'ForAnyOfAnyValues',
  'ForAllOfAnyValues',
  'ForAnyOfAllValues',
  'ForAllOfAllValues',
];

export interface Attribute {
  kind: 'attribute';
  source: Source;
  /** 'Microsoft.Authorization/roleAssignments:RoleDefinitionId' */
  name: string;
}
interface Values {
  kind: 'values';
  isSet: boolean;
  values: readonly Value[];
}
export type Operand = Attribute | Values;

export type Condition =
  | { kind: 'and' | 'or'; parts: readonly Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'action' | 'suboperation'; pattern: string }
  | { kind: 'exists'; attribute: Attribute }
  | { kind: 'compare'; left: Operand; quantifier?: Quantifier; operator: string; right: Operand };

/** A text that is no condition. */
export class ConditionError extends Error {}

/** Azure's limit on a condition, in bytes. */
const mostBytes = 8 * 1024;
/** Own: nobody writes deeper, and the tree is walked by calls within calls. */
const deepest = 100;

/** Reads a condition. Throws ConditionError, and nothing else, for a text that is none. */
export function parseCondition(text: string): Condition {
  if (Buffer.byteLength(text) > mostBytes) throw new ConditionError(`longer than ${mostBytes} bytes`);
  const tokens = tokensOf(text);
  if (!tokens) throw new ConditionError('it has characters that mean nothing here');
  const parser = new Parser(tokens);
  const condition = parser.expression(0);
  parser.end();
  return condition;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Terms joined by AND, or by OR: Azure wants parentheses where both are used. */
  expression(depth: number): Condition {
    if (depth > deepest) throw new ConditionError(`nested deeper than ${deepest}`);
    const parts = [this.#term(depth)];
    const joiner = this.#joiner();
    if (joiner === undefined) return parts[0] as Condition;
    for (let next: string | undefined = joiner; next !== undefined; next = this.#joiner()) {
      if (next !== joiner) throw new ConditionError('AND and OR side by side need parentheses');
      this.#at += 1;
      parts.push(this.#term(depth));
    }
    return { kind: joiner, parts };
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected('the end');
  }

  #joiner(): 'and' | 'or' | undefined {
    const token = this.#tokens[this.#at];
    const word = token?.kind === 'string' ? '' : token?.text.toLowerCase();
    if (word === 'and' || word === '&&') return 'and';
    return word === 'or' || word === '||' ? 'or' : undefined;
  }

  #term(depth: number): Condition {
    if (depth > deepest) throw new ConditionError(`nested deeper than ${deepest}`);
    const token = this.#tokens[this.#at];
    const word = token?.kind === 'string' ? '' : token?.text.toLowerCase();
    switch (word) {
      case '!':
      case 'not':
        this.#at += 1;
        return { kind: 'not', of: this.#term(depth + 1) };
      case '(': {
        this.#at += 1;
        const inner = this.expression(depth + 1);
        this.#take(')');
        return inner;
      }
      case 'actionmatches':
      case 'suboperationmatches':
        this.#at += 1;
        return { kind: word === 'actionmatches' ? 'action' : 'suboperation', pattern: this.#pattern() };
      case 'exists': {
        this.#at += 1;
        const attribute = this.#operand();
        if (attribute.kind !== 'attribute') throw this.#unexpected('an attribute');
        return { kind: 'exists', attribute };
      }
      default:
        return this.#comparison();
    }
  }

  /** `{'Microsoft.X/y/write'}` */
  #pattern(): string {
    this.#take('{');
    const token = this.#next('a quoted action');
    if (token.kind !== 'string') throw new ConditionError('an action is a quoted text');
    this.#take('}');
    return token.text;
  }

  #comparison(): Condition {
    const left = this.#operand();
    const name = this.#next('an operator');
    if (name.kind !== 'word') throw new ConditionError(`'${name.text}' is no operator`);
    const [first = '', second] = name.text.split(':', 2);
    const quantifier =
      second === undefined ? undefined : quantifiers.find((one) => one.toLowerCase() === first.toLowerCase());
    if (second !== undefined && !quantifier) throw new ConditionError(`'${first}' is no function`);
    const operator = operatorNamed(second ?? first);
    if (!operator) throw new ConditionError(`'${name.text}' is no operator`);
    const right = this.#operand();
    for (const side of [left, right]) {
      if (side.kind === 'values' && !side.values.every((value) => fitsOperator(operator, value)))
        throw new ConditionError(`${operator} does not compare such values`);
    }
    return { kind: 'compare', left, ...(quantifier ? { quantifier } : {}), operator, right };
  }

  #operand(): Operand {
    const token = this.#next('an attribute or a value');
    if (token.kind === 'attribute') return { kind: 'attribute', source: token.source, name: token.text };
    if (token.text !== '{' || token.kind === 'string')
      return { kind: 'values', isSet: false, values: [this.#value(token)] };
    const values = [this.#value(this.#next('a value'))];
    for (let mark = this.#next('}'); mark.text !== '}'; mark = this.#next('}')) {
      if (mark.text !== ',' || mark.kind !== 'mark') throw new ConditionError('values are separated by commas');
      values.push(this.#value(this.#next('a value')));
    }
    return { kind: 'values', isSet: true, values };
  }

  #value(token: Token): Value {
    if (token.kind === 'string') return { type: 'string', text: token.text };
    if (token.kind === 'word') {
      const { text } = token;
      if (/^(true|false)$/i.test(text)) return { type: 'boolean', text: text.toLowerCase() };
      if (/^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(text)) return { type: 'guid', text };
      if (/^-?\d+(\.\d+)?$/.test(text)) return { type: 'number', text };
    }
    throw new ConditionError(`'${token.text}' is no value`);
  }

  #take(mark: string): void {
    const token = this.#next(mark);
    if (token.kind !== 'mark' || token.text !== mark) throw new ConditionError(`${mark} is missing`);
  }

  #next(wanted: string): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw this.#unexpected(wanted);
    this.#at += 1;
    return token;
  }

  #unexpected(wanted: string): ConditionError {
    const token = this.#tokens[this.#at];
    return new ConditionError(`${wanted} is wanted${token ? `, not '${token.text}'` : ' where it ends'}`);
  }
}

/** A condition as text that reads back to the same tree. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts
        .map((part) => (part.kind === 'and' || part.kind === 'or' ? `(${printCondition(part)})` : printCondition(part)))
        .join(condition.kind === 'and' ? ' AND ' : ' OR ');
    case 'not':
      return `!(${printCondition(condition.of)})`;
    case 'action':
      return `ActionMatches{'${condition.pattern}'}`;
    case 'suboperation':
      return `SubOperationMatches{'${condition.pattern}'}`;
    case 'exists':
      return `Exists ${printOperand(condition.attribute)}`;
    case 'compare': {
      const { left, quantifier, operator, right } = condition;
      const name = quantifier ? `${quantifier}:${operator}` : operator;
      return `${printOperand(left)} ${name} ${printOperand(right)}`;
    }
  }
}

function printOperand(operand: Operand): string {
  if (operand.kind === 'attribute') return `@${operand.source}[${operand.name}]`;
  const values = operand.values.map(({ type, text }) => (type === 'string' ? `'${text}'` : text));
  return operand.isSet ? `{${values.join(', ')}}` : (values[0] ?? '');
}
