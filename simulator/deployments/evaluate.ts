// The value of anything in a template: texts in brackets are worked out, loops of properties are written out, all else is itself.

import { randomUUID } from 'node:crypto';
import { type Expression, expressionIn, TemplateError } from './expression.ts';
import { functions } from './functions.ts';
import {
  extensionResourceId,
  managementGroupResourceId,
  resourceIdOf,
  subscriptionResourceId,
  tenantResourceId,
} from './ids.ts';

/** What an expression sees. */
export interface Surroundings {
  /** The scope of the deployment. */
  scope: string;
  /** subscription(), resourceGroup() and the like, by lower-case name. */
  facts: Readonly<Record<string, unknown>>;
  parameter(name: string): unknown;
  variable(name: string): unknown;
  /** Where each loop is; the innermost under ''. */
  loops: ReadonlyMap<string, number>;
  /** The answer of reference(); undefined where nothing can be asked yet. */
  reference?: ((args: readonly unknown[]) => unknown) | undefined;
  /** newGuid() and utcNow(): in the default of a parameter alone. */
  isDefault?: boolean;
  /** Milliseconds since 1970. */
  now(): number;
}

const ids: Readonly<Record<string, (args: readonly string[], scope: string) => string>> = {
  resourceid: resourceIdOf,
  subscriptionresourceid: subscriptionResourceId,
  tenantresourceid: tenantResourceId,
  managementgroupresourceid: managementGroupResourceId,
  extensionresourceid: extensionResourceId,
};

const own = [
  'parameters',
  'variables',
  'reference',
  'if',
  'copyindex',
  'newguid',
  'utcnow',
  'deployment',
  'environment',
];
const facts = ['subscription', 'resourcegroup', 'managementgroup', 'tenant'];

/** Whether there is a function of the name, in lower case. */
export function isFunction(name: string): boolean {
  return own.includes(name) || facts.includes(name) || Object.hasOwn(ids, name) || Object.hasOwn(functions, name);
}

export function unknownFunction(name: string): TemplateError {
  return new TemplateError(
    `The template function '${name}' is not valid. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

/** Throws a TemplateError for what has no value here. */
export function evaluate(value: unknown, around: Surroundings): unknown {
  if (typeof value === 'string') {
    const expression = expressionIn(value);
    if (expression) return resultOf(expression, around);
    return value.startsWith('[[') ? value.slice(1) : value;
  }
  if (Array.isArray(value)) return value.map((one) => evaluate(one, around));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    if (name === 'copy' && isLoops(one)) return one.map((loop) => [loop.name, repeated(loop, around)]);
    return [[String(evaluate(name, around)), evaluate(one, around)]];
  });
  return Object.fromEntries(entries);
}

interface Loop {
  name: string;
  count: unknown;
  input: unknown;
}

function isLoops(value: unknown): value is Loop[] {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one === 'object' && one !== null && 'name' in one && 'input' in one)
  );
}

/** A loop written out. */
function repeated({ name, count, input }: Loop, around: Surroundings): unknown[] {
  const times = countOf(count, around);
  return Array.from({ length: times }, (_, index) => evaluate(input, inLoop(around, name, index)));
}

/** How often: 0 to 800. */
export function countOf(count: unknown, around: Surroundings): number {
  const times = evaluate(count, around);
  if (typeof times === 'number' && Number.isInteger(times) && times >= 0 && times <= 800) return times;
  throw new TemplateError(
    `The copy count '${String(times)}' must be a non-negative integer value and must not exceed '800'. Please see https://aka.ms/arm-resource-loops for usage details.`,
  );
}

/** The surroundings of one turn of a loop. */
export function inLoop(around: Surroundings, name: string, index: number): Surroundings {
  return { ...around, loops: new Map([...around.loops, [name.toLowerCase(), index], ['', index]]) };
}

/** The value of an expression. Throws a TemplateError where it has none here. */
export function resultOf(expression: Expression, around: Surroundings): unknown {
  if (expression.kind === 'value') return expression.value;
  if (expression.kind === 'into') return inside(resultOf(expression.of, around), resultOf(expression.key, around));
  const { name, args } = expression;
  if (name === 'if')
    return resultOf(args[resultOf(args[0] ?? missing(name), around) === true ? 1 : 2] ?? missing(name), around);
  if (name === 'coalesce') return coalesced(args, around);
  return called(
    name,
    args.map((one) => resultOf(one, around)),
    around,
  );
}

function missing(name: string): never {
  throw new TemplateError(
    `The template language function '${name}' was called with too few arguments. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

function coalesced(args: readonly Expression[], around: Surroundings): unknown {
  for (const one of args) {
    const value = resultOf(one, around);
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

function called(name: string, args: readonly unknown[], around: Surroundings): unknown {
  const first = String(args[0] ?? '');
  switch (name) {
    case 'parameters':
      return around.parameter(first);
    case 'variables':
      return around.variable(first);
    case 'copyindex': {
      const loop = typeof args[0] === 'string' ? args[0].toLowerCase() : '';
      const offset = typeof args[0] === 'number' ? args[0] : Number(args[1] ?? 0);
      const index = around.loops.get(loop);
      if (index === undefined)
        throw new TemplateError(
          "The template function 'copyIndex' is not expected at this location. The function can only be used in a resource with copy specified. Please see https://aka.ms/arm-copy for usage details.",
        );
      return index + offset;
    }
    case 'reference':
      if (!around.reference)
        throw new TemplateError(
          "The template function 'reference' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.",
        );
      return around.reference(args);
    case 'newguid':
    case 'utcnow':
      if (!around.isDefault)
        throw new TemplateError(
          `The template function '${name}' is not expected at this location. It can only be used in the default value of a parameter. Please see https://aka.ms/arm-functions for usage details.`,
        );
      return name === 'newguid' ? randomUUID() : new Date(around.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    default:
  }
  const makeId = ids[name];
  if (makeId && Object.hasOwn(ids, name)) return makeId(args.map(String), around.scope);
  if (Object.hasOwn(around.facts, name) && args.length === 0) return around.facts[name];
  const pure = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (pure) return pure(...args);
  if (facts.includes(name))
    throw new TemplateError(`The template function '${name}' is not expected at this location.`);
  throw unknownFunction(name);
}

function inside(of: unknown, key: unknown): unknown {
  if (Array.isArray(of) && typeof key === 'number') {
    if (key < of.length) return of[key];
    throw new TemplateError(`The language expression property array index '${key}' is out of bounds.`);
  }
  if (typeof of === 'object' && of !== null) {
    const found = Object.entries(of).find(([name]) => name.toLowerCase() === String(key).toLowerCase());
    if (found) return found[1];
    throw new TemplateError(
      `The language expression property '${String(key)}' doesn't exist, available properties are '${Object.keys(of).join(', ')}'.`,
    );
  }
  throw new TemplateError(`The language expression property '${String(key)}' can't be evaluated.`);
}
