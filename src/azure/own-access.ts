// Who the bot is in Azure and what it may do there: its own token, the permissions API, its own role assignments with their conditions,
// and deny assignments. Source: Microsoft.Authorization, version 2022-04-01; assignedTo() counts groups, atScope() leaves out what is below.

import { z } from 'zod';
import type { AzureReader, OwnAccess } from '../core/azure-ports.ts';
import { asFault } from '../core/errors.ts';
import { fold, sameName } from '../core/model/fold.ts';
import type { AccessFacts, OwnIdentity } from '../core/model/own-access.ts';
import type { PermissionSet } from '../core/model/permission.ts';
import { parseScope, resourceGroupScope, resourceName, sameScope, subscriptionScope } from '../core/model/scope.ts';
import { armList, pathBelow } from './arm-call.ts';
import type { AzureContext } from './azure-context.ts';
import { undefinedIfNotFound } from './not-found.ts';
import { permissionSet } from './role-definitions.ts';
import { TtlCache } from './ttl-cache.ts';

const version = { 'api-version': '2022-04-01' };
const cachedMs = 30_000;
/** The principal that stands for all in deny assignments. Source: “List Azure deny assignments”. */
const everyone = '00000000-0000-0000-0000-000000000000';

const claims = z.object({ oid: z.string(), appid: z.string().optional(), xms_mirid: z.string().optional() });

const assignment = z.object({
  properties: z.object({ roleDefinitionId: z.string(), condition: z.string().nullish() }),
});

const principals = z
  .array(z.object({ id: z.string(), type: z.string().nullish() }))
  .nullish()
  .transform((list) => list ?? []);
const denyAssignment = z.object({
  name: z.string().nullish(),
  properties: z.object({
    denyAssignmentName: z.string().nullish(),
    scope: z.string().nullish(),
    permissions: z.array(permissionSet).nullish(),
    principals,
    excludePrincipals: principals,
    doNotApplyToChildScopes: z.boolean().nullish(),
    condition: z.string().nullish(),
  }),
});

/** The claims of the bot's own token. It is not verified: it came from the credential, and nobody else's is read. */
function identityOf(token: string): OwnIdentity | undefined {
  try {
    const body = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { oid, appid, xms_mirid: id } = claims.parse(JSON.parse(body));
    return {
      principalId: fold(oid),
      ...(appid === undefined ? {} : { clientId: fold(appid) }),
      ...(id === undefined ? {} : { resourceId: id.startsWith('/') ? id : `/${id}` }),
    };
  } catch {
    return undefined;
  }
}

function above(scope: string): string | undefined {
  const { kind, subscriptionId, resourceGroup } = parseScope(scope) ?? {};
  if (subscriptionId === undefined || kind === 'subscription') return undefined;
  if (kind === 'resource' && resourceGroup !== undefined) return resourceGroupScope(subscriptionId, resourceGroup);
  return subscriptionScope(subscriptionId);
}

/** Undefined where Azure does not let the bot read it. What passes by itself is thrown: the plan would differ from the next one. */
async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const fault = asFault(error);
    if (fault.isTransient) throw fault;
    return undefined;
  }
}

/** The bot's access over one gateway. `token` gets an access token for Azure Resource Manager. */
export function createOwnAccess(
  { calls, clients, clock, log, wideLimit }: AzureContext,
  roles: Pick<AzureReader, 'roleDefinition'>,
  token: () => Promise<string | undefined>,
): OwnAccess {
  const cache = new TtlCache<AccessFacts>({ ttlMs: cachedMs, max: 1_000, clock });
  let known: OwnIdentity | undefined;

  async function self(): Promise<OwnIdentity | undefined> {
    try {
      known ??= identityOf((await calls.shared('own token', token)) ?? '');
    } catch (err) {
      log.debug({ err }, 'the identity of the bot could not be read');
    }
    return known;
  }

  const list = <T>(what: string, scope: string, type: string, query: Record<string, string>, row: z.ZodType<T>) =>
    wideLimit(() =>
      calls.read(what, () =>
        undefinedIfNotFound(
          armList(clients, pathBelow(scope, `Microsoft.Authorization/${type}`), { ...version, ...query }, row),
        ),
      ),
    );

  /** Roles are read only where one of them, or an assignment of one, has a condition: else `sets` says all. */
  async function conditionalAt(
    scope: string,
    own: OwnIdentity,
    sets: Promise<readonly PermissionSet[] | undefined>,
  ): Promise<AccessFacts['conditional']> {
    const $filter = `atScope() and assignedTo('${own.principalId}')`;
    const rows = await list('own role assignments', scope, 'roleAssignments', { $filter }, assignment);
    if (!rows) return undefined;
    const hasCondition =
      rows.some(({ properties }) => properties.condition) || (await sets)?.some(({ condition }) => condition);
    if (!hasCondition) return [];
    return Promise.all(
      rows.map(async ({ properties: { roleDefinitionId, condition } }) => ({
        permissions: (await roles.roleDefinition(scope, resourceName(roleDefinitionId)))?.permissions ?? [],
        ...(condition ? { condition } : {}),
      })),
    );
  }

  async function denialsAt(scope: string, own: OwnIdentity): Promise<AccessFacts['denials']> {
    const deny = (query: Record<string, string>) =>
      list('deny assignments', scope, 'denyAssignments', query, denyAssignment);
    const rows = await deny({ $filter: 'atScope()' });
    if (!rows || rows.length === 0) return rows && [];
    // Whether they are for a group of the bot is known to Azure only.
    const $filter = `atScope() and assignedTo('${own.principalId}')`;
    const throughGroups = new Set(((await deny({ $filter })) ?? []).map(({ name }) => fold(name ?? '')));
    return rows.flatMap(({ name, properties }) => {
      const { excludePrincipals, permissions, condition, doNotApplyToChildScopes } = properties;
      const isMeant =
        throughGroups.has(fold(name ?? '')) ||
        properties.principals.some(({ id }) => id === everyone || sameName(id, own.principalId));
      if (!isMeant || excludePrincipals.some(({ id }) => sameName(id, own.principalId))) return [];
      if (doNotApplyToChildScopes && !sameScope(properties.scope ?? '', scope)) return [];
      // Whether a role assignment counts as below its scope is not told.
      const isCertain =
        !condition && !doNotApplyToChildScopes && !excludePrincipals.some(({ type }) => sameName(type ?? '', 'Group'));
      return [{ name: properties.denyAssignmentName ?? name ?? '', permissions: permissions ?? [], isCertain }];
    });
  }

  async function load(scope: string): Promise<AccessFacts> {
    const own = await self();
    const asked = unlessRefused(
      list('own permissions', scope, 'permissions', {}, permissionSet).then((found) => ({ found })),
    );
    // What it throws is thrown by the first of the three.
    const sets = asked.then(
      (answer) => answer?.found,
      () => undefined,
    );
    const [permissions, conditional, denials] = await Promise.all([
      asked,
      own && unlessRefused(conditionalAt(scope, own, sets)),
      own && unlessRefused(denialsAt(scope, own)),
    ]);
    const parent = above(scope);
    if (permissions && !permissions.found && parent !== undefined) return load(parent);
    return { permissions: permissions?.found, conditional, denials };
  }

  async function at(scope: string, isFresh = false): Promise<AccessFacts> {
    const key = fold(scope);
    if (isFresh) cache.forget(key);
    return (await cache.get(key, () => calls.shared('own access', () => load(scope)))).value;
  }

  return { self, at };
}
