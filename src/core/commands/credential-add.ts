// credential add: lets a workload elsewhere sign in as an identity, without a secret.

import { answerCard } from '../cards/answer-cards.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { credentialName, trustOf } from '../federation/presets.ts';
import { defineWrite } from '../grammar/define.ts';
import { sameName } from '../model/fold.ts';
import type { Plan } from '../model/plan.ts';
import { sameTrust } from '../operations/federated-credential-write.ts';
import {
  audienceIn,
  credentialEffect,
  credentialFacts,
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

const { position: _position, isRequired: _isRequired, ...nameParam } = credentialParam;

export const credentialAdd = defineWrite({
  name: 'credential add',
  policyCommand: 'credential',
  summary: 'Let a workload sign in as an identity, by a federated credential',
  examples: [
    'credential add uami-orders --github contoso/orders --environment production',
    'credential add uami-orders --gitlab contoso/orders --branch main',
    'credential add uami-orders --kubernetes https://oidc.contoso.com/aks-1/ --namespace shop --service-account orders',
    'credential add uami-orders --terraform-cloud contoso/shop/orders-prod --phase apply',
    'credential add uami-orders --issuer https://accounts.google.com --subject 112633961854638529490',
  ],
  params: {
    ...identityParams,
    ...workloadParams,
    credential: {
      ...nameParam,
      about: 'a name for the federated credential; default: from the workload',
      isLineOnly: true,
    },
    reason: reasonParam,
  },
  parse: (json) => resolvedCredential.parse(json),

  async resolve(context, args) {
    const trust = trustOf(workloadOf(args), audienceIn(context.portal));
    const identity = await findIdentity(context, args);
    const all = await context.azure.federatedCredentials(identity.id);
    const name =
      args.credential ??
      credentialName(
        workloadOf(args),
        trust,
        all.map((one) => one.name),
      );
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/.test(name)) {
      throw new Fault('bad-input', `“${name.slice(0, 130)}” is not a name for a federated credential.`, {
        next: `Enter 3 to 120 letters, digits, hyphens or underscores with --credential. ${nothingChanged}`,
        param: 'credential',
      });
    }
    return {
      identityId: identity.id,
      principalId: identity.principalId,
      name,
      ...trust,
      audiences: [...trust.audiences],
    };
  },

  async plan(context, given) {
    const now = await credentialsNow(context, given);
    const { identity, all, warnings } = now;
    const effects = [credentialEffect(identity, 'write')];
    const named = all.find(({ name }) => sameName(name, given.name));
    if (named && sameTrust(named, given)) {
      return {
        card: answerCard(
          `${identity.name} has the federated credential ${named.name} already`,
          nothingChanged,
          [],
          [{ kind: 'command', label: 'Federated credentials', command: `credential list ${identity.id}` }],
        ),
        effects,
      };
    }
    throwUnlessRoom(identity, given, all);
    if (named) {
      throw new Fault('bad-input', `${identity.name} has another federated credential of the name ${named.name}.`, {
        next: `${nothingChanged} Use another name, or credential update.`,
        param: 'credential',
      });
    }
    const plan: Plan = {
      command: 'credential add',
      summary: `Add federated credential ${given.name} to ${identity.name}`,
      facts: credentialFacts(now, given, all.length + 1),
      steps: [{ operation: { kind: 'federated-credential.write', ...given } }],
      effects,
      warnings: [...warnings, ...credentialWarnings(given, all)],
    };
    return { plan };
  },
});
