// detach: takes an identity off a resource. What runs there loses what the identity may do, so it is always reviewed first.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import { carrierOf } from '../model/carrier.ts';
import type { Effect, Plan } from '../model/plan.ts';
import { sameScope } from '../model/scope.ts';
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
import { lockWarnings } from './plan-parts.ts';

export const detach = defineWrite({
  name: 'detach',
  policyCommand: 'detach',
  summary: 'Detach an identity from a resource, which may no longer use it',
  examples: ['detach uami-orders vm-orders-01', 'detach uami-orders rg-orders/app-orders --reason moved to uami-shop'],
  params: {
    ...attachmentParams,
    resource: { ...attachmentParams.resource, isHeld: true },
    reason: reasonParam,
  },
  parse: (json) => resolvedAttachment.parse(json),
  resolve: (context, args) => resolveAttachment(context, args),

  async plan(context, given) {
    const { identity, resource } = await attachmentNow(context, given);
    const effects: Effect[] = [
      { command: 'detach', scope: resource.id, identity: identity.id, action: `${resource.type}/write` },
    ];
    const where = scopeLabel(resource.id);
    if (!resource.identities.some((id) => sameScope(id, identity.id))) {
      return { card: nothingToChange(`${identity.name} is not attached to ${where}`, identity), effects };
    }
    if (carrierOf(resource.type).keepsOne) {
      throw new Fault('bad-input', `${where} always has one identity, so none can be detached from it.`, {
        next: `${nothingChanged} Attach another one: it takes the place of ${identity.name}.`,
        param: 'resource',
      });
    }
    const { held, locks, subscriptions, roles } = await readSurroundings(context, identity, resource);
    const warnings: Warning[] = [
      ...lockWarnings(locks, 'change'),
      { code: 'resource-loses-identity', level: 'danger', params: { resource: where, identity: identity.name } },
      ...upgradeWarnings(resource),
    ];
    const plan: Plan = {
      command: 'detach',
      summary: `Detach ${identity.name} from ${where}`,
      facts: attachmentFacts(identity, resource, subscriptions, {
        label: 'Access that the resource loses',
        value: accessWords(held, roles, subscriptions),
      }),
      steps: [
        {
          operation: {
            kind: 'attachment.remove',
            resourceId: resource.id,
            identityId: identity.id,
            principalId: identity.principalId,
          },
        },
      ],
      effects,
      warnings,
    };
    return { plan };
  },
});
