// end ID: a temporary grant ends now. Who asked for it needs nobody's approval, since it only takes away; the removal is that of any end,
// by the one job that ends grants, so that it comes once whatever else ends it. For others it is a removal of the role, as with revoke.

import { checkActionRate } from './action-rate.ts';
import { throwIfFrozen } from './approvals/sign-in-checks.ts';
import { sourceOf, withSource } from './audit-context.ts';
import { requestLine } from './cards/request-status.ts';
import type { Answer, Interaction } from './chat.ts';
import { plainText } from './chat.ts';
import { revoke } from './commands/revoke.ts';
import { nothingChanged } from './common-texts.ts';
import type { Dependencies } from './dependencies.ts';
import { Fault } from './errors.ts';
import { grantsEndNow } from './execution/grant-transitions.ts';
import type { Args, WriteDefinition } from './grammar/define.ts';
import { findGrant, grantIsOver, grantsNamed, isOpen, requestOfGrant } from './grants/find-grant.ts';
import type { Grant } from './model/grant.ts';
import { accountOf, type Person, samePerson } from './model/person.ts';
import { definitionOf } from './operations/registry.ts';
import { createVisibility } from './visibility.ts';
import { guardRequests, requestNotFound } from './visible-requests.ts';

/** Builds `endAccess`. `revokeAs` requests a removal as if it was typed. */
export function createEndAccess(
  deps: Dependencies,
  revokeAs: (command: WriteDefinition, args: Args, person: Person, interaction: Interaction) => Promise<Answer>,
) {
  /** The removal of what a grant gave. Throws Fault where it is no role. */
  function removalOf({ id, operation }: Grant): Args {
    const change = definitionOf(operation).identityChange(operation);
    if (change?.kind !== 'gained') {
      throw new Fault('not-allowed', 'Only the person who requested this can end it.', { next: nothingChanged });
    }
    const { definitionId, scope } = change.role;
    return { name: change.identityId, role: definitionId, scope, reason: `Ends ${id}` };
  }

  /** Ends the grant, or all grants of the request, that `id` names. Throws Fault. */
  return async function endAccess(id: string, interaction: Interaction): Promise<Answer> {
    const by = await deps.people.resolvePerson(interaction.sender, interaction.location.conversation, true);
    const source = sourceOf(interaction);
    await checkActionRate(deps, by, source);
    const requestId = requestOfGrant(id);
    const visibility = createVisibility(deps.policy(), deps.factSources, by, deps.clock.now());
    const requests = guardRequests(deps.requests, visibility, by);
    const looked = await requests.get(requestId);
    if (!looked) throw requestNotFound(requestId);
    if (!samePerson(by, looked.requester)) {
      const { grant } = await findGrant({ requests, rewrite: (_param, value) => `end ${value}` }, id);
      return revokeAs(revoke, removalOf(grant), by, interaction);
    }
    await throwIfFrozen(deps.freezes, 'request.end', accountOf(interaction.sender));
    const after = await deps.requests.change(requestId, (current) => {
      const named = grantsNamed(current, id);
      // Twice is once.
      if (named.some((one) => one.state === 'active' && one.early)) return undefined;
      const open = named.filter(isOpen);
      if (open.length === 0) throw grantIsOver(named.at(-1) as Grant);
      const change = grantsEndNow(current, open, { how: 'ended', byName: by.name }, deps.clock.now(), by);
      return withSource(change, by.key, source);
    });
    deps.log.info({ request: requestId, grant: id }, 'temporary access ended by its requester');
    const line = after ? plainText(requestLine(after)) : requestId;
    return {
      kind: 'notice',
      text: `${line} The role is being removed now. Azure can take up to 10 minutes to apply that everywhere.`,
    };
  };
}
