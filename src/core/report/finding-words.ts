// A finding in one line, and the button that does something about it.

import { credentialRiskWords } from '../cards/credential-words.ts';
import type { Button, RichText } from '../chat.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import type { Subscription } from '../model/azure.ts';
import { subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Finding, FindingKind } from './findings.ts';

export const findingTitles: Readonly<Record<FindingKind, string>> = {
  orphaned: 'Orphaned',
  privileged: 'Privileged',
  'wide-subject': 'Risky credential',
  wide: 'Wide',
  twice: 'Twice',
  'near-assignments': 'Near 4,000 assignments',
  'near-credentials': 'Near 20 credentials',
  unused: 'Unused',
  'without-role': 'Without a role',
};

const labelOf = ({ subscriptionId }: Finding, subscriptions: readonly Subscription[]) =>
  scopeLabel(subscriptionScope(subscriptionId ?? ''), subscriptions);

/** `role`: the name of the assignment's role. */
export function findingSentence(finding: Finding, role: string, subscriptions: readonly Subscription[]): RichText {
  const { kind, identity, assignment, above, credential, risk, number = 0 } = finding;
  const title = findingTitles[kind];
  const where = assignment === undefined ? '' : scopeLabel(assignment.scope, subscriptions);
  const who = { strong: identity?.name ?? assignment?.principalId ?? '' };
  switch (kind) {
    case 'orphaned':
      return [`${title}: ${role} on ${where}; its principal `, who, ' is gone'];
    case 'privileged':
      return [`${title}: `, who, ` has ${role} on ${where}`];
    case 'wide-subject':
      return [
        `${title}: ${credential?.name ?? ''} of `,
        who,
        `. ${risk === undefined ? '' : credentialRiskWords(risk)}`,
      ];
    case 'wide':
      return [`${title}: `, who, ` has ${role} on the whole ${where}`];
    case 'twice':
      return [
        `${title}: `,
        who,
        ` has ${role} on ${where} and inherits it from ${scopeLabel(above?.scope ?? '', subscriptions)}`,
      ];
    case 'near-assignments':
      return [`${title}: `, { strong: labelOf(finding, subscriptions) }, ` has ${number.toLocaleString('en')}`];
    case 'near-credentials':
      return [`${title}: `, who, ` has ${number}`];
    case 'unused':
      return [
        `${title}: `,
        who,
        ` in ${identity?.resourceGroup ?? ''}: no resource that Identity Desk can see uses it, no federated credential, no temporary grant, no request in 90 days`,
      ];
    case 'without-role':
      return [`${title}: `, who, ` in ${identity?.resourceGroup ?? ''} holds no role`];
  }
}

/** A command that changes something shows its plan first. */
export function findingButton(finding: Finding, subscriptions: readonly Subscription[]): Button {
  const { kind, identity, assignment } = finding;
  const name = identity?.name ?? '';
  const id = quoteWord(identity?.id ?? '');
  const command = (label: string, line: string): Button => ({ kind: 'command', label, command: line });
  switch (kind) {
    case 'orphaned':
    case 'twice': {
      const from = identity?.name ?? assignment?.principalId.slice(0, 8) ?? '';
      return command(`Remove from ${from}`, `revoke --ids ${quoteWord(assignment?.id ?? '')}`);
    }
    case 'wide-subject':
    case 'near-credentials':
      return command(`Credentials of ${name}`, `credential list ${id}`);
    case 'near-assignments':
      return command(
        `Roles in ${labelOf(finding, subscriptions)}`,
        `who --scope ${quoteWord(subscriptionScope(finding.subscriptionId ?? ''))}`,
      );
    case 'unused':
      return command(`Delete ${name}`, `delete ${id}`);
    case 'privileged':
    case 'wide':
    case 'without-role':
      return command(`Show ${name}`, `show ${id}`);
  }
}
