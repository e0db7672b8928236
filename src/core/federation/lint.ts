// What is dangerous or useless in a federated credential: subjects and issuers that match more than is meant, can be fooled, or match
// nothing. Pure, so that a list, a plan and a report say the same. Azure compares issuer, subject and audience letter by letter.
// Source: entra-docs workload-identity-federation-considerations, and the issuers' own documentation of their claims.

import type { FederatedCredential } from '../model/azure.ts';
import { fold } from '../model/fold.ts';
import { isGuid } from '../model/scope.ts';
import { githubIssuer, gitlabIssuer, terraformIssuer, usualAudience } from './presets.ts';

/** What may be wrong with a credential. */
export type CredentialRisk =
  | 'pull-request'
  | 'wildcard'
  | 'flexible'
  | 'http-issuer'
  | 'issuer-without-tenant'
  | 'subject-without-owner'
  | 'other-audience'
  | 'open-branch'
  | 'open-tag'
  | 'differs-by-case'
  | 'trailing-slash'
  | 'no-trailing-slash'
  | 'default-service-account'
  | 'plan-phase';

/** A risk, and the words of the credential that it is about. */
export interface CredentialFinding {
  readonly risk: CredentialRisk;
  readonly level: 'caution' | 'danger';
  readonly what: string;
}

type Trust = Omit<FederatedCredential, 'name'>;

const audiences = [usualAudience, `${usualAudience}USGov`, `${usualAudience}China`];
/** The claims by which a shared issuer tells whose workload it is. */
const owned: readonly (readonly [issuer: string, claim: RegExp])[] = [
  [githubIssuer, /^(repo|repository_owner|enterprise|job_workflow_ref|repository_owner_id|repository_id):[^:*?]+/i],
  [gitlabIssuer, /^(project_path:[^:*?/]+\/|project_id:\d|namespace_)/i],
  [terraformIssuer, /^organization:[^:*?]+:/i],
];

const bare = (issuer: string) => fold(issuer).replace(/\/+$/, '');

/** Issuers that every customer of a provider shares, unless the path says whose it is. */
function lacksTenant(issuer: string): boolean {
  const [, host = '', path = ''] = /^https?:\/\/([^/]+)\/?(.*?)\/?$/i.exec(fold(issuer)) ?? [];
  const [first = ''] = path.split('/');
  if (/^(login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net)$/.test(host))
    return !isGuid(first);
  if (host === 'vstoken.dev.azure.com') return !isGuid(first);
  if (/^oidc\.eks\.[^.]+\.amazonaws\.com$/.test(host)) return !/^id\/[^/]+$/.test(path);
  if (/\.oic\.prod-aks\.azure\.com$/.test(host)) return !/^[^/]+\/[^/]+$/.test(path);
  if (host === 'container.googleapis.com') return !/^v1\/projects\/[^/]+\//.test(path);
  return false;
}

/** Whether a branch or tag is one that is usually protected. */
const isUsuallyProtected = (ref: string) => /^(main|master|production|prod|release)$/i.test(ref);

/** The risks of a credential beside the others of its identity, worst first. */
export function lintCredential(
  given: Trust,
  others: readonly FederatedCredential[] = [],
): readonly CredentialFinding[] {
  const { issuer, subject } = given;
  const found: CredentialFinding[] = [];
  const add = (risk: CredentialRisk, level: CredentialFinding['level'], what: string) => {
    found.push({ risk, level, what });
  };
  if (subject === '') add('flexible', 'danger', issuer);
  if (/[*?]/.test(subject)) add('wildcard', 'danger', subject);
  if (/^http:/i.test(issuer)) add('http-issuer', 'danger', issuer);
  if (lacksTenant(issuer)) add('issuer-without-tenant', 'danger', issuer);
  const shared = owned.find(([one]) => bare(one) === bare(issuer));
  if (shared && subject !== '' && !shared[1].test(subject)) add('subject-without-owner', 'danger', subject);
  if (/(^|:)pull_request($|:)/i.test(subject)) add('pull-request', 'danger', subject);
  const audience = given.audiences.find((one) => !audiences.includes(one));
  if (audience !== undefined || given.audiences.length === 0) add('other-audience', 'caution', audience ?? '');
  const branch = /:ref:refs\/heads\/(.+)$/.exec(subject)?.[1] ?? /:ref_type:branch:ref:(.+)$/.exec(subject)?.[1];
  if (branch !== undefined && !isUsuallyProtected(branch)) add('open-branch', 'caution', branch);
  const tag = /:ref:refs\/tags\/(.+)$/.exec(subject)?.[1] ?? /:ref_type:tag:ref:(.+)$/.exec(subject)?.[1];
  if (tag !== undefined) add('open-tag', 'caution', tag);
  if (/^system:serviceaccount:[^:]+:default$/.test(subject)) add('default-service-account', 'caution', subject);
  if (bare(issuer) === bare(terraformIssuer) && /:run_phase:plan$/.test(subject)) add('plan-phase', 'caution', subject);
  if (shared && issuer !== shared[0]) {
    add(issuer.endsWith('/') ? 'trailing-slash' : 'differs-by-case', 'caution', `${issuer}, not ${shared[0]}`);
  } else if (/\.oic\.prod-aks\.azure\.com\/[^/]+\/[^/]+$/i.test(issuer)) add('no-trailing-slash', 'caution', issuer);
  const twin = others.find(
    (one) =>
      (one.issuer !== issuer || one.subject !== subject) &&
      bare(one.issuer) === bare(issuer) &&
      fold(one.subject) === fold(subject),
  );
  if (twin && subject !== '') add('differs-by-case', 'caution', `like ${twin.name}`);
  return found.sort((a, b) => Number(b.level === 'danger') - Number(a.level === 'danger'));
}
