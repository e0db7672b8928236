// report: what is left over, unused, too wide, twice or near a limit among what the person may see. It changes nothing.

import type { AssignmentCount } from '../azure-ports.ts';
import { answerCard, pageButtons, paginate } from '../cards/answer-cards.ts';
import type { Block } from '../chat.ts';
import { asFault } from '../errors.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { asFileParam, withListFile } from '../list-file.ts';
import type { Found, RoleAssignment } from '../model/azure.ts';
import { subscriptionScope } from '../model/scope.ts';
import { findingButton, findingSentence, findingTitles } from '../report/finding-words.ts';
import { type Finding, type FindingKind, findingKinds, findingsOf } from '../report/findings.ts';
import { lookCloser } from '../report/look-closer.ts';
import type { CommandContext } from './context.ts';
import { rolesOf } from './role-names.ts';

/** A card shows up to six buttons in a row; paging needs two of them. */
const pageSize = 4;
const columns = [
  'finding',
  'identity',
  'role',
  'scope',
  'above',
  'principalId',
  'assignmentId',
  'credential',
  'detail',
];

/** The orphans, or why they are not known: no answer is not “there are none”. */
async function orphansOf(context: CommandContext): Promise<Found<RoleAssignment>> {
  try {
    return await context.azure.orphanedAssignments();
  } catch (error) {
    return { items: [], missing: [`orphaned assignments could not be looked for: ${asFault(error).message}`] };
  }
}

/** The counts of assignments, or why they are not known. */
async function countsOf(context: CommandContext): Promise<Found<AssignmentCount>> {
  try {
    return await context.azure.assignmentCounts();
  } catch (error) {
    return { items: [], missing: [`role assignments were not counted: ${asFault(error).message}`] };
  }
}

const isUnknown = ({ items, missing }: Found<unknown>) => items.length === 0 && missing.length > 0;

export const report = defineRead({
  name: 'report',
  policyCommand: 'report',
  policyLike: 'list',
  looksAt: 'identities',
  summary: 'Find what is orphaned, privileged, wide, twice, unused or near a limit',
  examples: ['report', 'report unused', 'report --as csv'],
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
    const [identities, assignments, orphans, counts, subscriptions] = await Promise.all([
      context.azure.identities({}),
      context.azure.allAssignments(),
      orphansOf(context),
      countsOf(context),
      context.azure.subscriptions(),
    ]);
    const [roleOf, closer] = await Promise.all([
      rolesOf(context.azure, [...assignments.items, ...orphans.items]),
      lookCloser(context, identities.items),
    ]);
    const every = findingsOf({
      identities: identities.items,
      assignments: assignments.items,
      orphans: orphans.items,
      roleOf,
      credentials: closer.credentials,
      unused: closer.unused,
      counts: counts.items,
    });
    // Where not all assignments were read, it is not known that an identity holds no role.
    const all = assignments.missing.length === 0 ? every : every.filter(({ kind }) => kind !== 'without-role');
    const found = all.filter(({ kind }) => args.kind === undefined || kind === args.kind);
    const { shown, page, pages } = paginate(found, args.page ?? 1, pageSize);
    const roleName = ({ assignment }: Finding) =>
      assignment === undefined ? '' : (roleOf(assignment)?.name ?? assignment.roleDefinitionId);
    const missing = [...new Set([identities, assignments, orphans, counts, closer].flatMap((one) => one.missing))];
    // No answer is not “none”: such a kind has no count.
    const unknown = new Set<FindingKind>([
      ...(isUnknown(orphans) ? (['orphaned'] as const) : []),
      ...(isUnknown(counts) ? (['near-assignments'] as const) : []),
      ...(assignments.missing.length > 0 ? (['without-role'] as const) : []),
    ]);
    const blocks: Block[] = [
      {
        kind: 'chart',
        title: 'Findings',
        bars: findingKinds
          .filter((kind) => !unknown.has(kind))
          .map((kind) => ({ label: findingTitles[kind], value: all.filter((one) => one.kind === kind).length })),
      },
      ...(shown.length === 0
        ? []
        : [{ kind: 'list', items: shown.map((one) => findingSentence(one, roleName(one), subscriptions)) } as const]),
      ...(missing.length === 0
        ? []
        : [{ kind: 'notice', level: 'caution', text: `The numbers are partial: ${missing.join('; ')}.` } as const]),
    ];
    const seen = count(identities.items.length, 'identity', 'identities');
    const card = answerCard(
      count(found.length, 'finding'),
      pages > 1 ? `In ${seen} · Page ${page} of ${pages}` : `In ${seen}`,
      blocks,
      [
        ...shown.map((one) => findingButton(one, subscriptions)),
        ...pageButtons(page, pages, (to) => context.rewrite('page', String(to))),
      ],
    );
    return withListFile(card, args.as, 'report', columns, () =>
      found.map((one) => ({
        finding: one.kind,
        identity: one.identity?.id ?? '',
        role: roleName(one),
        scope: one.assignment?.scope ?? (one.subscriptionId === undefined ? '' : subscriptionScope(one.subscriptionId)),
        above: one.above?.scope ?? '',
        principalId: one.assignment?.principalId ?? one.identity?.principalId ?? '',
        assignmentId: one.assignment?.id ?? '',
        credential: one.credential?.name ?? '',
        detail: one.risk?.risk ?? one.number ?? '',
      })),
    );
  },
});
