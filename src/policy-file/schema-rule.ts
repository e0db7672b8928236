// The schema of a rule of policy.yaml.

import { z } from 'zod';
import type { TextTools } from '../core/ports.ts';
import {
  actionSchema,
  durationMs,
  durationSchema,
  hoursSchema,
  membersSchema,
  noDuration,
  patternSchema,
  scopeSchema,
} from './schema-values.ts';

const stage = z.strictObject({ count: z.number().int().min(1).max(10).default(1), by: membersSchema });

/** One stage is given as it is, several as a list. */
const approvals = z.union(
  [
    z.literal('none').transform(() => undefined),
    stage.transform((one) => [one]),
    z.array(stage).min(1, 'enter at least one stage').max(10),
  ],
  { error: 'use none, { count: 1, by: [group or email] }, or a list of such stages' },
);

/** { 1h: [leads], 4h: [heads] } → soonest first. */
function escalation(textTools: TextTools) {
  return z.record(z.string(), membersSchema).transform((given, context) => {
    const steps = Object.entries(given).map(([text, to]) => {
      const afterMs = durationMs(textTools, text);
      if (afterMs === undefined) context.addIssue({ code: 'custom', path: [text], message: noDuration(text) });
      return { afterMs: afterMs ?? 0, to, text };
    });
    return steps.sort((a, b) => a.afterMs - b.afterMs);
  });
}

/** Keys that say how something is allowed, and so have no meaning where it is denied. */
const onlyAllowing = [
  'approvals',
  'requesterNeeds',
  'stepUp',
  'reason',
  'breakGlass',
  'maxDuration',
  'maxExtensions',
  'remindAfter',
  'escalateAfter',
  'expireAfter',
];
/** Keys that only approvals give a meaning to. */
const onlyWithApprovals = ['stepUp', 'remindAfter', 'escalateAfter'];

/** The schema of a rule, for a bot with these commands. */
export function ruleSchema(textTools: TextTools, commands: readonly string[]) {
  const duration = durationSchema(textTools);
  return z
    .strictObject({
      name: z.string().trim().min(1),
      commands: z.array(z.enum(commands)).min(1),
      roles: z.array(z.string().trim().min(1)).min(1).optional(),
      permits: z.array(actionSchema).min(1).optional(),
      scopes: z.array(scopeSchema).min(1).optional(),
      tags: z
        .record(z.string().trim().min(1), z.string())
        .refine((tags) => Object.keys(tags).length > 0, 'enter at least one tag')
        .optional(),
      who: membersSchema.optional(),
      hours: hoursSchema.optional(),
      requesterNeeds: z.literal('azure-rbac', { error: 'use azure-rbac' }).optional(),
      deny: z.string().trim().min(1, 'enter the reason that the requester is shown').optional(),
      approvals: approvals.optional(),
      stepUp: z.boolean().optional(),
      reason: patternSchema(textTools).optional(),
      breakGlass: z.strictObject({ review: membersSchema, within: duration }).optional(),
      maxDuration: duration.optional(),
      maxExtensions: z.number().int().min(0).max(1000).optional(),
      remindAfter: duration.optional(),
      escalateAfter: escalation(textTools).optional(),
      expireAfter: duration.optional(),
    })
    .superRefine((given, context) => {
      const has = (key: string) => Object.hasOwn(given, key);
      const refuse = (keys: readonly string[], message: string) => {
        for (const key of keys.filter(has)) context.addIssue({ code: 'custom', path: [key], message });
      };
      if (given.deny !== undefined) refuse(onlyAllowing, 'not allowed in a rule with deny');
      else {
        for (const key of ['who', 'approvals']) {
          if (!has(key)) context.addIssue({ code: 'custom', message: `a rule without deny needs ${key}` });
        }
      }
      const isUnapproved = has('approvals') && given.approvals === undefined;
      if (isUnapproved && given.deny === undefined) refuse(onlyWithApprovals, 'has no meaning where approvals is none');
      if (has('approvals') && !isUnapproved) refuse(['breakGlass'], 'break-glass needs approvals: none');
    });
}
