// requests and request: the list of requests, and one request with its history.

import { mayDecide } from '../approvals/requirements.ts';
import { asRequirements } from '../approvals/review-transitions.ts';
import { answerCard, pageButtons } from '../cards/answer-cards.ts';
import { auditWords } from '../cards/audit-words.ts';
import { requestCard } from '../cards/request-card.ts';
import { statusWords } from '../cards/state-words.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { asFileParam, withListFile } from '../list-file.ts';
import { samePerson } from '../model/person.ts';
import type { Request } from '../model/request.ts';
import { requestNotFound } from '../visible-requests.ts';
import { requestParam } from './params.ts';

const pageSize = 10;
/** Rows of the list as a file, newest first. */
const mostInFile = 2_000;
const columns = 'id state requester summary reason createdAt'.split(' ');
const fileRow = ({ id, state, requester, plan, reason, createdAt }: Request) => ({
  ...{ id, state, requester: requester.name, summary: plan.summary, reason, createdAt },
});

export const requests = defineRead({
  name: 'requests',
  looksAt: 'requests',
  summary: 'List requests: mine, pending or all',
  examples: ['requests', 'requests pending', 'requests all'],
  params: {
    which: {
      kind: 'word',
      label: 'Which',
      about: 'mine, pending or all',
      position: 0,
      choices: ['mine', 'pending', 'all'],
    },
    as: asFileParam,
    page: { kind: 'page', label: 'Page', about: 'page number', flags: ['--page'] },
  },
  async run(context, args) {
    const which = args.which ?? 'mine';
    const page = args.page ?? 1;
    const wanted = {
      ...(which === 'mine' ? { requesterKey: context.person.key } : {}),
      ...(which === 'pending' ? { states: ['pending'] as const } : {}),
    };
    const {
      requests: found,
      total,
      isCut,
    } = await context.requests.list({ ...wanted, limit: pageSize, offset: (page - 1) * pageSize });
    const what = { mine: 'request by you', pending: 'pending request', all: 'request' }[which] ?? 'request';
    const many = { mine: 'requests by you', pending: 'pending requests', all: 'requests' }[which] ?? 'requests';
    const pages = Math.max(1, Math.ceil(total / pageSize));
    if (total === 0) {
      const hint =
        which === 'mine' ? 'To make one, use create, grant, revoke or delete.' : 'There are no requests to show.';
      return answerCard(`No ${many}`, hint, []);
    }
    const inFile =
      args.as === undefined ? [] : (await context.requests.list({ ...wanted, limit: mostInFile })).requests;
    const card = answerCard(
      count(total, what, many),
      pages > 1 ? `Page ${Math.min(page, pages)} of ${pages}` : undefined,
      [
        {
          kind: 'list',
          items: found.map((one) => [
            { strong: one.id },
            ` ${one.plan.summary} · `,
            statusWords(one).label,
            ` · ${one.requester.name}, `,
            { time: one.createdAt },
          ]),
        },
        ...(isCut
          ? [
              {
                kind: 'notice' as const,
                level: 'note' as const,
                text: 'Older requests are not listed. To open one, use request ID.',
              },
            ]
          : []),
        { kind: 'text', style: 'subtle', text: ['For details: ', { code: `request ${found[0]?.id ?? 'R-…'}` }] },
      ],
      [
        // A card shows up to six buttons in a row; paging needs two of them.
        ...found
          .slice(0, pages > 1 ? 4 : 6)
          .map(({ id }) => ({ kind: 'command' as const, label: id, command: `request ${id}` })),
        ...pageButtons(Math.min(page, pages), pages, (to) => context.rewrite('page', String(to))),
      ],
    );
    return withListFile(card, args.as, 'requests', columns, () => inFile.map(fileRow));
  },
});

export const request = defineRead({
  name: 'request',
  looksAt: 'requests',
  summary: 'Show one request and its history',
  examples: ['request R-7K3F9Q'],
  params: {
    id: requestParam,
  },
  async run(context, args) {
    const found = await context.requests.get(args.id);
    if (!found) throw requestNotFound(args.id);
    const story = await context.audit.of(found.id);
    const isRequester = samePerson(context.person, found.requester);
    const asked = [...found.requirements, ...asRequirements(found.reviews ?? [])];
    const decides = mayDecide(context.facts, found.requester, context.person, asked).may;
    const card = requestCard(found, isRequester ? 'requester' : 'approvers');
    const buttons = card.buttons.filter(
      (button) => button.kind !== 'command' || !button.command.startsWith('request '),
    );
    return {
      ...card,
      blocks: [
        ...card.blocks,
        { kind: 'text', style: 'heading', text: 'History' },
        {
          kind: 'list',
          items: story.flatMap((entry) => {
            const line = auditWords(entry);
            if (line === undefined) return [];
            return [[{ time: entry.at }, ' · ', ...(typeof line === 'string' ? [line] : line)]];
          }),
        },
      ],
      buttons: isRequester || decides ? buttons : buttons.filter((button) => button.kind !== 'request'),
    };
  },
});
