// credential list: who may sign in as an identity from elsewhere, what is dangerous in that, and how many more there can be.

import { answerCard } from '../cards/answer-cards.ts';
import { credentialRiskWords } from '../cards/credential-words.ts';
import type { Block } from '../chat.ts';
import { lintCredential } from '../federation/lint.ts';
import { defineRead } from '../grammar/define.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import { maxCredentials } from './credential-parts.ts';
import { identityParams } from './params.ts';
import { findIdentity } from './resolve-identity.ts';

export const credentialList = defineRead({
  name: 'credential list',
  // It shows what show shows.
  policyCommand: 'show',
  looksAt: 'identity',
  summary: 'List the federated credentials of an identity, with what is risky in them',
  examples: ['credential list uami-orders'],
  params: { ...identityParams },
  async run(context, args) {
    const identity = await findIdentity(context, args);
    const all = await context.azure.federatedCredentials(identity.id);
    const blocks = all.flatMap((one): Block[] => {
      const { name, issuer, subject, audiences } = one;
      const others = all.filter((other) => other !== one);
      return [
        { kind: 'text', style: 'heading', text: name },
        {
          kind: 'facts',
          facts: [
            { label: 'Issuer', value: issuer },
            { label: 'Subject', value: subject || 'by an expression' },
            { label: 'Audience', value: audiences.join(', ') || 'none' },
          ],
        },
        ...lintCredential(one, others).map(
          (finding): Block => ({ kind: 'notice', level: finding.level, text: credentialRiskWords(finding) }),
        ),
      ];
    });
    const id = quoteWord(identity.id);
    return answerCard(
      `Federated credentials of ${identity.name}`,
      `${all.length} of ${maxCredentials}`,
      blocks.length > 0
        ? blocks
        : [{ kind: 'text', style: 'subtle', text: 'No workload elsewhere can sign in as it.' }],
      [
        { kind: 'command', label: 'Add', command: `form credential add --name ${id}` },
        ...(all.length > 0
          ? [{ kind: 'command' as const, label: 'Remove', command: `form credential remove --name ${id}` }]
          : []),
        { kind: 'command', label: `Show ${identity.name}`, command: `show ${id}` },
      ],
    );
  },
});
