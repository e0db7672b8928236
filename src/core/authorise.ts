// Authorises a command before it runs: whether the person may use it at all, and what its readers may return. The filter follows
// from `looksAt` in the command's definition; commands never evaluate the policy for a read themselves.

import { mightUse } from './approvals/policy.ts';
import { allNames, forShowing, gatherFacts } from './approvals/policy-facts.ts';
import { guardAudit } from './audit-visibility.ts';
import type { AzureReader } from './azure-ports.ts';
import type { AuthorisedContext } from './commands/context.ts';
import { nothingChanged, seeWhoami } from './common-texts.ts';
import { type ContextPort, createCommandContext, type Dependencies } from './dependencies.ts';
import { Fault } from './errors.ts';
import type { Args, ReadDefinition, WriteDefinition } from './grammar/define.ts';
import type { Person } from './model/person.ts';
import { createVisibility, guardIdentities, type IdentityAccess } from './visibility.ts';
import { guardRequests } from './visible-requests.ts';
import { guardRoles } from './visible-roles.ts';

function identityAccess(command: ReadDefinition | WriteDefinition): IdentityAccess {
  if (command.writes) return { kind: 'write', command: command.policyCommand };
  if (command.looksAt === 'identities' || command.looksAt === 'audit')
    return { kind: 'each', command: command.policyCommand };
  return command.looksAt === 'identity' ? { kind: 'named', command: command.policyCommand } : { kind: 'none' };
}

/** The context of the command for this person. Throws Fault 'not-allowed' where no rule lets them use the command at all. */
export async function authorise(
  deps: Pick<Dependencies, ContextPort | 'factSources'>,
  person: Person,
  command: ReadDefinition | WriteDefinition,
  args: Args,
): Promise<AuthorisedContext> {
  const policy = deps.policy();
  const { policyCommand } = command;
  const effects = policyCommand === undefined ? [] : [{ command: policyCommand, scope: '/' }];
  // Commands that the policy does not name, such as help and whoami, may show all of it.
  const names = policyCommand === undefined ? allNames(policy) : [];
  const facts = await gatherFacts(policy, { who: person, effects }, forShowing(deps.factSources), {
    names,
    withRosters: false,
  });
  if (policyCommand !== undefined && !mightUse(policy, facts, person, policyCommand)) {
    throw new Fault('not-allowed', `The policy does not allow you to use ${command.name}.`, {
      next: `${nothingChanged} ${seeWhoami}`,
    });
  }
  const visibility = createVisibility(policy, deps.factSources, person, deps.clock.now());
  const identities: AzureReader = guardIdentities(deps.azure, visibility, identityAccess(command));
  const azure =
    command.writes === false && command.looksAt === 'roles'
      ? guardRoles(identities, visibility, command.policyCommand)
      : identities;
  const requests = guardRequests(deps.requests, visibility, person);
  const context = createCommandContext({ ...deps, policy: () => policy }, person, command, args);
  const maySee = async (scopes: readonly string[]) => {
    const verdicts = await visibility.verdicts(policyCommand ?? '', scopes);
    return new Set(scopes.filter((scope) => verdicts.get(scope)?.kind === 'allowed'));
  };
  const isOfAudit = command.writes === false && command.looksAt === 'audit';
  return {
    ...context,
    record: isOfAudit
      ? guardAudit({ audit: deps.audit, requestOf: (id) => deps.requests.get(id), maySee })
      : context.record,
    azure,
    requests,
    audit: { of: async (id) => ((await requests.get(id)) ? deps.audit.of(id) : []) },
    facts,
    mayShow: async (id) => (await visibility.verdicts('show', [id])).get(id)?.kind === 'allowed',
    mayDecide: visibility.mayDecide,
    isAuthorised: true,
  };
}
