// The identities that a person has requested and the roles assigned to them through the bot, computed from requests alone: it does
// not call Azure, so that the home page loads fast.

import { answerCard } from './cards/answer-cards.ts';
import type { Card, RichTextSpan } from './chat.ts';
import { count } from './format-text.ts';
import { fold, sameName } from './model/fold.ts';
import { grantOfOperation } from './model/grant.ts';
import type { Request } from './model/request.ts';
import { parseScope, resourceName } from './model/scope.ts';
import { shortScopeLabel } from './model/scope-label.ts';
import { definitionOf, identityIdsOf, type Operation } from './operations/registry.ts';
import type { Requests } from './ports.ts';

const maxLooked = 40;
const maxShown = 8;
const maxButtons = 4;

/** States of requests that may have changed Azure. */
const changing = ['executing', 'succeeded', 'failed'] as const;

interface HeldRole {
  readonly roleName: string;
  readonly scope: string;
  readonly endsAt?: string;
}

interface MyIdentity {
  readonly id: string;
  readonly roles: readonly HeldRole[];
}

/** Whether it only moves the end of what another request gave. */
function isExtension(operation: Operation): boolean {
  return definitionOf(operation).shared?.continues(operation)?.until !== undefined;
}

/** Replays all operations on an identity, oldest first. Undefined: it does not exist (any more). */
function replay(id: string, requests: readonly Request[]): MyIdentity | undefined {
  const roles = new Map<string, HeldRole>();
  let isThere = true;
  for (const request of requests) {
    for (const [index, { operation, state }] of request.operations.entries()) {
      const change = state === 'done' ? definitionOf(operation).identityChange(operation) : undefined;
      if (!change || !sameName(change.identityId, id)) continue;
      if (change.kind === 'deleted') {
        isThere = false;
        roles.clear();
      } else if (change.kind === 'gained' || change.kind === 'lost') {
        const { name: roleName, definitionId, scope } = change.role;
        const key = fold(`${scope} ${definitionId}`);
        const grant = grantOfOperation(request, index);
        // Another request gives it for longer, or prolongs what one gave: that one says until when.
        const isOthers = grant?.ending?.how === 'kept' || grant?.ending?.how === 'permanent';
        if (isOthers || isExtension(operation)) continue;
        const before = roles.get(key);
        if (change.kind === 'lost' || grant?.state === 'ended') roles.delete(key);
        else if (!grant) roles.set(key, { roleName, scope });
        // Of several the later end counts.
        else if (!before?.endsAt || before.endsAt < grant.endsAt) {
          roles.set(key, { roleName, scope, endsAt: grant.endsAt });
        }
      } else isThere = true;
    }
  }
  return isThere ? { id, roles: [...roles.values()] } : undefined;
}

function roleWords({ roleName, scope, endsAt }: HeldRole): RichTextSpan[] {
  const end: RichTextSpan[] = endsAt === undefined ? ['permanent'] : ['ends ', { time: endsAt }];
  return [`${roleName} on ${shortScopeLabel(scope)}, `, ...end];
}

/** The person's identities, newest first. Undefined where there is none. */
export async function myIdentitiesCard(requests: Requests, requesterKey: string): Promise<Card | undefined> {
  const { requests: mine } = await requests.list({ requesterKey, states: changing, limit: maxLooked });
  const done = mine.flatMap(({ operations }) => operations.filter(({ state }) => state === 'done'));
  const found: MyIdentity[] = [];
  for (const key of identityIdsOf(done.map(({ operation }) => operation))) {
    if (found.length > maxShown) break;
    const { requests: touching } = await requests.list({ identityId: key, states: changing, limit: maxLooked });
    // The id as it is written in Azure: keys are lower case.
    const written = touching.flatMap(({ operations }) =>
      operations.flatMap(({ operation }) => definitionOf(operation).touches(operation).identities),
    );
    const id = written.find((one) => fold(one) === key) ?? key;
    const identity = replay(id, touching.toReversed());
    if (identity) found.push(identity);
  }
  if (found.length === 0) return undefined;
  const shown = found.slice(0, maxShown);
  return answerCard(
    'Your identities',
    found.length > shown.length ? `The latest ${shown.length}` : count(found.length, 'identity', 'identities'),
    [
      {
        kind: 'list',
        items: shown.map(({ id, roles }) => [
          { strong: resourceName(id) },
          ` in ${parseScope(id)?.resourceGroup ?? '?'} · `,
          ...(roles.length === 0
            ? ['no role assigned here']
            : roles.flatMap((role, index) => [...(index > 0 ? ['; '] : []), ...roleWords(role)])),
        ]),
      },
    ],
    shown
      .slice(0, maxButtons)
      .map(({ id }) => ({ kind: 'command', label: `Show ${resourceName(id)}`, command: `show ${id}` })),
  );
}
