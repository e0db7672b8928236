// What ARM does with a template before it takes it: reads it, works out what it can, and asks whether the caller may write all of it.

import { z } from 'zod';
import { demandGroup, demandScope, demandSubscription } from '../arm/existence.ts';
import { ArmError, invalidRequestContent, locationRequired } from '../errors.ts';
import { bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { groupId, resourceGroupOf, subscriptionOf } from '../ids.ts';
import { locationNamed } from '../locations.ts';
import { accessOf } from '../permissions.ts';
import { TemplateError } from './expression.ts';
import type { Given } from './parameters.ts';
import { type Plan, planOf, type Template, templateSchema } from './plan.ts';

const bodySchema = z.object({
  location: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  properties: z.looseObject({
    mode: z.string().nullish(),
    template: z.unknown().optional(),
    templateLink: z.unknown().optional(),
    parameters: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).nullish(),
  }),
});

export interface Prepared {
  scope: string;
  location: string | undefined;
  tags: Readonly<Record<string, string>> | undefined;
  template: Template;
  given: Given;
  plan: Plan;
}

function invalidTemplate(message: string): ArmError {
  return new ArmError(400, 'InvalidTemplate', `Deployment template validation failed: '${message}'.`);
}

/** Throws what Azure answers to a deployment that it does not take. */
export function prepared(simulation: Simulation, call: Call): Prepared {
  const scope = scopeOf(simulation, param(call, 'scope'));
  const { location: where, tags, properties } = bodyOf(call, bodySchema);
  const isInGroup = resourceGroupOf(scope) !== undefined;
  if (!isInGroup && !where) throw locationRequired();
  const location = where ? locationNamed(where) : undefined;
  if (where && !location)
    throw new ArmError(
      400,
      'LocationNotAvailableForDeployment',
      `The provided location '${where}' is not available for deployment.`,
    );
  if (properties.mode && !/^incremental$/i.test(properties.mode)) {
    throw new ArmError(
      400,
      'InvalidDeploymentMode',
      `The simulator deploys in mode Incremental alone, not '${properties.mode}'.`,
    ); // own words
  }
  if (properties.templateLink || typeof properties.template !== 'object' || properties.template === null) {
    throw invalidRequestContent(
      'The template of a deployment must be in its body; the simulator follows no templateLink',
    );
  }
  const parsed = templateSchema.safeParse(properties.template);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidTemplate(
      `Required or wrong property '${issue?.path.join('.')}' in the template: ${issue?.message}. Please see https://aka.ms/arm-syntax for usage details.`,
    );
  }
  const given = (properties.parameters ?? {}) as Given;
  try {
    const facts = factsOf(simulation, scope, param(call, 'deployment'), location);
    const plan = planOf(parsed.data, given, { scope, facts, now: () => simulation.now() });
    demandWrites(simulation, call, plan);
    return { scope, location, tags: tags ?? undefined, template: parsed.data, given, plan };
  } catch (error) {
    throw error instanceof TemplateError ? invalidTemplate(error.message) : error;
  }
}

/** The scope with the names as they were given, however the path writes them. Throws the 404 where it is not there. */
function scopeOf({ world }: Simulation, scope: string): string {
  demandScope(world, scope);
  const [subscription, group] = [subscriptionOf(scope), resourceGroupOf(scope)];
  if (subscription === undefined) return scope;
  return group === undefined
    ? `/subscriptions/${subscription}`
    : groupId(subscription, demandGroup(world, subscription, group).name);
}

/** subscription(), resourceGroup() and the like: those that there are at the scope. */
function factsOf({ world, endpoint }: Simulation, scope: string, name: string, location: string | undefined) {
  const facts: Record<string, unknown> = {
    tenant: { tenantId: world.tenant.id, displayName: world.tenant.name },
    deployment: { name, ...(location ? { location } : {}), properties: { mode: 'Incremental' } },
    environment: {
      name: 'IdentityDeskSimulator',
      resourceManager: endpoint,
      suffixes: { storage: 'core.windows.net', keyvaultDns: '.vault.azure.net' },
    },
  };
  const subscription = subscriptionOf(scope);
  if (subscription === undefined) {
    const group = /managementGroups\/([^/]+)/i.exec(scope)?.[1];
    return group
      ? { ...facts, managementgroup: { id: scope, name: group, type: 'Microsoft.Management/managementGroups' } }
      : facts;
  }
  const { id, name: displayName } = demandSubscription(world, subscription);
  facts.subscription = { id: `/subscriptions/${id}`, subscriptionId: id, tenantId: world.tenant.id, displayName };
  const groupName = resourceGroupOf(scope);
  if (groupName === undefined) return facts;
  const group = demandGroup(world, subscription, groupName);
  const at = `/subscriptions/${id}/resourceGroups/${group.name}`;
  const properties = { provisioningState: 'Succeeded' };
  facts.resourcegroup = {
    id: at,
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.location,
    tags: group.tags,
    properties,
  };
  return facts;
}

/** The right to every write is asked for before the first. What a condition looks at is known only when it is written. */
function demandWrites({ world }: Simulation, call: Call, { resources }: Plan): void {
  const { client, objectId } = call.caller;
  const refused = resources.flatMap(({ id, type, name, isSkipped, isExisting }) => {
    if (isSkipped || isExisting) return [];
    const full = type.split('/providers/').at(-1) ?? type;
    const provided = /\/providers\/([^/]+)\/[^/]+\/[^/]+$/.exec(id)?.[1];
    const whole = full.includes('.') ? full : `${provided}/${full}`;
    const action = `${/^Microsoft\.Resources\/resourceGroups$/i.test(whole) ? 'Microsoft.Resources/subscriptions/resourceGroups' : whole}/write`;
    if (accessOf(world, objectId, { action }).refusal(id) !== 'no role') return [];
    return [
      `Authorization failed for template resource '${name}' of type '${type}'. The client '${client}' with object id '${objectId}' does not have permission to perform action '${action}' at scope '${id}'.`,
    ];
  });
  if (refused.length === 0) return;
  const message = refused.length === 1 ? refused[0] : `Deployment failed with multiple errors: '${refused.join(':')}'`;
  throw new ArmError(403, 'InvalidTemplateDeployment', message ?? '');
}

/** The values that were used; a secret's is not shown. */
export function shownParameters({
  template,
  plan,
}: Prepared): Readonly<Record<string, { type: string; value?: unknown }>> {
  return Object.fromEntries(
    Object.entries(template.parameters ?? {}).map(([name, definition]) => {
      const text = definition.type.toLowerCase();
      const shown = `${definition.type[0]?.toUpperCase()}${definition.type.slice(1)}`;
      return [name, text.startsWith('secure') ? { type: shown } : { type: shown, value: plan.around.parameter(name) }];
    }),
  );
}
