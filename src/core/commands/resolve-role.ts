// Resolves a role by name or id.

import type { RoleDefinition } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { ambiguousName, nameNotFound } from './lookup-errors.ts';
import type { LookupContext } from './resolve-group.ts';

/** The role of that name or id that may be assigned at the scope. */
export async function findRole(context: LookupContext, word: string, scope: string): Promise<RoleDefinition> {
  const roles = await context.azure.roleDefinitions(scope);
  const wanted = /roleDefinitions\/([^/]+)$/i.exec(word)?.[1] ?? word;
  const found = roles.filter(({ id, name }) => sameName(id, wanted) || sameName(name, wanted));
  if (found.length > 1) {
    throw ambiguousName(context, 'roles', word, found, ({ id, name, kind }) => ({
      label: `${name} (${kind}, ${id.slice(0, 8)})`,
      param: 'role',
      value: id,
    }));
  }
  if (found[0]) return found[0];
  const part = fold(wanted);
  const near = [
    ...context.textTools.nearest(
      wanted,
      roles.map(({ name }) => name),
    ),
    ...roles.filter(({ name }) => part.length >= 3 && fold(name).includes(part)).map(({ name }) => name),
  ];
  throw nameNotFound('role', word, [...new Set(near)].slice(0, 4), 'Run roles TEXT to find roles by name.');
}
