// attach: puts an identity on a resource, so that what runs there may use it. One at a time; the others stay.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Identity, Resource } from '../model/azure.ts';
import { carrierOf } from '../model/carrier.ts';
import { fold, sameName } from '../model/fold.ts';
import type { Effect, Plan } from '../model/plan.ts';
import { resourceName, sameScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Warning } from '../model/warning.ts';
import {
  accessWords,
  attachmentFacts,
  attachmentNow,
  attachmentParams,
  nothingToChange,
  readSurroundings,
  resolveAttachment,
  resolvedAttachment,
  upgradeWarnings,
} from './attachment-parts.ts';
import { reasonParam } from './params.ts';
import { lockWarnings, roleWarnings } from './plan-parts.ts';

/** Throws Fault for what Azure would refuse, or take and not mean. */
function throwUnlessPossible({ name, isolationScope, location }: Identity, resource: Resource): void {
  const where = scopeLabel(resource.id);
  const no = (message: string, next: string) =>
    new Fault('bad-input', message, { next: `${nothingChanged} ${next}`, param: 'resource' });
  const { most, keepsOne, none, either } = carrierOf(resource.type);
  if (none || !resource.takesIdentities)
    throw no(`${where} cannot carry identities: its type has none.`, 'Choose another.');
  if (isolationScope === 'Regional' && !sameName(location, resource.location)) {
    throw no(
      `${name} is isolated to its region, ${location}, and ${where} is in ${resource.location}.`,
      'Use an identity of that region, or one without isolation.',
    );
  }
  if (either && resource.hasSystemAssigned) {
    throw no(
      `${where} has a system-assigned identity, and its type takes either that or user-assigned ones.`,
      'Turn its system-assigned identity off in Azure first, if nothing relies on it.',
    );
  }
  if (most === undefined || keepsOne || resource.identities.length < most) return;
  throw no(
    `${where} has ${resource.identities.length} user-assigned identities; its type takes at most ${most}.`,
    `Detach one first: ${resource.identities.slice(0, 5).map(resourceName).join(', ')}.`,
  );
}

/** What the resource has now, where its type carries one identity only. */
function replaced({ type, identities, hasSystemAssigned }: Resource): string | undefined {
  if (!carrierOf(type).keepsOne) return undefined;
  return identities[0] ?? (hasSystemAssigned ? 'system-assigned' : undefined);
}

export const attach = defineWrite({
  name: 'attach',
  policyCommand: 'attach',
  summary: 'Attach an identity to a resource, which may use it then',
  examples: [
    'attach uami-orders vm-orders-01 --reason the order service moves here',
    'attach uami-orders rg-orders/app-orders',
  ],
  params: { ...attachmentParams, reason: reasonParam },
  parse: (json) => resolvedAttachment.parse(json),
  resolve: (context, args) => resolveAttachment(context, args),

  async plan(context, given) {
    const { identity, resource } = await attachmentNow(context, given);
    const effects: Effect[] = [
      { command: 'attach', scope: resource.id, identity: identity.id, action: `${resource.type}/write` },
      {
        command: 'attach',
        scope: identity.id,
        action: 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
      },
    ];
    const where = scopeLabel(resource.id);
    if (resource.identities.some((id) => sameScope(id, identity.id))) {
      return { card: nothingToChange(`${identity.name} is already attached to ${where}`, identity), effects };
    }
    throwUnlessPossible(identity, resource);
    const { held, locks, subscriptions, roles } = await readSurroundings(context, identity, resource);
    const instead = replaced(resource);
    const warnings: Warning[] = lockWarnings(locks, 'change');
    if (instead !== undefined) {
      const params = { resource: resource.name, identity: resourceName(instead) };
      warnings.push({ code: 'replaces-identity', level: 'danger', params });
    }
    warnings.push(...upgradeWarnings(resource));
    // What the identity may do, whoever controls the resource may do from now on.
    const powers = held.items.flatMap(({ roleDefinitionId, scope }) => {
      const role = roles.get(fold(roleDefinitionId));
      return role ? roleWarnings(role, scope).filter(({ level }) => level === 'danger') : [];
    });
    warnings.push(...new Map(powers.map((one) => [JSON.stringify(one), one])).values());
    if (held.missing.length > 0) warnings.push({ code: 'roles-not-seen-everywhere', level: 'caution', params: {} });
    const plan: Plan = {
      command: 'attach',
      summary: `Attach ${identity.name} to ${where}`,
      facts: attachmentFacts(identity, resource, subscriptions, {
        label: 'Access that the resource gets',
        value: accessWords(held, roles, subscriptions),
      }),
      steps: [
        {
          operation: {
            kind: 'attachment.add',
            resourceId: resource.id,
            identityId: identity.id,
            principalId: identity.principalId,
            ...(resource.identities[0] !== undefined && instead !== undefined ? { replaces: instead } : {}),
          },
        },
      ],
      effects,
      warnings,
    };
    return { plan };
  },
});
