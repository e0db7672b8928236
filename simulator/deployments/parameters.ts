// The parameters of a template with the values that a deployment gives them, and the template's variables. Both are worked out when
// they are asked for: a default or a variable may look at others.

import { evaluate, type Surroundings } from './evaluate.ts';
import { TemplateError } from './expression.ts';

interface Definition {
  type?: string;
  defaultValue?: unknown;
  allowedValues?: readonly unknown[];
  minLength?: number;
  maxLength?: number;
  minValue?: number;
  maxValue?: number;
}

export type Definitions = Readonly<Record<string, Definition>>;
export type Given = Readonly<Record<string, { value?: unknown }>>;

const jsTypes: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  securestring: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  secureobject: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

const sameName = (name: string) => (other: string) => other.toLowerCase() === name.toLowerCase();

function entry<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  const found = Object.keys(of).find(sameName(name));
  return found === undefined ? undefined : of[found];
}

/** Where something stands in the template as it was sent, in one line: ' at line '1' and column 'N''. */
export function placeOf(template: unknown, part: string): string {
  const at = JSON.stringify(template).indexOf(part);
  return ` at line '1' and column '${at === -1 ? 1 : at + part.length}'`;
}

/** Throws for a value that is missing, not allowed, of another type, or of no parameter. */
function checkGiven(template: unknown, definitions: Definitions, given: Given): void {
  const names = Object.keys(definitions);
  const extra = Object.keys(given).filter((name) => !names.some(sameName(name)));
  if (extra.length > 0) {
    throw new TemplateError(
      `The template parameters '${extra.join(', ')}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '${names.join(', ')}'. Please see https://aka.ms/arm-pass-parameter-values for usage details.`,
    );
  }
  for (const [name, definition] of Object.entries(definitions)) {
    const value = entry(given, name)?.value;
    if (value === undefined && definition.defaultValue === undefined) {
      throw new TemplateError(
        `The value for the template parameter '${name}'${placeOf(template, `"${name}":`)} is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details.`,
      );
    }
    if (value !== undefined) checkValue(name, definition, value);
  }
}

function checkValue(name: string, definition: Definition, value: unknown): void {
  const type = (definition.type ?? 'string').toLowerCase();
  const actual = Array.isArray(value) ? 'Array' : `${(typeof value)[0]?.toUpperCase()}${(typeof value).slice(1)}`;
  if (!jsTypes[type]?.(value)) {
    throw new TemplateError(
      `Template parameter JToken type is not valid. Expected '${definition.type}'. Actual '${actual}'. Please see https://aka.ms/arm-create-parameter-file for usage details.`,
    );
  }
  const { allowedValues, minLength = 0, maxLength = Infinity, minValue = -Infinity, maxValue = Infinity } = definition;
  if (allowedValues && !allowedValues.includes(value)) {
    throw new TemplateError(
      `The provided value for the template parameter '${name}' is not valid. The value '${String(value)}' is not part of the allowed value(s): '${allowedValues.join(',')}'.`,
    );
  }
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  const isOutside =
    size !== undefined
      ? size < minLength || size > maxLength
      : typeof value === 'number' && (value < minValue || value > maxValue);
  if (isOutside)
    throw new TemplateError(
      `The provided value for the template parameter '${name}' is not valid: it is outside of what the template allows.`,
    );
}

/** The ways of `parameters()` and `variables()` in a template. Throws a TemplateError for values that it does not take. */
export function namedValues(
  template: { parameters?: Definitions | undefined; variables?: Readonly<Record<string, unknown>> | undefined },
  given: Given,
  around: Omit<Surroundings, 'parameter' | 'variable'>,
): Surroundings {
  const definitions = template.parameters ?? {};
  const variables = template.variables ?? {};
  checkGiven(template, definitions, given);
  const known = new Map<string, unknown>();
  const once = (key: string, make: () => unknown) => {
    if (!known.has(key)) {
      known.set(key, undefined); // A value that asks for itself has none.
      known.set(key, make());
    }
    return known.get(key);
  };
  const all: Surroundings = {
    ...around,
    parameter(name) {
      const definition = entry(definitions, name);
      if (!definition)
        throw new TemplateError(
          `The template parameter '${name}' is not found. Please see https://aka.ms/arm-syntax-parameters for usage details.`,
        );
      return once(
        `parameter ${name.toLowerCase()}`,
        () => entry(given, name)?.value ?? evaluate(definition.defaultValue, { ...all, isDefault: true }),
      );
    },
    variable(name) {
      const loops = 'copy' in variables ? (evaluate({ copy: variables.copy }, all) as Record<string, unknown>) : {};
      const value = entry(variables, name);
      if (value === undefined && entry(loops, name) === undefined) {
        throw new TemplateError(
          `The template variable '${name}' is not found. Please see https://aka.ms/arm-syntax-variables for usage details.`,
        );
      }
      return once(`variable ${name.toLowerCase()}`, () => entry(loops, name) ?? evaluate(value, all));
    },
  };
  return all;
}
