// Whether a condition holds for what somebody is about to do. A condition that cannot be read holds for nothing.

import { LRUCache } from 'lru-cache';
import { matchesAction } from './action-patterns.ts';
import { type Attribute, type Condition, type Operand, parseCondition } from './condition.ts';
import { compared } from './condition-operators.ts';

/** Values by lower-case attribute name, such as 'microsoft.authorization/roleassignments:principalid'. */
export type Attributes = ReadonlyMap<string, readonly string[]>;

/** What is known of an attempt. */
export interface Attempt {
  action: string;
  /** Of what is to be written. */
  request?: Attributes | undefined;
  /** Of what is there. */
  resource?: Attributes | undefined;
  /** It would change nothing, such as deleting what is not there: there is nothing for a condition to judge. */
  changesNothing?: boolean;
}

const parsed = new LRUCache<string, { condition: Condition | undefined }>({ max: 500 });

function read(text: string): Condition | undefined {
  const known = parsed.get(text);
  if (known) return known.condition;
  let condition: Condition | undefined;
  try {
    condition = parseCondition(text);
  } catch {
    condition = undefined;
  }
  parsed.set(text, { condition });
  return condition;
}

/** Whether a condition holds; none always does. */
export function holds(text: string | null | undefined, attempt: Attempt): boolean {
  if (text === null || text === undefined || text === '') return true;
  const condition = read(text);
  return condition !== undefined && (attempt.changesNothing === true || isTrue(condition, attempt));
}

/** Whether a condition that was read holds. */
export function isTrue(condition: Condition, attempt: Attempt): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => isTrue(part, attempt));
    case 'or':
      return condition.parts.some((part) => isTrue(part, attempt));
    case 'not':
      return !isTrue(condition.of, attempt);
    case 'action':
      return matchesAction(condition.pattern, attempt.action);
    case 'suboperation':
      return false; // of storage's data plane alone, which is not here
    case 'exists':
      return valuesOf(condition.attribute, attempt) !== undefined;
    case 'compare':
      return comparison(condition, attempt);
  }
}

/** An attribute that is not there makes every comparison false, the negative ones too: nothing is allowed for lack of knowledge. */
function comparison(condition: Extract<Condition, { kind: 'compare' }>, attempt: Attempt): boolean {
  const left = valuesOf(condition.left, attempt);
  const right = valuesOf(condition.right, attempt);
  if (!left || !right) return false;
  const holdsFor = (one: string, other: string) => compared(condition.operator, one, other);
  switch (condition.quantifier ?? 'ForAnyOfAnyValues') {
    case 'ForAnyOfAnyValues':
      return left.some((one) => right.some((other) => holdsFor(one, other)));
    case 'ForAllOfAnyValues':
      return left.every((one) => right.some((other) => holdsFor(one, other)));
    case 'ForAnyOfAllValues':
      return left.some((one) => right.every((other) => holdsFor(one, other)));
    case 'ForAllOfAllValues':
      return left.every((one) => right.every((other) => holdsFor(one, other)));
  }
}

function valuesOf(operand: Operand, attempt: Attempt): readonly string[] | undefined {
  if (operand.kind === 'values') return operand.values.map(({ text }) => text);
  return attributesOf(operand, attempt)?.get(operand.name.toLowerCase());
}

function attributesOf({ source }: Attribute, { request, resource }: Attempt): Attributes | undefined {
  if (source === 'Request') return request;
  return source === 'Resource' ? resource : undefined;
}
