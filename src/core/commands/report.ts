// report: what is left over, too wide or twice among the identities that the person may see. It changes nothing.

import { answerCard, pageButtons, paginate } from '../cards/answer-cards.ts';
import type { Block, Button, RichText } from '../chat.ts';
import { asFault } from '../errors.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import { asFileParam, withListFile } from '../list-file.ts';
import type { Found, RoleAssignment, Subscription } from '../model/azure.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { type Finding, type FindingKind, findingKinds, findingsOf } from '../report/findings.ts';
import type { CommandContext } from './context.ts';
import { rolesOf } from './role-names.ts';

/** A card shows up to six buttons in a row; paging needs two of them. */
const pageSize = 4;
const columns = ['finding', 'identity', 'role', 'scope', 'above', 'principalId', 'assignmentId'];

const titles: Readonly<Record<FindingKind, string>> = {
  orphaned: 'Orphaned',
  privileged: 'Privileged',
  wide: 'Wide',
  twice: 'Twice',
  'without-role': 'Without a role',
};

/** The orphans, or why they are not known: no answer is not “there are none”. */
async function orphansOf(context: CommandContext): Promise<Found<RoleAssignment>> {
  try {
    return await context.azure.orphanedAssignments();
  } catch (error) {
    return { items: [], missing: [`orphaned assignments could not be looked for: ${asFault(error).message}`] };
  }
}

function sentence(
  { kind, identity, assignment, above }: Finding,
  role: string,
  subscriptions: readonly Subscription[],
): RichText {
  const where = assignment === undefined ? '' : scopeLabel(assignment.scope, subscriptions);
  const who = { strong: identity?.name ?? assignment?.principalId ?? '' };
  switch (kind) {
    case 'orphaned':
      return [`${titles[kind]}: ${role} on ${where}; its principal `, who, ' is gone'];
    case 'privileged':
      return [`${titles[kind]}: `, who, ` has ${role} on ${where}`];
    case 'wide':
      return [`${titles[kind]}: `, who, ` has ${role} on the whole ${where}`];
    case 'twice':
      return [
        `${titles[kind]}: `,
        who,
        ` has ${role} on ${where} and inherits it from ${scopeLabel(above?.scope ?? '', subscriptions)}`,
      ];
    case 'without-role':
      return [`${titles[kind]}: `, who, ` in ${identity?.resourceGroup ?? ''} holds no role`];
  }
}

function buttonOf({ kind, identity, assignment }: Finding): Button {
  if (assignment === undefined || kind === 'privileged' || kind === 'wide') {
    return { kind: 'command', label: `Show ${identity?.name ?? ''}`, command: `show ${quoteWord(identity?.id ?? '')}` };
  }
  const name = identity?.name ?? assignment.principalId.slice(0, 8);
  return { kind: 'command', label: `Remove from ${name}`, command: `revoke --ids ${quoteWord(assignment.id)}` };
}

export const report = defineRead({
  name: 'report',
  policyCommand: 'report',
  policyLike: 'list',
  looksAt: 'identities',
  summary: 'Find what is orphaned, privileged, wide or twice',
  examples: ['report', 'report orphaned', 'report --as csv'],
  params: {
    kind: {
      kind: 'word',
      label: 'Finding',
      about: findingKinds.join(', '),
      position: 0,
      choices: findingKinds,
    },
    as: asFileParam,
    page: { kind: 'page', label: 'Page', about: 'page number', flags: ['--page'] },
  },
  async run(context, args) {
    const [identities, assignments, orphans, subscriptions] = await Promise.all([
      context.azure.identities({}),
      context.azure.allAssignments(),
      orphansOf(context),
      context.azure.subscriptions(),
    ]);
    const roleOf = await rolesOf(context.azure, [...assignments.items, ...orphans.items]);
    const every = findingsOf({
      identities: identities.items,
      assignments: assignments.items,
      orphans: orphans.items,
      roleOf,
    });
    // Where not all assignments were read, it is not known that an identity holds no role.
    const all = assignments.missing.length === 0 ? every : every.filter(({ kind }) => kind !== 'without-role');
    const found = all.filter(({ kind }) => args.kind === undefined || kind === args.kind);
    const { shown, page, pages } = paginate(found, args.page ?? 1, pageSize);
    const roleName = ({ assignment }: Finding) =>
      assignment === undefined ? '' : (roleOf(assignment)?.name ?? assignment.roleDefinitionId);
    const missing = [...new Set([...identities.missing, ...assignments.missing, ...orphans.missing])];
    const blocks: Block[] = [
      {
        kind: 'facts',
        facts: findingKinds.map((kind) => ({
          label: titles[kind],
          value: all.filter((one) => one.kind === kind).length.toLocaleString('en'),
        })),
      },
      ...(shown.length === 0
        ? []
        : [{ kind: 'list', items: shown.map((one) => sentence(one, roleName(one), subscriptions)) } as const]),
      ...(missing.length === 0
        ? []
        : [{ kind: 'notice', level: 'caution', text: `The numbers are partial: ${missing.join('; ')}.` } as const]),
    ];
    const seen = count(identities.items.length, 'identity', 'identities');
    const card = answerCard(
      count(found.length, 'finding'),
      pages > 1 ? `In ${seen} · Page ${page} of ${pages}` : `In ${seen}`,
      blocks,
      [...shown.map(buttonOf), ...pageButtons(page, pages, (to) => context.rewrite('page', String(to)))],
    );
    return withListFile(card, args.as, 'report', columns, () =>
      found.map((one) => ({
        finding: one.kind,
        identity: one.identity?.id ?? '',
        role: roleName(one),
        scope: one.assignment?.scope ?? '',
        above: one.above?.scope ?? '',
        principalId: one.assignment?.principalId ?? one.identity?.principalId ?? '',
        assignmentId: one.assignment?.id ?? '',
      })),
    );
  },
});
