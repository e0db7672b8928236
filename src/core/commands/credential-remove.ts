// credential remove: a workload elsewhere can no longer sign in as an identity. What runs there stops, so it is always reviewed first.

import { z } from 'zod';
import { defineWrite } from '../grammar/define.ts';
import type { Plan } from '../model/plan.ts';
import {
  credentialEffect,
  credentialFacts,
  credentialNamed,
  credentialParam,
  credentialsNow,
} from './credential-parts.ts';
import { identityParams, reasonParam } from './params.ts';
import { findIdentity } from './resolve-identity.ts';

export const credentialRemove = defineWrite({
  name: 'credential remove',
  policyCommand: 'credential',
  summary: 'Remove a federated credential from an identity',
  examples: ['credential remove uami-orders github-main --reason moved to environments'],
  params: { ...identityParams, credential: credentialParam, reason: reasonParam },
  parse: (json) => z.object({ identityId: z.string(), principalId: z.string(), name: z.string() }).parse(json),

  async resolve(context, args) {
    const identity = await findIdentity(context, args);
    const all = await context.azure.federatedCredentials(identity.id);
    const { name } = credentialNamed(context, identity, all, args.credential);
    return { identityId: identity.id, principalId: identity.principalId, name };
  },

  async plan(context, given) {
    const now = await credentialsNow(context, given);
    const { identity, all, warnings } = now;
    const found = credentialNamed(context, identity, all, given.name);
    const about = { ...given, ...found, audiences: [...found.audiences] };
    const subject = found.subject || found.issuer;
    const plan: Plan = {
      command: 'credential remove',
      summary: `Remove federated credential ${found.name} from ${identity.name}`,
      facts: credentialFacts(now, about, all.length - 1),
      steps: [{ operation: { kind: 'federated-credential.delete', ...about } }],
      effects: [credentialEffect(identity, 'delete')],
      warnings: [...warnings, { code: 'workload-loses-access', level: 'danger', params: { subject } }],
    };
    return { plan };
  },
});
