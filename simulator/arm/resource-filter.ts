// The $filter of ARM's lists of resources: comparisons of a few properties, joined by and, or.
// Source: the specification Microsoft.Resources 2021-04-01, Resources_List: what may be filtered by, what tags go together with.

import { ArmError } from '../errors.ts';

/** A row of the list, as it is shown. */
export interface Listed {
  id: string;
  name: string;
  type: string;
  location: string;
  tags: Readonly<Record<string, string>>;
  identity?: { principalId?: string | undefined } | undefined;
  [more: string]: unknown;
}

type Test = (row: Listed) => boolean;

const properties: Readonly<Record<string, (row: Listed) => string>> = {
  name: ({ name }) => name,
  resourcetype: ({ type }) => type,
  location: ({ location }) => location,
  resourcegroup: ({ id }) => id.split('/')[4] ?? '',
  'identity/principalid': ({ identity }) => identity?.principalId ?? '',
};

function invalid(text: string): ArmError {
  return new ArmError(400, 'InvalidFilterInQueryString', `Invalid $filter '${text}' specified in the query string.`);
}

/** Throws ARM's 400 for a filter of another form. */
export function parseResourceFilter(text: string): Test {
  if (text.trim() === '') return () => true;
  const tag = /^\s*tagName eq '((?:[^']|'')*)'(?: and tagValue eq '((?:[^']|'')*)')?\s*$/i.exec(text);
  if (tag) return tagged(unquoted(tag[1] ?? ''), tag[2] === undefined ? undefined : unquoted(tag[2]));
  const any = split(text, 'or').map((part) => split(part, 'and').map((clause) => comparison(clause, text)));
  return (row) => any.some((all) => all.every((test) => test(row)));
}

const unquoted = (text: string) => text.replaceAll("''", "'");

/** Parts between a word, where it stands outside of quotes. */
function split(text: string, word: 'and' | 'or'): string[] {
  return text.split(new RegExp(`\\s+${word}\\s+(?=(?:[^']*'[^']*')*[^']*$)`, 'i'));
}

function tagged(name: string, value: string | undefined): Test {
  return ({ tags }) =>
    Object.entries(tags).some(
      ([one, of]) => one.toLowerCase() === name.toLowerCase() && (value === undefined || of === value),
    );
}

function comparison(clause: string, whole: string): Test {
  const [, property = '', operator = '', value = ''] =
    /^\s*([\w/]+)\s+(eq|ne)\s+'((?:[^']|'')*)'\s*$/i.exec(clause) ?? [];
  const of = properties[property.toLowerCase()];
  if (of) {
    const wanted = unquoted(value).toLowerCase();
    return (row) => (of(row).toLowerCase() === wanted) === (operator.toLowerCase() === 'eq');
  }
  const [, part = '', within = ''] = /^\s*substringof\('((?:[^']|'')*)',\s*([\w/]+)\)\s*$/i.exec(clause) ?? [];
  const inside = properties[within.toLowerCase()];
  if (!inside) throw invalid(whole);
  return (row) => inside(row).toLowerCase().includes(unquoted(part).toLowerCase());
}
