// What a request's card says and offers where somebody reports that a decision under their name was not theirs.

import type { Block, Button } from '../chat.ts';
import { grantOfOperation } from '../model/grant.ts';
import type { Request } from '../model/request.ts';
import { resourceName } from '../model/scope.ts';
import { definitionOf } from '../operations/registry.ts';
import { personWithAddress } from './request-status.ts';

/** Most buttons that undo something. */
const mostUndone = 2;

/** A notice for each decision that its owner disowns. */
export function disownedBlocks({ id, disowned = [] }: Request): Block[] {
  return disowned.map(({ by, verdict }) => ({
    kind: 'notice',
    level: 'danger',
    text: [
      ...personWithAddress(by),
      ` reports that the ${verdict === 'approve' ? 'approval' : 'denial'} in their name was not theirs. The chat account that gave it cannot decide until its owner signs in, or another approver enters `,
      { code: `unfreeze ${id}` },
      '.',
    ],
  }));
}

/** Buttons that ask for the undoing of what was done, as anybody may who is allowed to. Temporary access ends by itself. */
export function undoButtons(request: Request): Button[] {
  const isDue = request.disowned?.some(({ verdict, effect }) => verdict === 'approve' && effect !== 'voided');
  if (!isDue) return [];
  const buttons = request.operations.flatMap(({ operation, state }, index): Button[] => {
    const change = state === 'done' ? definitionOf(operation).identityChange(operation) : undefined;
    if (change?.kind === 'created') {
      const label = `Delete ${resourceName(change.identityId)}`;
      return [{ kind: 'command', label, command: `delete ${change.identityId}` }];
    }
    if (change?.kind !== 'gained' || grantOfOperation(request, index)) return [];
    const { name, definitionId, scope } = change.role;
    const command = `revoke ${change.identityId} --role ${definitionId} --scope ${scope}`;
    return [{ kind: 'command', label: `Remove role ${name}`, command }];
  });
  return buttons.toReversed().slice(0, mostUndone);
}
