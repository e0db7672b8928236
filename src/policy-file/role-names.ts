// Whether the roles that a policy names exist. A name that no role of Azure bears would be a rule that silently never matches.

import type { AzureReader } from '../core/azure-ports.ts';
import { fold } from '../core/model/fold.ts';
import type { Policy } from '../core/model/policy.ts';
import { resourceName, subscriptionScope } from '../core/model/scope.ts';
import type { TextTools } from '../core/ports.ts';
import type { PolicyLines } from './lines.ts';

/** What Azure says of a policy's roles. */
export interface RoleCheck {
  /** A line for each name that no role bears. */
  readonly problems: readonly string[];
  /** False: Azure could not be asked everywhere, so that a name that was not found may still exist. */
  readonly isComplete: boolean;
}

/** A role as a policy may name it. */
interface KnownRole {
  readonly id: string;
  readonly name: string;
}

/** The roles that the rules name, each with its line, in the form in which they are compared. */
export function namedRoles(
  { rules }: Policy,
  lines: PolicyLines,
): readonly { name: string; text: string; line: number }[] {
  return rules.flatMap((_rule, index) =>
    lines
      .textsAt(['rules', index, 'roles'])
      .map(({ text, line }) => ({ text, line, name: fold(text.startsWith('/') ? resourceName(text) : text) })),
  );
}

/** What is said of a name that no role bears. */
export function unknownRole(text: string, known: readonly KnownRole[], textTools: TextTools): string {
  const near = textTools.nearest(
    text,
    known.map(({ name }) => name),
    1,
  );
  return `no role in Azure is named “${text}”, so this rule would never match${near[0] === undefined ? '' : `; did you mean ${near[0]}?`}`;
}

/**
 * Looks the named roles up in every subscription that the bot sees, until all are found. Never throws: what Azure does not answer
 * is not a mistake of the policy.
 */
export async function checkRoleNames(
  policy: Policy,
  lines: PolicyLines,
  given: { file: string; azure: Pick<AzureReader, 'subscriptions' | 'roleDefinitions'>; textTools: TextTools },
): Promise<RoleCheck> {
  const { file, azure, textTools } = given;
  let missing = namedRoles(policy, lines);
  if (missing.length === 0) return { problems: [], isComplete: true };
  const known = new Map<string, KnownRole>();
  let isComplete = true;
  try {
    const subscriptions = await azure.subscriptions();
    // A bot that sees no subscription cannot know which roles there are.
    isComplete = subscriptions.length > 0;
    for (const { id } of subscriptions) {
      try {
        for (const role of await azure.roleDefinitions(subscriptionScope(id))) known.set(role.id, role);
      } catch {
        isComplete = false;
      }
      const names = new Set([...known.values()].flatMap((role) => [fold(role.name), fold(role.id)]));
      missing = missing.filter(({ name }) => !names.has(name));
      if (missing.length === 0) return { problems: [], isComplete: true };
    }
  } catch {
    isComplete = false;
  }
  if (!isComplete) return { problems: [], isComplete };
  const roles = [...known.values()];
  return {
    problems: missing.map(({ text, line }) => `${file}:${line}: roles: ${unknownRole(text, roles, textTools)}`),
    isComplete,
  };
}
