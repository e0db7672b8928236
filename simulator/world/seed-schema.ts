// The form of a world's description: what people write by hand, with names where ids can be worked out.

import { z } from 'zod';
import { isGuid } from '../ids.ts';
import { locationNamed } from '../locations.ts';
import { durationMs } from '../pim/duration.ts';

const guid = z.string().toLowerCase().refine(isGuid, 'must be a GUID');
const name = z.string().min(1);
const duration = z.string().refine((text) => durationMs(text) !== undefined, 'must be a duration such as PT8H or P30D');
const location = z.string().transform((text, context) => {
  const known = locationNamed(text);
  if (known === undefined) context.addIssue(`'${text}' is not an Azure region`);
  return known ?? text;
});
const tags = z.record(z.string(), z.coerce.string()).default({});

const lock = z.strictObject({ name, level: z.enum(['CanNotDelete', 'ReadOnly']), notes: z.string().optional() });

const identity = z.strictObject({
  name,
  location: location.optional(),
  tags,
  principalId: guid.optional(),
  clientId: guid.optional(),
  isolationScope: z.enum(['None', 'Regional']).default('None'),
  /** Providers or types that alone may bear it: 'Microsoft.Batch'. */
  assignableTo: z.array(name).optional(),
  federatedCredentials: z
    .array(
      z.strictObject({
        name,
        issuer: z.url(),
        subject: name,
        audience: z.string().default('api://AzureADTokenExchange'),
      }),
    )
    .default([]),
});

const resource = z.strictObject({
  type: name,
  name,
  location: location.optional(),
  tags,
  /** Names of identities of the same group, 'Subscription/group/name', or ids; one that is not there dangles. */
  identities: z.array(name).default([]),
  systemAssigned: z.boolean().default(false),
  /** What it is within its type: 'functionapp,linux'. */
  kind: name.optional(),
  /** The identity that a cluster's nodes use, named as in `identities`. */
  kubeletIdentity: name.optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
});

const resourceGroup = z.strictObject({
  name,
  location,
  tags,
  locks: z.array(lock).default([]),
  identities: z.array(identity).default([]),
  resources: z.array(resource).default([]),
});

const patterns = z.array(z.string()).default([]);
const permission = z.strictObject({
  actions: patterns,
  notActions: patterns,
  dataActions: patterns,
  notDataActions: patterns,
});

export const seedSchema = z.strictObject({
  tenant: z.strictObject({ id: guid, name, domain: name }),
  /** The principal whose token is given by default. */
  bot: z.strictObject({ name, objectId: guid, clientId: guid }),
  people: z
    .array(
      z.strictObject({
        name,
        id: guid,
        mail: z.email().nullable(),
        userPrincipalName: name.optional(),
        /** Other addresses of the mailbox: they become proxy addresses beside the primary one. */
        aliases: z.array(z.email()).default([]),
        guest: z.boolean().default(false),
        enabled: z.boolean().default(true),
      }),
    )
    .default([]),
  groups: z.array(z.strictObject({ name, id: guid, members: z.array(name) })).default([]),
  applications: z
    .array(z.strictObject({ name, objectId: guid, clientId: guid, canReadDirectory: z.boolean().default(false) }))
    .default([]),
  managementGroups: z
    .array(z.strictObject({ id: name, name, parent: name.optional(), subscriptions: z.array(name).default([]) }))
    .default([]),
  subscriptions: z.array(
    z.strictObject({
      id: guid,
      name,
      tags: tags.optional(),
      locks: z.array(lock).default([]),
      resourceGroups: z.array(resourceGroup).default([]),
    }),
  ),
  roleDefinitions: z
    .array(
      z.strictObject({
        id: guid,
        name,
        description: z.string().default(''),
        /** 'Subscription', 'Subscription/group' or a scope. */
        scopes: z.array(name).min(1),
        ...permission.shape,
      }),
    )
    .default([]),
  roleAssignments: z
    .array(
      z.strictObject({
        /** 'bot', an email, 'group:Name', 'app:Name', 'Subscription/group/identity', or an object id (of one who is gone, too). */
        principal: name,
        role: name,
        /** 'Subscription', 'Subscription/group', 'Subscription/group/resource', or a scope that starts with '/'. */
        scope: name,
        description: z.string().optional(),
        /** Of version 2.0. */
        condition: z.string().optional(),
        createdOn: z.iso.datetime().default('2026-01-15T09:00:00.000Z'),
      }),
    )
    .default([]),
  /** Assignments that Privileged Identity Management gives for a time; their times count from the start of the simulator. */
  roleSchedules: z
    .array(
      z.strictObject({
        /** As in roleAssignments. */
        principal: name,
        role: name,
        scope: name,
        /** How long ago it began, or after how long it will; at the start without either. */
        began: duration.optional(),
        begins: duration.optional(),
        /** When it ends, from now. */
        ends: duration.optional(),
        justification: z.string().default('Described in the seed'),
      }),
    )
    .default([]),
  /** People who may activate a role. */
  roleEligibilities: z
    .array(z.strictObject({ principal: name, role: name, scope: name, ends: duration.optional() }))
    .default([]),
  /** What is demanded of schedules of a role at a scope. */
  rolePolicies: z
    .array(
      z.strictObject({
        role: name,
        scope: name,
        longestAssignment: duration.default('P180D'),
        endRequired: z.boolean().default(false),
        longestActivation: duration.default('PT8H'),
        justificationRequired: z.boolean().default(true),
      }),
    )
    .default([]),
  /** Azure makes them for what it manages; here they are described. */
  denyAssignments: z
    .array(
      z.strictObject({
        id: guid,
        name,
        description: z.string().default(''),
        scope: name,
        ...permission.shape,
        doNotApplyToChildScopes: z.boolean().default(false),
        /** As in roleAssignments, or 'everyone'. */
        principals: z.array(name).min(1),
        excludePrincipals: z.array(name).default([]),
        createdOn: z.iso.datetime().default('2026-01-15T09:00:00.000Z'),
      }),
    )
    .default([]),
});

export type Seed = z.infer<typeof seedSchema>;
