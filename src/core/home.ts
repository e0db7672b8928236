// A person's home page: requests that need their approval, their own requests with status, and the commands that they can start.

import { approversOf } from './approvals/judge-request.ts';
import { mightUse } from './approvals/policy.ts';
import { allNames, type FactSources, forShowing, gatherFacts } from './approvals/policy-facts.ts';
import { mayDecide } from './approvals/requirements.ts';
import { asRequirements, openReviews } from './approvals/review-transitions.ts';
import { answerCard, errorCard } from './cards/answer-cards.ts';
import { requestCard } from './cards/request-card.ts';
import { statusWords } from './cards/state-words.ts';
import type { BotApi, Button, Card } from './chat.ts';
import { asFault } from './errors.ts';
import { count } from './format-text.ts';
import { commands } from './grammar/registry.ts';
import type { Grants } from './grant-ports.ts';
import type { Policy } from './model/policy.ts';
import type { Request } from './model/request.ts';
import { myGrantsCard } from './my-grants.ts';
import { myIdentitiesCard } from './my-identities.ts';
import type { People } from './people.ts';
import type { Requests } from './ports.ts';

const maxWaiting = 5;
const maxMine = 10;
const maxButtons = 4;

function mineCard(mine: readonly Request[], total: number): Card {
  if (total === 0) return answerCard('Your requests', 'You have no requests yet.', []);
  return answerCard(
    'Your requests',
    total > mine.length ? `The latest ${mine.length} of ${total}` : count(total, 'request'),
    [
      {
        kind: 'list',
        items: mine.map((request) => {
          const end = request.grants.find(({ state }) => state === 'active')?.endsAt;
          return [
            { strong: request.id },
            ` ${request.plan.summary} · ${statusWords(request).label} · `,
            ...(end === undefined ? [{ time: request.createdAt }] : ['ends ', { time: end }]),
          ];
        }),
      },
    ],
    [
      ...mine.slice(0, maxButtons).map(({ id }) => ({ kind: 'command' as const, label: id, command: `request ${id}` })),
      ...(total > maxButtons ? [{ kind: 'command' as const, label: 'View all', command: 'requests mine' }] : []),
    ],
  );
}

/** Builds the home page: cards in the order shown. Errors become a card; it never throws. */
export function createHome(deps: {
  requests: Requests;
  grants: Grants;
  people: People;
  policy: () => Policy;
  factSources: FactSources;
}): BotApi['home'] {
  return async function home(sender) {
    try {
      const person = await deps.people.resolvePerson(sender, '');
      const policy = deps.policy();
      const [pending, unreviewed, mine, holdings, temporary] = await Promise.all([
        deps.requests.list({ states: ['pending'], limit: 50 }),
        deps.requests.list({ needsReview: true, limit: 50 }),
        deps.requests.list({ requesterKey: person.key, limit: maxMine }),
        myIdentitiesCard(deps.requests, person.key),
        myGrantsCard(deps.grants, person.key),
      ]);
      const facts = await gatherFacts(policy, { who: person, effects: [] }, forShowing(deps.factSources), {
        people: [person, ...pending.requests.flatMap(approversOf)],
        requirements: [
          ...pending.requests.flatMap(({ requirements }) => requirements),
          ...unreviewed.requests.flatMap((request) => asRequirements(openReviews(request))),
        ],
        names: allNames(policy),
        withRosters: false,
      });
      const waiting = pending.requests.filter(
        (request) => mayDecide(facts, request.requester, person, request.requirements, approversOf(request)).may,
      );
      const reviews = unreviewed.requests.filter(
        (request) => mayDecide(facts, request.requester, person, asRequirements(openReviews(request))).may,
      );
      const start: Button[] = commands
        .filter(
          ({ writes, policyCommand }) =>
            writes === true && policyCommand !== undefined && mightUse(policy, facts, person, policyCommand),
        )
        .map(({ name, summary }) => ({ kind: 'command', label: summary.split(',')[0] ?? name, command: name }));
      const open: Button[] = [...start, { kind: 'command', label: 'List identities', command: 'list' }];
      return [
        answerCard(`Hello ${person.name}`, 'What would you like to do?', [], open),
        ...(waiting.length > 0
          ? [answerCard('Needs your approval', count(waiting.length, 'request'), [])]
          : [answerCard('Needs your approval', 'No requests need your approval.', [])]),
        ...waiting.slice(0, maxWaiting).map((request) => requestCard(request, 'approvers')),
        ...(waiting.length > maxWaiting
          ? [
              answerCard(
                'More requests',
                `${waiting.length - maxWaiting} more need your approval`,
                [],
                [{ kind: 'command', label: 'View all pending', command: 'requests pending' }],
              ),
            ]
          : []),
        ...(reviews.length > 0 ? [answerCard('Needs your review', count(reviews.length, 'request'), [])] : []),
        ...reviews.slice(0, maxWaiting).map((request) => requestCard(request, 'approvers')),
        ...(temporary ? [temporary] : []),
        mineCard(mine.requests, mine.total),
        ...(holdings ? [holdings] : []),
      ];
    } catch (error) {
      return [errorCard(asFault(error))];
    }
  };
}
