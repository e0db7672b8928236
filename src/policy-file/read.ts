// Reads policy.yaml into the core's Policy. All mistakes are reported at once, each with its line; a policy with a mistake is
// not used, and without a policy the bot does not start.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { fold } from '../core/model/fold.ts';
import type { Policy, Rule } from '../core/model/policy.ts';
import { resourceName } from '../core/model/scope.ts';
import type { TextTools } from '../core/ports.ts';
import { findMistakes } from './checks.ts';
import { type Parsed, type PolicyCommand, schemaFor } from './schema.ts';

/** The mistakes in a policy file, one line each, for an operator. */
export class PolicyError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

const lower = (members: readonly string[]) => members.map((member) => (member.includes('@') ? fold(member) : member));

/** Names a text of the policy, in log, audit and metrics. */
function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function toPolicy(parsed: Parsed, version: string): Policy {
  return {
    version,
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
              roles: rule.roles.map((role) => fold(role.startsWith('/') ? resourceName(role) : role)),
            }
          : {}),
        ...(scopes ? { scopes } : {}),
        ...(deny === undefined ? {} : { deny }),
        ...(approvals ? { approvals: [{ count: approvals.count, by: lower(approvals.by) }] } : {}),
        ...(rule.maxDuration === undefined ? {} : { maxDurationMs: rule.maxDuration }),
        ...(rule.remindAfter === undefined ? {} : { remindAfterMs: rule.remindAfter }),
        ...(rule.expireAfter === undefined ? {} : { expireAfterMs: rule.expireAfter }),
      };
    }),
  };
}

/** Parses a policy's text. `file` is only named in errors; `commands` are those that rules may name. Throws PolicyError. */
export function parsePolicy(
  text: string,
  file: string,
  textTools: TextTools,
  commands: readonly PolicyCommand[],
): Policy {
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
  const result = schemaFor(textTools, commands).safeParse(document.toJS() ?? {});
  if (!result.success) {
    throw new PolicyError(
      result.error.issues.flatMap((issue) => {
        if (issue.code === 'unrecognized_keys') {
          return issue.keys.map((key) => tell([...issue.path, key], 'unknown key'));
        }
        // The issue of a union is unspecific; those of its branches say what is wrong.
        const inner =
          issue.code === 'invalid_union'
            ? issue.errors
                .flat()
                .filter(({ path, code }) => path.length > 0 || code === 'custom' || code === 'unrecognized_keys')
            : [];
        if (inner.length > 0) {
          return inner.map((one) =>
            one.code === 'unrecognized_keys'
              ? tell([...issue.path, ...one.path, one.keys[0] ?? ''], 'unknown key')
              : tell([...issue.path, ...one.path], one.message),
          );
        }
        return [tell(issue.path, issue.message)];
      }),
    );
  }
  const mistakes = findMistakes(result.data, textTools, commands);
  if (mistakes.length > 0) throw new PolicyError(mistakes.map(({ path, message }) => tell(path, message)));
  return toPolicy(result.data, versionOf(text));
}

/** Reads the policy. Throws PolicyError, also where there is no file. */
export async function readPolicy(
  file: string,
  textTools: TextTools,
  commands: readonly PolicyCommand[],
): Promise<Policy> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new PolicyError([
      `${file}: the policy file ${why}. Set POLICY_FILE to its path. Identity Desk does not start without a policy.`,
    ]);
  }
  return parsePolicy(text, file, textTools, commands);
}
