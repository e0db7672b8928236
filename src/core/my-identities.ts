// Which identities a person has asked for and what those hold through the bot, told from the requests alone: it asks Azure
// nothing, so that a person's page comes at once.

import { answerCard, count } from './cards/answer-cards.ts';
import type { Card, RichTextSpan } from './chat.ts';
import type { Operation } from './model/plan.ts';
import type { Request } from './model/request.ts';
import { parseScope } from './model/scope.ts';
import type { Requests } from './ports.ts';

const mostLooked = 40;
const mostShown = 8;
const mostButtons = 4;

/** Those that have changed Azure, a grant that has ended among them. */
const done = ['succeeded', 'active', 'revoked'] as const;

interface HeldRole {
  readonly roleName: string;
  readonly scope: string;
  readonly endsAt?: string;
}

interface MyIdentity {
  readonly id: string;
  readonly roles: readonly HeldRole[];
}

function identityOf(operation: Operation): string | undefined {
  if (operation.kind === 'identity.create' || operation.kind === 'identity.delete') return operation.id;
  return operation.kind === 'resource-group.create' ? undefined : operation.identityId;
}

/** What is left of an identity after all that was done to it, oldest first. Undefined: it was deleted. */
function fold(id: string, requests: readonly Request[]): MyIdentity | undefined {
  const roles = new Map<string, HeldRole>();
  let isGone = false;
  for (const { operations, state, endsAt } of requests) {
    for (const { operation, state: step } of operations) {
      if (step !== 'done' || identityOf(operation)?.toLowerCase() !== id.toLowerCase()) continue;
      if (operation.kind === 'identity.create') isGone = false;
      if (operation.kind === 'identity.delete') {
        isGone = true;
        roles.clear();
      }
      if (operation.kind !== 'role-assignment.create' && operation.kind !== 'role-assignment.delete') continue;
      const { roleName, scope, roleDefinitionId } = operation;
      const key = `${scope} ${roleDefinitionId}`.toLowerCase();
      if (operation.kind === 'role-assignment.delete' || state === 'revoked') roles.delete(key);
      else roles.set(key, { roleName, scope, ...(endsAt === undefined ? {} : { endsAt }) });
    }
  }
  return isGone ? undefined : { id, roles: [...roles.values()] };
}

function roleWords({ roleName, scope, endsAt }: HeldRole): RichTextSpan[] {
  const where = parseScope(scope)?.kind === 'subscription' ? 'the subscription' : (parseScope(scope)?.name ?? scope);
  return [`${roleName} on ${where}, `, ...(endsAt === undefined ? ['for good'] : ['ends ', { time: endsAt }])];
}

/** The person's identities, newest first. Undefined where there is none. */
export async function myIdentitiesCard(requests: Requests, requesterKey: string): Promise<Card | undefined> {
  const { requests: mine } = await requests.list({ requesterKey, states: done, limit: mostLooked });
  const ids = mine.flatMap(({ operations }) => operations.map(({ operation }) => identityOf(operation) ?? ''));
  const unique = new Map(ids.filter((id) => id !== '').map((id) => [id.toLowerCase(), id]));
  const found: MyIdentity[] = [];
  for (const id of unique.values()) {
    if (found.length > mostShown) break;
    const { requests: about } = await requests.list({ identityId: id, states: done, limit: mostLooked });
    const holding = fold(id, about.toReversed());
    if (holding) found.push(holding);
  }
  if (found.length === 0) return undefined;
  const shown = found.slice(0, mostShown);
  const nameOf = (id: string) => id.split('/').at(-1) ?? id;
  return answerCard(
    'Your identities',
    found.length > shown.length ? `The latest ${shown.length}` : count(found.length, 'identity', 'identities'),
    [
      {
        kind: 'list',
        items: shown.map(({ id, roles }) => [
          { strong: nameOf(id) },
          ` in ${parseScope(id)?.resourceGroup ?? '?'} · `,
          ...(roles.length === 0
            ? ['no role given here']
            : roles.flatMap((role, index) => [...(index > 0 ? ['; '] : []), ...roleWords(role)])),
        ]),
      },
    ],
    shown
      .slice(0, mostButtons)
      .map(({ id }) => ({ kind: 'command', label: `Show ${nameOf(id)}`, command: `show ${id}` })),
  );
}
