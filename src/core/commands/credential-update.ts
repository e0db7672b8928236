// credential update: changes whom a federated credential lets sign in. Its name stays: Azure cannot change it.

import { answerCard } from '../cards/answer-cards.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { trustOf } from '../federation/presets.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Plan } from '../model/plan.ts';
import { sameTrust } from '../operations/federated-credential-write.ts';
import {
  audienceIn,
  credentialEffect,
  credentialFacts,
  credentialNamed,
  credentialParam,
  credentialsNow,
  credentialWarnings,
  resolvedCredential,
  throwUnlessRoom,
  workloadOf,
  workloadParams,
} from './credential-parts.ts';
import { identityParams, reasonParam } from './params.ts';
import { findIdentity } from './resolve-identity.ts';

export const credentialUpdate = defineWrite({
  name: 'credential update',
  policyCommand: 'credential',
  summary: 'Change the workload that a federated credential is for',
  examples: [
    'credential update uami-orders github-main --github contoso/orders --environment production',
    'credential update uami-orders github-main --subject repo:contoso/shop:environment:production',
  ],
  params: { ...identityParams, credential: credentialParam, ...workloadParams, reason: reasonParam },
  parse: (json) => resolvedCredential.parse(json),

  async resolve(context, args) {
    const workload = workloadOf(args);
    if (Object.values(workload).every((value) => value === undefined)) {
      throw new Fault('bad-input', 'Nothing to change is given.', {
        next: `Add --github OWNER/REPO, or --issuer, --subject or --audiences. ${nothingChanged}`,
        param: 'subject',
      });
    }
    const identity = await findIdentity(context, args);
    const all = await context.azure.federatedCredentials(identity.id);
    const before = credentialNamed(context, identity, all, args.credential);
    const trust = trustOf(workload, audienceIn(context.portal), before);
    const { id: identityId, principalId } = identity;
    return { identityId, principalId, name: before.name, ...trust, audiences: [...trust.audiences] };
  },

  async plan(context, given) {
    const now = await credentialsNow(context, given);
    const { identity, all, warnings } = now;
    const { name: _name, ...seen } = credentialNamed(context, identity, all, given.name);
    const before = { ...seen, audiences: [...seen.audiences] };
    const effects = [credentialEffect(identity, 'write')];
    if (sameTrust(before, given)) {
      return {
        card: answerCard(
          `The federated credential ${given.name} of ${identity.name} is so already`,
          nothingChanged,
          [],
          [{ kind: 'command', label: 'Federated credentials', command: `credential list ${identity.id}` }],
        ),
        effects,
      };
    }
    throwUnlessRoom(identity, given, all);
    const plan: Plan = {
      command: 'credential update',
      summary: `Change federated credential ${given.name} of ${identity.name}`,
      facts: credentialFacts(now, given, all.length, before),
      steps: [{ operation: { kind: 'federated-credential.write', ...given, before } }],
      effects,
      warnings: [
        ...warnings,
        { code: 'workload-loses-access', level: 'caution', params: { subject: before.subject || before.issuer } },
        ...credentialWarnings(given, all),
      ],
    };
    return { plan };
  },
});
