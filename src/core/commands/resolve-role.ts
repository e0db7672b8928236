// From a role's name or id to its definition.

import type { RoleDefinition } from '../model/azure.ts';
import { ambiguousName, nameNotFound } from './lookup-errors.ts';
import type { LookupContext } from './resolve-group.ts';

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The role of that name or id that may be assigned at the scope. */
export async function findRole(context: LookupContext, word: string, scope: string): Promise<RoleDefinition> {
  const roles = await context.azure.roleDefinitions(scope);
  const wanted = /roleDefinitions\/([^/]+)$/i.exec(word)?.[1] ?? word;
  const found = roles.filter(({ id, name }) => same(id, wanted) || same(name, wanted));
  if (found.length > 1) {
    throw ambiguousName(context, 'roles', word, found, ({ id, name, kind }) => ({
      label: `${name} (${kind}, ${id.slice(0, 8)})`,
      param: 'role',
      value: id,
    }));
  }
  if (found[0]) return found[0];
  const part = wanted.toLowerCase();
  const near = [
    ...context.textTools.nearest(
      wanted,
      roles.map(({ name }) => name),
    ),
    ...roles.filter(({ name }) => part.length >= 3 && name.toLowerCase().includes(part)).map(({ name }) => name),
  ];
  throw nameNotFound('role', word, [...new Set(near)].slice(0, 4), 'Run roles TEXT to find roles by name.');
}
