// The facts that a policy is tried out with instead of Azure and the directory, and the cases of a test file.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const tags = z.record(z.string(), z.string());
const list = z.array(z.string()).default([]);
const people = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);

const facts = z.strictObject({
  /** By email: a name, and the groups of Entra and Slack that they are in. Whoever is not listed is known by the email alone. */
  people: z.record(z.string(), z.strictObject({ name: z.string().optional(), in: list })).default({}),
  /** The roles that people hold in Azure itself. */
  holds: z.array(z.strictObject({ who: people, role: z.string(), scope: z.string() })).default([]),
  /** Custom roles, by name. The built-in ones are known. */
  roles: z
    .record(z.string(), z.strictObject({ actions: list, notActions: list, dataActions: list, notDataActions: list }))
    .default({}),
  /** By name: the GUID. */
  subscriptions: z.record(z.string(), z.guid()).default({}),
  resourceGroups: z
    .array(z.strictObject({ name: z.string(), subscription: z.string(), tags: tags.default({}) }))
    .default([]),
  identities: z.array(z.strictObject({ name: z.string(), group: z.string(), tags: tags.default({}) })).default([]),
  /** Tags of other things, by their Azure id. */
  tags: z.record(z.string(), tags).default({}),
  /** The time, where a case has none. */
  at: z.iso.datetime({ offset: true }).optional(),
});

/** Facts without Azure. */
export type Facts = z.output<typeof facts>;

const effect = z.strictObject({
  command: z.string(),
  /** An Azure id, or the name of a subscription or resource group of the facts. */
  scope: z.string(),
  role: z.string().optional(),
  /** How long a role is assigned: 8h. None: permanently. */
  for: z.string().optional(),
});

const testCase = z
  .strictObject({
    name: z.string(),
    /** The requester’s email. */
    as: z.string(),
    line: z.string().optional(),
    effect: effect.optional(),
    /** With an effect: the requester’s reason. A line has its own. */
    reason: z.string().optional(),
    at: z.iso.datetime({ offset: true }).optional(),
    expect: z.enum(['allowed', 'refused']),
    /** The rules that decide. */
    rule: people.optional(),
    /** Who must approve, stage by stage: “platform” or “2 of security”. */
    asks: z.array(z.string()).optional(),
    /** Emails of those who would be asked. */
    people: z.array(z.string()).optional(),
    needs: z.array(z.enum(['step-up', 'review'])).optional(),
    /** Words of the refusal. */
    because: z.string().optional(),
  })
  .refine((one) => (one.line === undefined) !== (one.effect === undefined), 'a case has either a line or an effect');

/** One case: who requests what, and what the policy is expected to say. */
export type Case = z.output<typeof testCase>;

const testFile = z.strictObject({
  /** The policy, beside this file. Default: the name of this file without “.test”. */
  policy: z.string().optional(),
  facts: facts.default(() => facts.parse({})),
  cases: z.array(testCase).default([]),
});

/** A file of facts and cases. */
export type TestFile = z.output<typeof testFile>;

/** What is wrong with a file, for the one who wrote it. */
export class UsageError extends Error {}

/** Reads a file of facts and cases. Throws UsageError that names every mistake. */
export function readTestFile(file: string): TestFile {
  let json: unknown;
  try {
    json = parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
  const result = testFile.safeParse(json);
  if (result.success) return result.data;
  const told = result.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || 'file'}: ${message}`);
  throw new UsageError(told.join('\n'));
}

/** No facts at all. */
export const noFacts: Facts = facts.parse({});
