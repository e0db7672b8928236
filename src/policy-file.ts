// Reads policy.yaml into the core's Policy. Every mistake is told at once, each with its line; a policy with a mistake is no
// policy, and without a policy the bot does not start.

import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Policy, Rule } from './core/approvals/policy.ts';
import { parseScope } from './core/model/scope.ts';
import type { TextTools } from './core/ports.ts';

/** What is wrong with a policy, a line each, for an operator. */
export class PolicyError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

/** No time of a policy is longer: a grant's own limit. */
const longestMs = 365 * 24 * 3600_000;
/** Words of the policy itself, which no group may take. */
const reserved = ['anyone', 'none', 'approvers', 'azure-rbac'];

const commandNames = ['list', 'show', 'roles', 'create', 'delete', 'grant', 'revoke'] as const;

function schemaFor(textTools: TextTools) {
  const duration = z.string().transform((text, context) => {
    const ms = textTools.parseDuration(text);
    if (ms !== undefined && ms > 0 && ms <= longestMs) return ms;
    context.addIssue({ code: 'custom', message: `“${text}” is no time; write it as 30m, 8h or 7d` });
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
          message: `this version knows no ${later}; name emails or a group of emails`,
        });
    });
  const members = z.union([member.transform((one) => [one]), z.array(member).min(1, 'name at least one')]);
  const scope = z.string().superRefine((text, context) => {
    const kind = parseScope(text)?.kind;
    const message =
      kind === undefined
        ? `“${text}” is no Azure scope; it starts with /subscriptions/ and a GUID`
        : kind === 'management-group'
          ? 'a management group is not looked into by this version; name its subscriptions'
          : undefined;
    if (message) context.addIssue({ code: 'custom', message });
  });
  const approvals = z.union(
    [
      z.literal('none').transform(() => undefined),
      z.strictObject({ count: z.number().int().min(1).max(10).default(1), by: members }),
    ],
    { error: 'write none, or { count: 1, by: [group or email] }' },
  );
  const rule = z
    .strictObject({
      name: z.string().trim().min(1),
      commands: z.array(z.enum(commandNames)).min(1),
      roles: z.array(z.string().trim().min(1)).min(1).optional(),
      scopes: z.array(scope).min(1).optional(),
      who: members.optional(),
      deny: z.string().trim().min(1, 'say why, for the one who is refused').optional(),
      approvals: approvals.optional(),
      maxDuration: duration.optional(),
      remindAfter: duration.optional(),
      expireAfter: duration.optional(),
    })
    .superRefine((given, context) => {
      const has = (key: string) => Object.hasOwn(given, key);
      const needed = given.deny === undefined ? ['who', 'approvals'] : [];
      for (const key of needed) {
        if (!has(key)) context.addIssue({ code: 'custom', message: `a rule that allows needs ${key}` });
      }
      for (const key of ['approvals', 'maxDuration', 'remindAfter', 'expireAfter']) {
        if (given.deny !== undefined && has(key)) {
          context.addIssue({
            code: 'custom',
            path: [key],
            message: 'a rule that denies has nothing to approve or to time',
          });
        }
      }
    });
  const place = z.union(
    [
      z.literal('approvers'),
      z.strictObject({ slack: z.string().regex(/^[CGD][A-Z0-9]{2,}$/, 'a Slack channel’s id starts with C') }),
      z.strictObject({
        teams: z.string().regex(/^19:.+@(thread|unq)\.\S+$/, 'a Teams conversation’s id looks like 19:…@thread.tacv2'),
      }),
    ],
    { error: 'write approvers, slack: C…, or teams: "19:…@thread.tacv2"' },
  );
  return z.strictObject({
    version: z.literal(1, { error: 'this version reads version: 1' }),
    groups: z
      .record(z.string().regex(/^[\w.-]+$/, 'a group’s name is letters, digits, dots, hyphens'), members)
      .default({}),
    places: z.array(place).min(1, 'name at least one place for request cards, such as approvers'),
    rules: z.array(rule).min(1, 'with no rule nobody may do anything'),
  });
}

type Parsed = z.output<ReturnType<typeof schemaFor>>;

/** Names that stand for nobody: a typing error in a group's name must not pass as an approver who never comes. */
function danglingMembers(policy: Parsed, textTools: TextTools): { path: (string | number)[]; message: string }[] {
  const groups = Object.keys(policy.groups);
  const found: { path: (string | number)[]; message: string }[] = [];
  const check = (members: readonly string[] | undefined, path: (string | number)[], mayNameGroups: boolean) => {
    for (const name of members ?? []) {
      if (name.includes('@') || (mayNameGroups && (name === 'anyone' || groups.includes(name)))) continue;
      const near = mayNameGroups ? textTools.nearest(name, groups, 1)[0] : undefined;
      const hint = mayNameGroups
        ? near
          ? `did you mean ${near}?`
          : 'it is no email and no group of this file'
        : 'a group holds emails';
      found.push({ path, message: `“${name}”: ${hint}` });
    }
  };
  for (const [name, members] of Object.entries(policy.groups)) check(members, ['groups', name], false);
  policy.rules.forEach((rule, index) => {
    check(rule.who, ['rules', index, 'who'], true);
    check(rule.approvals?.by, ['rules', index, 'approvals', 'by'], true);
  });
  for (const name of groups.filter((group) => reserved.includes(group))) {
    found.push({
      path: ['groups', name],
      message: `“${name}” is a word of the policy itself; call the group otherwise`,
    });
  }
  policy.rules.forEach(({ roles, commands, approvals }, index) => {
    if (roles && !commands.some((command) => command === 'grant' || command === 'create' || command === 'revoke')) {
      found.push({ path: ['rules', index, 'roles'], message: 'roles only stand beside grant, create or revoke' });
    }
    if (!approvals || approvals.by.includes('anyone')) return;
    const people = new Set(
      approvals.by.flatMap((name) => policy.groups[name] ?? [name]).map((email) => email.toLowerCase()),
    );
    if (people.size < approvals.count) {
      const message = `${approvals.count} have to say yes, and there are only ${people.size}`;
      found.push({ path: ['rules', index, 'approvals', 'count'], message });
    }
  });
  const names = policy.rules.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) < index)
      found.push({ path: ['rules', index, 'name'], message: `a rule “${name}” stands there already` });
  });
  return found;
}

const lower = (members: readonly string[]) =>
  members.map((member) => (member.includes('@') ? member.toLowerCase() : member));

function toPolicy(parsed: Parsed): Policy {
  return {
    groups: Object.fromEntries(Object.entries(parsed.groups).map(([name, members]) => [name, lower(members)])),
    channels: parsed.places.map((place) =>
      place === 'approvers'
        ? { kind: 'approvers' }
        : 'slack' in place
          ? { kind: 'channel', chat: 'slack', conversation: place.slack }
          : { kind: 'channel', chat: 'teams', conversation: place.teams },
    ),
    rules: parsed.rules.map((rule): Rule => {
      const { name, commands, scopes, deny, approvals } = rule;
      return {
        name,
        commands,
        who: lower(rule.who ?? ['anyone']),
        ...(rule.roles
          ? {
              roles: rule.roles.map((role) =>
                (role.startsWith('/') ? (role.split('/').at(-1) ?? role) : role).toLowerCase(),
              ),
            }
          : {}),
        ...(scopes ? { scopes } : {}),
        ...(deny === undefined ? {} : { deny }),
        ...(approvals ? { approvals: { count: approvals.count, by: lower(approvals.by) } } : {}),
        ...(rule.maxDuration === undefined ? {} : { maxDurationMs: rule.maxDuration }),
        ...(rule.remindAfter === undefined ? {} : { remindAfterMs: rule.remindAfter }),
        ...(rule.expireAfter === undefined ? {} : { expireAfterMs: rule.expireAfter }),
      };
    }),
  };
}

/** Parses a policy's text. `file` is only named in errors. Throws PolicyError. */
export function parsePolicy(text: string, file: string, textTools: TextTools): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new PolicyError(
      document.errors.map(
        (error) =>
          `${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]?.replace(/ at line.*$/, '')}`,
      ),
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const where = (path: readonly PropertyKey[]) =>
    path
      .map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '') || 'policy';
  const tell = (path: readonly PropertyKey[], message: string) => `${file}:${lineOf(path)}: ${where(path)}: ${message}`;
  const result = schemaFor(textTools).safeParse(document.toJS() ?? {});
  if (!result.success) {
    throw new PolicyError(
      result.error.issues.flatMap((issue) => {
        if (issue.code === 'unrecognized_keys') {
          return issue.keys.map((key) => tell([...issue.path, key], `there is no such key`));
        }
        // A union's own issue says little; the closest of its branches says what is wrong.
        const inner =
          issue.code === 'invalid_union'
            ? issue.errors
                .flat()
                .filter(({ path, code }) => path.length > 0 || code === 'custom' || code === 'unrecognized_keys')
            : [];
        if (inner.length > 0) {
          return inner.map((one) =>
            one.code === 'unrecognized_keys'
              ? tell([...issue.path, ...one.path, one.keys[0] ?? ''], 'there is no such key')
              : tell([...issue.path, ...one.path], one.message),
          );
        }
        return [tell(issue.path, issue.message)];
      }),
    );
  }
  const dangling = danglingMembers(result.data, textTools);
  if (dangling.length > 0) throw new PolicyError(dangling.map(({ path, message }) => tell(path, message)));
  return toPolicy(result.data);
}

/** Reads the policy. Throws PolicyError, also where there is no file. */
export async function readPolicy(file: string, textTools: TextTools): Promise<Policy> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    throw new PolicyError([
      `${file}: the policy ${why}; POLICY_FILE says where it is. Without a policy nobody may do anything, so I do not start.`,
    ]);
  }
  return parsePolicy(text, file, textTools);
}
