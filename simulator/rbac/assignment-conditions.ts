// Conditions on role assignments: which are taken, and what they see of an assignment, as it is asked for (@Request) and as it
// stands (@Resource).
// Source: azure-docs delegate-role-assignments-examples.md.

import { conditionInvalid } from '../errors.ts';
import { ConditionError, parseCondition } from './condition.ts';
import type { Attributes } from './condition-evaluation.ts';

const prefix = 'microsoft.authorization/roleassignments:';

/** The attributes that are known; what a caller left out is not there for a condition either. */
export function assignmentAttributes(of: {
  readonly roleDefinitionId?: unknown;
  readonly principalId?: unknown;
  readonly principalType?: unknown;
}): Attributes {
  const { roleDefinitionId, principalId, principalType } = of;
  const attributes = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries({ roleDefinitionId, principalId, principalType })) {
    if (typeof value === 'string') attributes.set(prefix + name.toLowerCase(), [value]);
  }
  return attributes;
}

/** Throws Azure's 400 for a condition that it does not understand, or of another version. */
export function checkCondition(given: {
  condition?: string | null | undefined;
  conditionVersion?: string | null | undefined;
}) {
  if (!given.condition) return;
  if (given.conditionVersion && given.conditionVersion !== '2.0') throw conditionInvalid();
  try {
    parseCondition(given.condition);
  } catch (error) {
    throw error instanceof ConditionError ? conditionInvalid() : error;
  }
}
