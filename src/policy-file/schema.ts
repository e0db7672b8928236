// The shape of policy.yaml: which keys there are, and what may stand in each.

import { z } from 'zod';
import { parseScope } from '../core/model/scope.ts';
import type { TextTools } from '../core/ports.ts';

/** No time of a policy is longer: a grant's own limit. */
const longestMs = 365 * 24 * 3600_000;
/** A command that rules may name. `hasRole`: it can be about a role. */
export interface PolicyCommand {
  readonly name: string;
  readonly hasRole: boolean;
}

/** The file's shape, for a bot that has these commands. */
export function schemaFor(textTools: TextTools, commands: readonly PolicyCommand[]) {
  const duration = z.string().transform((text, context) => {
    const ms = textTools.parseDuration(text);
    if (ms !== undefined && ms > 0 && ms <= longestMs) return ms;
    context.addIssue({ code: 'custom', message: `“${text}” is not a duration; use 30m, 8h or 7d` });
    return z.NEVER;
  });
  const member = z
    .string()
    .trim()
    .min(1)
    .superRefine((text, context) => {
      const later = text.startsWith('entra:')
        ? 'members from Entra groups (entra:…)'
        : text.startsWith('slack:')
          ? 'members from Slack groups (slack:…)'
          : text === 'azure-rbac'
            ? 'approvers from Azure’s own roles (azure-rbac)'
            : undefined;
      if (later)
        context.addIssue({
          code: 'custom',
          message: `this version does not support ${later}; use emails or a group of emails`,
        });
    });
  const members = z.union([member.transform((one) => [one]), z.array(member).min(1, 'enter at least one')]);
  const scope = z.string().superRefine((text, context) => {
    const kind = parseScope(text)?.kind;
    const message =
      kind === undefined
        ? `“${text}” is not an Azure scope; a scope starts with /subscriptions/ and a GUID`
        : kind === 'management-group'
          ? 'this version does not support management groups; use their subscriptions'
          : undefined;
    if (message) context.addIssue({ code: 'custom', message });
  });
  const approvals = z.union(
    [
      z.literal('none').transform(() => undefined),
      z.strictObject({ count: z.number().int().min(1).max(10).default(1), by: members }),
    ],
    { error: 'use none, or { count: 1, by: [group or email] }' },
  );
  const rule = z
    .strictObject({
      name: z.string().trim().min(1),
      commands: z.array(z.enum(commands.map(({ name }) => name))).min(1),
      roles: z.array(z.string().trim().min(1)).min(1).optional(),
      scopes: z.array(scope).min(1).optional(),
      who: members.optional(),
      deny: z.string().trim().min(1, 'enter the reason that the requester is shown').optional(),
      approvals: approvals.optional(),
      maxDuration: duration.optional(),
      remindAfter: duration.optional(),
      expireAfter: duration.optional(),
    })
    .superRefine((given, context) => {
      const has = (key: string) => Object.hasOwn(given, key);
      const needed = given.deny === undefined ? ['who', 'approvals'] : [];
      for (const key of needed) {
        if (!has(key)) context.addIssue({ code: 'custom', message: `a rule without deny needs ${key}` });
      }
      for (const key of ['approvals', 'maxDuration', 'remindAfter', 'expireAfter']) {
        if (given.deny !== undefined && has(key)) {
          context.addIssue({
            code: 'custom',
            path: [key],
            message: 'not allowed in a rule with deny',
          });
        }
      }
    });
  const place = z.union(
    [
      z.literal('approvers'),
      z.strictObject({ slack: z.string().regex(/^[CGD][A-Z0-9]{2,}$/, 'a Slack channel id starts with C') }),
      z.strictObject({
        teams: z.string().regex(/^19:.+@(thread|unq)\.\S+$/, 'a Teams conversation id looks like 19:…@thread.tacv2'),
      }),
    ],
    { error: 'use approvers, slack: C…, or teams: "19:…@thread.tacv2"' },
  );
  return z.strictObject({
    version: z.literal(1, { error: 'this version of Identity Desk supports version: 1' }),
    groups: z
      .record(
        z.string().regex(/^[\w.-]+$/, 'a group name can have letters, digits, dots, hyphens and underscores'),
        members,
      )
      .default({}),
    places: z.array(place).min(1, 'enter at least one place for request cards, such as approvers'),
    rules: z.array(rule).min(1, 'enter at least one rule; without rules everything is refused'),
  });
}

export type Parsed = z.output<ReturnType<typeof schemaFor>>;
