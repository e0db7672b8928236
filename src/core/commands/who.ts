// who: which identities hold which role, at a scope and above it, or anywhere.

import { answerCard, pageButtons, paginate } from '../cards/answer-cards.ts';
import type { Block, RichText } from '../chat.ts';
import { withParam } from '../errors.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import { asFileParam, withListFile } from '../list-file.ts';
import type { Identity, RoleAssignment } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { parseScope, sameScope, subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { CommandContext } from './context.ts';
import { findRole } from './resolve-role.ts';
import { findScope } from './resolve-scope.ts';
import { rolesOf } from './role-names.ts';

const pageSize = 15;
/** Principals whose identities are read by their ids; of more, all identities are read. */
const mostNamed = 200;
const columns = ['identity', 'resourceGroup', 'role', 'scope', 'inherited', 'condition', 'identityId', 'assignmentId'];

/** One row: an identity and what it holds. */
interface Holding {
  readonly identity: Identity;
  readonly assignment: RoleAssignment;
}

/** The scope that was named. Roles can be looked at where the bot assigns none: at a management group and the root. */
async function scopeOf(context: CommandContext, word: string): Promise<string> {
  const parsed = parseScope(word);
  if (parsed?.kind === 'management-group' || parsed?.kind === 'root') return parsed.id;
  return withParam('scope', findScope(context, word));
}

async function holdingsOf(context: CommandContext, assignments: readonly RoleAssignment[]): Promise<Holding[]> {
  const principalIds = [...new Set(assignments.map(({ principalId }) => principalId))];
  if (principalIds.length === 0) return [];
  const { items } = await context.azure.identities(principalIds.length > mostNamed ? {} : { principalIds });
  const byPrincipal = new Map(items.map((one) => [fold(one.principalId), one]));
  const found = assignments.flatMap((assignment) => {
    const identity = byPrincipal.get(fold(assignment.principalId));
    return identity ? [{ identity, assignment, key: fold(`${identity.name}\n${identity.id}\n${assignment.id}`) }] : [];
  });
  return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

export const who = defineRead({
  name: 'who',
  policyCommand: 'who',
  policyLike: 'list',
  looksAt: 'identities',
  summary: 'Find which identities hold a role on a scope',
  examples: ['who --role Owner --scope rg-payments', 'who --scope "Contoso Production"', 'who --role Contributor'],
  params: {
    role: {
      kind: 'role',
      label: 'Role',
      about: 'the name or id of a role; default: every role',
      flags: ['--role'],
      example: 'Owner',
    },
    scope: {
      kind: 'scope',
      label: 'Scope',
      about: 'a resource group, a subscription or a resource; default: everywhere',
      flags: ['--scope'],
      example: 'rg-payments',
    },
    as: asFileParam,
    page: { kind: 'page', label: 'Page', about: 'page number', flags: ['--page'] },
  },
  async run(context, args) {
    const [scope, subscriptions] = await Promise.all([
      args.scope === undefined ? undefined : scopeOf(context, args.scope),
      context.azure.subscriptions(),
    ]);
    const roleScope = scope ?? subscriptionScope(subscriptions[0]?.id ?? '');
    const role = args.role === undefined ? undefined : await withParam('role', findRole(context, args.role, roleScope));
    const { items, missing } = await (scope === undefined
      ? context.azure.allAssignments()
      : context.azure.assignmentsReaching(scope));
    const holdings = await holdingsOf(
      context,
      items.filter(({ roleDefinitionId }) => role === undefined || sameName(roleDefinitionId, role.id)),
    );
    const { shown, page, pages } = paginate(holdings, args.page ?? 1, pageSize);
    const roleOf = await rolesOf(
      context.azure,
      (args.as === undefined ? shown : holdings).map(({ assignment }) => assignment),
    );
    const nameOf = (one: RoleAssignment) => roleOf(one)?.name ?? one.roleDefinitionId;
    const isInherited = (one: RoleAssignment) => scope !== undefined && !sameScope(one.scope, scope);
    const row = ({ identity, assignment }: Holding): RichText[] => [
      [{ strong: identity.name }],
      assignment.condition === undefined ? nameOf(assignment) : `${nameOf(assignment)} (with a condition)`,
      isInherited(assignment)
        ? `inherited from ${scopeLabel(assignment.scope, subscriptions)}`
        : scopeLabel(assignment.scope, subscriptions),
    ];
    const blocks: Block[] =
      holdings.length === 0
        ? []
        : [
            {
              kind: 'table',
              columns: [
                { title: 'Identity', width: 4 },
                { title: 'Role', width: 4 },
                { title: 'Scope', width: 5 },
              ],
              rows: shown.map(row),
            },
          ];
    if (missing.length > 0) {
      blocks.push({ kind: 'notice', level: 'caution', text: `This list may be incomplete: ${missing.join('; ')}.` });
    }
    blocks.push({
      kind: 'text',
      style: 'subtle',
      text: `Roles that are assigned to the identity itself${scope === undefined ? '' : ', there and above; not what is assigned below'}. Roles that come through a group are not listed.`,
    });
    const where = scope === undefined ? '' : ` on ${scopeLabel(scope, subscriptions)}`;
    const what = `${role?.name ?? 'a role'}${where}`;
    const identities = new Set(holdings.map(({ identity }) => fold(identity.id))).size;
    const card = answerCard(
      identities === 0 ? `No identity has ${what}` : `${count(identities, 'identity', 'identities')} with ${what}`,
      pages > 1 ? `Page ${page} of ${pages}` : undefined,
      blocks,
      [
        ...(shown[0] === undefined
          ? []
          : [
              {
                kind: 'command' as const,
                label: `Show ${shown[0].identity.name}`,
                command: `show ${quoteWord(shown[0].identity.id)}`,
              },
            ]),
        ...pageButtons(page, pages, (to) => context.rewrite('page', String(to))),
      ],
    );
    return withListFile(card, args.as, 'role-assignments', columns, () =>
      holdings.map(({ identity, assignment }) => ({
        identity: identity.name,
        resourceGroup: identity.resourceGroup,
        role: nameOf(assignment),
        scope: assignment.scope,
        inherited: isInherited(assignment),
        condition: assignment.condition ?? '',
        identityId: identity.id,
        assignmentId: assignment.id,
      })),
    );
  },
});
