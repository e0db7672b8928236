// A template made into what is to be written: which resource, at which id, in which order. Nothing is written here, and nothing
// asked: what a body refers to is worked out when its turn comes.

import { z } from 'zod';
import { key } from '../ids.ts';
import { countOf, evaluate, inLoop, isFunction, resultOf, type Surroundings, unknownFunction } from './evaluate.ts';
import { callsIn, TemplateError } from './expression.ts';
import { interleaved } from './ids.ts';
import { type Definitions, type Given, namedValues, placeOf } from './parameters.ts';

const named = z.record(z.string(), z.unknown());
const resourceSchema = z.looseObject({
  type: z.string(),
  apiVersion: z.string(),
  name: z.string().optional(),
  dependsOn: z.array(z.string()).optional(),
  condition: z.unknown().optional(),
  copy: z.looseObject({ name: z.string(), count: z.unknown(), mode: z.string().optional() }).optional(),
  scope: z.string().optional(),
  existing: z.boolean().optional(),
  resourceGroup: z.string().optional(),
  subscriptionId: z.string().optional(),
  resources: z.array(z.looseObject({ type: z.string(), name: z.string() })).optional(),
});

export const templateSchema = z.looseObject({
  $schema: z.string(),
  contentVersion: z.string(),
  parameters: z.record(z.string(), z.looseObject({ type: z.string() })).optional(),
  variables: named.optional(),
  resources: z.union([z.array(resourceSchema), z.record(z.string(), resourceSchema)]),
  outputs: z.record(z.string(), z.looseObject({ type: z.string() })).optional(),
});

export type Template = z.infer<typeof templateSchema>;
type Declared = z.infer<typeof resourceSchema>;

/** One write. */
export interface Planned {
  id: string;
  type: string;
  apiVersion: string;
  name: string;
  /** The name of a template of language version 2, or of a loop. */
  symbols: readonly string[];
  isExisting: boolean;
  /** The turn before it in a loop that goes one by one. */
  previous?: string | undefined;
  /** Its condition does not hold. */
  isSkipped: boolean;
  /** As declared: with expressions. */
  body: Readonly<Record<string, unknown>>;
  around: Surroundings;
  /** Ids of those that come first. */
  after: readonly string[];
}

export interface Plan {
  around: Surroundings;
  resources: readonly Planned[];
}

/** The plan of a template. Throws a TemplateError for what Azure refuses as InvalidTemplate before anything is written. */
export function planOf(
  template: Template,
  given: Given,
  facts: Omit<Surroundings, 'parameter' | 'variable' | 'loops'>,
): Plan {
  checkCalls(template);
  const values = { parameters: template.parameters as Definitions | undefined, variables: template.variables };
  const around = namedValues(values, given, { ...facts, loops: new Map() });
  const declared = Array.isArray(template.resources)
    ? template.resources.map((one) => ['', one] as const)
    : Object.entries(template.resources);
  const drafts = declared.flatMap(([symbol, one]) => expanded(template, symbol, one, around));
  const resources = drafts.map((one) => ({
    ...one,
    after: [
      ...new Set([...(one.previous ? [one.previous] : []), ...explicit(one, drafts), ...implicit(one, drafts)]),
    ].filter((id) => id !== key(one.id)),
  }));
  checkOrder(resources);
  return { around, resources };
}

/** Every call is of a function that there is, wherever it stands. */
function checkCalls(template: Template): void {
  const { resources, variables, outputs, parameters } = template;
  for (const { name, args } of callsIn({ variables, outputs, parameters, resources: withoutInner(resources) })) {
    if (!isFunction(name)) throw unknownFunction(name);
    const [first] = args;
    if (first?.kind !== 'value') continue;
    const has = (of: object | undefined) =>
      Object.keys(of ?? {}).some((one) => one.toLowerCase() === String(first.value).toLowerCase());
    if (name === 'parameters' && !has(parameters))
      throw new TemplateError(
        `The template parameter '${first.value}' is not found. Please see https://aka.ms/arm-syntax-parameters for usage details.`,
      );
    const loops = (variables?.copy ?? []) as readonly { name: string }[];
    if (name === 'variables' && !has(variables) && !loops.some((one) => has({ [one.name]: 1 }))) {
      throw new TemplateError(
        `The template variable '${first.value}' is not found. Please see https://aka.ms/arm-syntax-variables for usage details.`,
      );
    }
  }
}

/** A nested template that is evaluated by itself is checked by itself. */
function withoutInner(resources: Template['resources']): unknown {
  return Object.values(resources).map((one) => (isInner(one) ? { ...one, properties: undefined } : one));
}

export function isInner(resource: Readonly<Record<string, unknown>>): boolean {
  const { expressionEvaluationOptions: options } = (resource.properties ?? {}) as {
    expressionEvaluationOptions?: { scope?: string };
  };
  return options?.scope?.toLowerCase() === 'inner';
}

type Draft = Omit<Planned, 'after'>;

/** A declaration and those within it, once for each turn of its loop; none where its condition does not hold. */
function expanded(template: Template, symbol: string, declared: Declared, around: Surroundings): Draft[] {
  const { copy } = declared;
  const turns = copy
    ? Array.from({ length: countOf(copy.count, around) }, (_, index) => inLoop(around, copy.name, index))
    : [around];
  let last: string | undefined;
  return turns.flatMap((turn, index) => {
    const isSkipped = declared.condition !== undefined && evaluate(declared.condition, turn) !== true;
    const symbols = [...(symbol ? [symbol, `${symbol}[${index}]`] : []), ...(copy ? [copy.name] : [])];
    const own = {
      ...draft(template, symbols, declared, turn),
      isSkipped,
      previous: copy?.mode?.toLowerCase() === 'serial' ? last : undefined,
    };
    last = key(own.id);
    const children = (declared.resources ?? []).flatMap((child) => {
      const parent = String(evaluate(declared.name ?? '', turn));
      const isWhole = child.type.startsWith(`${declared.type}/`);
      const name = `${parent}/${String(evaluate(child.name, turn))}`;
      const full = isWhole ? child : { ...child, type: `${declared.type}/${child.type}`, name };
      return isSkipped ? [] : expanded(template, '', resourceSchema.parse(full), turn);
    });
    return [own, ...children];
  });
}

function draft(
  template: Template,
  symbols: readonly string[],
  declared: Declared,
  around: Surroundings,
): Omit<Draft, 'isSkipped'> {
  const { type, apiVersion, existing, resources: _, condition: __, copy: ___, dependsOn, ...body } = declared;
  const name = String(evaluate(declared.name ?? '', around));
  const scope = scopeOf(declared, around);
  try {
    const id = idAt(scope, type, name);
    const needed = dependsOn ? { dependsOn } : {};
    return { id, type, apiVersion, name, symbols, isExisting: existing === true, body: { ...body, ...needed }, around };
  } catch {
    throw new TemplateError(
      `The template resource '${name}' for type '${type}'${placeOf(template, JSON.stringify(declared.name))} has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name. A root resource type must have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details.`,
    );
  }
}

/** Where a resource is written: where it says, or where the deployment is. */
function scopeOf({ scope, resourceGroup, subscriptionId }: Declared, around: Surroundings): string {
  const wanted = scope === undefined ? undefined : String(evaluate(scope, around));
  if (wanted?.startsWith('/')) return wanted;
  if (wanted !== undefined)
    return `${around.scope === '/' ? '' : around.scope}/providers/${wanted.split('/').length === 3 ? wanted : paired(wanted)}`;
  const subscription =
    subscriptionId === undefined
      ? /^\/subscriptions\/[^/]+/i.exec(around.scope)?.[0]
      : `/subscriptions/${String(evaluate(subscriptionId, around))}`;
  if (resourceGroup !== undefined) return `${subscription}/resourceGroups/${String(evaluate(resourceGroup, around))}`;
  return subscriptionId === undefined ? around.scope : (subscription ?? around.scope);
}

/** 'Provider/a/b/n/m' → 'Provider/a/n/b/m'. */
function paired(text: string): string {
  const [provider = '', ...rest] = text.split('/');
  return interleaved([provider, ...rest.slice(0, rest.length / 2)].join('/'), rest.slice(rest.length / 2));
}

function idAt(scope: string, type: string, name: string): string {
  if (type.toLowerCase() === 'microsoft.resources/resourcegroups') return `${scope}/resourceGroups/${name}`;
  return `${scope === '/' ? '' : scope}/providers/${interleaved(type, name.split('/'))}`;
}

/** Those that a text of dependsOn or reference() means: by id, name, symbol, or type and name. */
function matching(wanted: string, drafts: readonly Draft[]): string[] {
  // A group is named as a resource of the subscription, and is not under its providers.
  const id = key(wanted).replace('/providers/microsoft.resources/resourcegroups/', '/resourcegroups/');
  return drafts
    .filter((one) => {
      const own = key(one.id);
      return own === id || own.endsWith(`/providers${id}`) || one.symbols.includes(wanted) || key(one.name) === id;
    })
    .map((one) => key(one.id));
}

function explicit({ body, around }: Draft, drafts: readonly Draft[]): string[] {
  return ((body.dependsOn ?? []) as readonly string[]).flatMap((text) => {
    const wanted = String(evaluate(text, around));
    const found = matching(wanted, drafts);
    if (found.length > 0) return found;
    throw new TemplateError(
      `The resource '${wanted}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details.`,
    );
  });
}

/** What a body asks about by reference() is written before it. */
function implicit({ body, around }: Draft, drafts: readonly Draft[]): string[] {
  const { dependsOn: _, ...rest } = body;
  return [...callsIn(isInner(rest) ? { ...rest, properties: undefined } : rest)].flatMap(({ name, args }) => {
    if (name !== 'reference' || !args[0]) return [];
    try {
      return matching(String(resultOf(args[0], around)), drafts);
    } catch {
      return []; // It depends on an answer itself: that one comes first anyway.
    }
  });
}

/** Throws where resources wait for each other in a circle. */
function checkOrder(resources: readonly Planned[]): void {
  const rest = new Map(resources.map((one) => [key(one.id), one]));
  for (;;) {
    const free = [...rest.values()].filter((one) => one.after.every((id) => !rest.has(id)));
    if (free.length === 0) break;
    for (const one of free) rest.delete(key(one.id));
  }
  const [stuck] = rest.values();
  if (!stuck) return;
  throw new TemplateError(
    `Circular dependency detected on resource: '${stuck.id}'. Please see https://aka.ms/arm-syntax-resources for usage details.`,
  );
}
