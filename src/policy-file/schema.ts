// The schema of policy.yaml.

import { z } from 'zod';
import type { TextTools } from '../core/ports.ts';
import { ruleSchema } from './schema-rule.ts';
import { membersSchema, momentSchema } from './schema-values.ts';

/** A command that rules may name. `hasRole`: it can be about a role; `isChange`: it changes Azure. */
export interface PolicyCommand {
  readonly name: string;
  readonly hasRole: boolean;
  readonly isChange?: boolean;
  /** The command whose rules hold for it, where no rule of the file names it. */
  readonly like?: string;
}

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

const freeze = z
  .strictObject({
    from: momentSchema(false),
    to: momentSchema(true),
    except: z.array(z.string().trim().min(1)).default([]),
    deny: z.string().trim().min(1, 'enter the reason that the requester is shown'),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'the freeze ends before it begins' });

/** The schema of the file, for a bot with these commands. */
export function schemaFor(textTools: TextTools, commands: readonly PolicyCommand[]) {
  const rule = ruleSchema(
    textTools,
    commands.map(({ name }) => name),
  );
  return z.strictObject({
    version: z.literal(1, { error: 'this version of Identity Desk supports version: 1' }),
    groups: z
      .record(
        z.string().regex(/^[\w.-]+$/, 'a group name can have letters, digits, dots, hyphens and underscores'),
        membersSchema,
      )
      .default({}),
    places: z.array(place).min(1, 'enter at least one place for request cards, such as approvers'),
    rules: z.array(rule).min(1, 'enter at least one rule; without rules everything is refused'),
    freeze: z.array(freeze).default([]),
  });
}

/** The result of parsing a line. */
export type Parsed = z.output<ReturnType<typeof schemaFor>>;
