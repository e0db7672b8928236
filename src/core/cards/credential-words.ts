// The text about what is dangerous or useless in a federated credential.

import type { CredentialFinding, CredentialRisk } from '../federation/lint.ts';

const words: Readonly<Record<CredentialRisk, (what: string) => string>> = {
  'pull-request': () => 'Whoever can open a pull request runs code with this access, before anyone has reviewed it.',
  wildcard: (what) =>
    `Azure compares the subject letter by letter: “${what}” is no pattern. Tokens match only where they say just that, and a pattern elsewhere would match more than is meant.`,
  flexible: () => 'It matches by an expression, not by one subject: check in the Azure portal what it lets in.',
  'http-issuer': () =>
    'The issuer is not read over https, so whoever is on the way can put their own keys in its place.',
  'issuer-without-tenant': (what) =>
    `${what} is shared by all customers of its provider: it names no tenant, so anybody’s token may match.`,
  'subject-without-owner': (what) =>
    `The issuer is shared by all of its customers, and the subject “${what}” does not say whose workload it is: anybody’s may match.`,
  'other-audience': (what) =>
    `${what === '' ? 'No audience' : `The audience ${what}`}: tokens that are made for something else could be used here. Azure’s usual one is api://AzureADTokenExchange.`,
  'open-branch': (what) =>
    `Whoever can push to the branch ${what} gets this access. Protect it, or use an environment with reviewers.`,
  'open-tag': (what) =>
    `Whoever can push the tag ${what} gets this access. Protect tags, or use an environment with reviewers.`,
  'differs-by-case': (what) =>
    `Differs only in upper and lower case or a slash (${what}): Azure tells these apart, so one of them matches nothing.`,
  'trailing-slash': (what) =>
    `The issuer ends with a slash (${what}): Azure tells them apart, so that no token matches.`,
  'no-trailing-slash': (what) => `Issuers of AKS end with a slash, and ${what} does not: no token matches.`,
  'default-service-account': () => 'Every pod of the namespace that names no service account gets this access.',
  'plan-phase': () => 'Plans also run for proposed changes, before anyone has approved them.',
};

/** A finding in one or two sentences. */
export function credentialRiskWords({ risk, what }: Pick<CredentialFinding, 'risk' | 'what'>): string {
  return words[risk](what);
}
