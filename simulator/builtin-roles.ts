// Azure's built-in roles, with Azure's own ids, names, permissions and conditions: one role a line in the data file, in the form in
// which `az role definition list` answers (2026-08-22). A line is read when its role is first asked for: most never are.

import { readFileSync } from 'node:fs';
import type { Permission, RoleDefinition } from './world/types.ts';

interface Line {
  id: string;
  roleName: string;
  description: string;
  /** Empty lists are left out. */
  permissions: readonly Partial<Permission>[];
}

/** How every line begins; the lines' ids and names are found without reading the rest. */
const head = /^\{"id":"([^"]+)","roleName":("(?:[^"\\]|\\.)*")/;

let index: { lines: ReadonlyMap<string, string>; ids: ReadonlyMap<string, string> } | undefined;
const read = new Map<string, RoleDefinition>();

function indexed(): NonNullable<typeof index> {
  if (index) return index;
  const lines = new Map<string, string>();
  const ids = new Map<string, string>();
  const text = readFileSync(new URL('./data/builtin-roles.jsonl', import.meta.url), 'utf8');
  for (const line of text.split('\n').filter(Boolean)) {
    const [, id, name] = head.exec(line) ?? [];
    if (id === undefined || name === undefined)
      throw new Error(`builtin-roles.jsonl: not a role: ${line.slice(0, 80)}`);
    lines.set(id, line);
    ids.set((JSON.parse(name) as string).toLowerCase(), id);
  }
  index = { lines, ids };
  return index;
}

/** The built-in role with this id (lower case). */
export function builtinRole(id: string): RoleDefinition | undefined {
  const known = read.get(id);
  if (known) return known;
  const line = indexed().lines.get(id);
  if (line === undefined) return undefined;
  const role = roleOf(JSON.parse(line) as Line);
  read.set(id, role);
  return role;
}

/** The built-in role of this name, in whatever case. */
export function builtinRoleNamed(name: string): RoleDefinition | undefined {
  const id = indexed().ids.get(name.toLowerCase());
  return id === undefined ? undefined : builtinRole(id);
}

/** All of them, by id. */
export function builtinRoles(): readonly RoleDefinition[] {
  return [...indexed().lines.keys()].sort().flatMap((id) => builtinRole(id) ?? []);
}

let providers: ReadonlySet<string> | undefined;

/** The providers, in lower case, that the built-in roles name: those whose operations Azure knows. */
export function knownProviders(): ReadonlySet<string> {
  const found = () => [...indexed().lines.values()].flatMap((line) => line.match(/"[\w.]+(?=\/)/g) ?? []);
  providers ??= new Set(found().map((text) => text.slice(1).toLowerCase()));
  return providers;
}

/** The data has no times: these are the shape of Azure's, and all the same. */
function roleOf({ id, roleName, description, permissions }: Line): RoleDefinition {
  return {
    id,
    roleName,
    type: 'BuiltInRole',
    description,
    assignableScopes: ['/'],
    permissions: permissions.map(permissionOf),
    createdOn: '2015-02-02T21:55:09.8806423Z',
    updatedOn: '2026-08-22T00:00:00.0000000Z',
    createdBy: null,
    updatedBy: null,
  };
}

function permissionOf(given: Partial<Permission>): Permission {
  const { actions = [], notActions = [], dataActions = [], notDataActions = [], condition, conditionVersion } = given;
  return {
    actions,
    notActions,
    dataActions,
    notDataActions,
    ...(condition === undefined ? {} : { condition, conditionVersion: conditionVersion ?? '2.0' }),
  };
}
