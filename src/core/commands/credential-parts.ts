// What the commands about federated credentials share: how a workload is named, how a credential is found, facts and warnings.

import { z } from 'zod';
import { seeList } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { lintCredential } from '../federation/lint.ts';
import { usualAudience } from '../federation/presets.ts';
import type { ArgsOf } from '../grammar/define.ts';
import type { FederatedCredential, Identity } from '../model/azure.ts';
import { sameName } from '../model/fold.ts';
import type { Effect } from '../model/plan.ts';
import type { Warning } from '../model/warning.ts';
import type { Portal } from '../portal.ts';
import type { CommandContext } from './context.ts';
import { locksOf, lockWarnings, subscriptionFact } from './plan-parts.ts';

/** Most credentials of one identity. Source: workload-identity-federation-considerations. */
export const maxCredentials = 20;

/** The parameters that say which workload is trusted. */
export const workloadParams = {
  github: {
    kind: 'claim',
    label: 'GitHub repository',
    about: 'a repository whose workflows may sign in',
    flags: ['--github'],
    example: 'contoso/orders',
  },
  gitlab: {
    kind: 'claim',
    label: 'GitLab project',
    about: 'a project whose pipelines may sign in',
    flags: ['--gitlab'],
    example: 'contoso/orders',
  },
  branch: {
    kind: 'claim',
    label: 'Branch',
    about: 'the branch, for GitHub and GitLab',
    flags: ['--branch'],
    example: 'main',
  },
  environment: {
    kind: 'claim',
    label: 'Environment',
    about: 'the environment, for GitHub',
    flags: ['--environment'],
    example: 'production',
  },
  tag: { kind: 'claim', label: 'Git tag', about: 'the tag, for GitHub and GitLab', flags: ['--tag'], example: 'v2' },
  pullRequest: {
    kind: 'switch',
    label: 'Pull requests',
    about: 'every pull request, for GitHub',
    flags: ['--pull-request'],
  },
  kubernetes: {
    kind: 'claim',
    label: 'Kubernetes issuer',
    about: 'the OIDC issuer URL of a cluster',
    flags: ['--kubernetes'],
  },
  namespace: {
    kind: 'claim',
    label: 'Namespace',
    about: 'the namespace, for Kubernetes',
    flags: ['--namespace'],
    example: 'shop',
  },
  serviceAccount: {
    kind: 'claim',
    label: 'Service account',
    about: 'the service account, for Kubernetes',
    flags: ['--service-account'],
    example: 'orders',
  },
  terraformCloud: {
    kind: 'claim',
    label: 'HCP Terraform workspace',
    about: 'organization, project and workspace',
    flags: ['--terraform-cloud'],
    example: 'contoso/shop/orders-prod',
  },
  phase: {
    kind: 'claim',
    label: 'Run phase',
    about: 'plan or apply, for HCP Terraform',
    flags: ['--phase'],
    choices: ['plan', 'apply'],
  },
  issuer: {
    kind: 'claim',
    label: 'Issuer',
    about: 'the issuer of any other workload, or of a server of your own',
    flags: ['--issuer'],
  },
  subject: { kind: 'claim', label: 'Subject', about: 'the subject of any other workload', flags: ['--subject'] },
  audiences: {
    kind: 'claim',
    label: 'Audience',
    about: `the audience; default: ${usualAudience}`,
    flags: ['--audiences'],
    isLineOnly: true,
  },
} as const;

/** The parameter that names a credential. */
export const credentialParam = {
  kind: 'claim',
  label: 'Credential',
  about: 'the name of the federated credential',
  flags: ['--credential'],
  position: 1,
  isRequired: true,
} as const;

type WorkloadArgs = ArgsOf<typeof workloadParams>;

/** The words about the workload alone, of all arguments. */
export function workloadOf(args: WorkloadArgs): WorkloadArgs {
  return Object.fromEntries(Object.keys(workloadParams).map((key) => [key, args[key as keyof WorkloadArgs]]));
}

/** The audience that Azure expects in the cloud of this portal. */
export function audienceIn({ origin }: Portal): string {
  return `${usualAudience}${origin.endsWith('.us') ? 'USGov' : origin.endsWith('.cn') ? 'China' : ''}`;
}

const trust = z.object({ issuer: z.string(), subject: z.string(), audiences: z.array(z.string()) });

export const resolvedCredential = z.object({
  identityId: z.string(),
  principalId: z.string(),
  name: z.string(),
  ...trust.shape,
});
type Resolved = z.infer<typeof resolvedCredential>;

/** The credential of that name. Throws Fault 'not-found' with the nearest. */
export function credentialNamed(
  { textTools }: Pick<CommandContext, 'textTools'>,
  identity: Identity,
  all: readonly FederatedCredential[],
  name: string,
): FederatedCredential {
  const found = all.find((one) => sameName(one.name, name));
  if (found) return found;
  const near = textTools.nearest(
    name,
    all.map((one) => one.name),
    3,
  );
  throw new Fault('not-found', `${identity.name} has no federated credential “${name.slice(0, 120)}”.`, {
    next: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Run credential list ${identity.name} to see them.`,
    param: 'credential',
  });
}

/** The identity, its credentials and what a plan needs besides, as they are now. Throws Fault where it is gone. */
export async function credentialsNow(
  { azure }: Pick<CommandContext, 'azure'>,
  given: Omit<Resolved, 'name' | 'issuer' | 'subject' | 'audiences'>,
) {
  const [identity, all, locks, subscriptions] = await Promise.all([
    azure.identity(given.identityId),
    azure.federatedCredentials(given.identityId),
    locksOf(azure, given.identityId),
    azure.subscriptions(),
  ]);
  if (!identity || identity.principalId !== given.principalId) {
    throw new Fault('not-found', 'This identity no longer exists.', { next: seeList });
  }
  return { identity, all, subscriptions, warnings: lockWarnings(locks, 'change') };
}

type Now = Awaited<ReturnType<typeof credentialsNow>>;

/** The effect for the policy. */
export function credentialEffect(identity: Identity, verb: 'write' | 'delete'): Effect {
  return {
    command: 'credential',
    scope: identity.id,
    action: `Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/${verb}`,
    identity: identity.id,
  };
}

/** The warnings about a credential that is about to be made. */
export function credentialWarnings(given: Resolved, all: readonly FederatedCredential[]): Warning[] {
  const others = all.filter(({ name }) => !sameName(name, given.name));
  return lintCredential(given, others).map(({ risk, level, what }) => ({
    code: 'credential-risk',
    level,
    params: { risk, what },
  }));
}

/** Throws Fault 'bad-input' where another credential trusts just the same, or there is no room for one more. */
export function throwUnlessRoom(identity: Identity, given: Resolved, all: readonly FederatedCredential[]): void {
  const others = all.filter(({ name }) => !sameName(name, given.name));
  const same = others.find(({ issuer, subject }) => issuer === given.issuer && subject === given.subject);
  if (same) {
    throw new Fault('bad-input', `${identity.name} trusts this issuer and subject already, as ${same.name}.`, {
      next: 'Nothing was changed. Azure takes each issuer and subject once.',
      param: 'subject',
    });
  }
  if (others.length < maxCredentials) return;
  throw new Fault(
    'bad-input',
    `${identity.name} has ${others.length} federated credentials; Azure allows ${maxCredentials}.`,
    {
      next: 'Nothing was changed. Remove one with credential remove, or use another identity.',
      param: 'name',
    },
  );
}

/** The facts of every plan. `afterwards`: how many credentials there are then. `change`: what is there before. */
export function credentialFacts(
  { identity, subscriptions }: Now,
  { name, issuer, subject, audiences }: Resolved,
  afterwards: number,
  before?: Omit<FederatedCredential, 'name'>,
) {
  const both = (old: string | undefined, now: string) => (old === undefined || old === now ? now : `${old} → ${now}`);
  return [
    { label: 'Identity', value: `${identity.name} in ${identity.resourceGroup}` },
    { label: 'Credential', value: name },
    { label: 'Issuer', value: both(before?.issuer, issuer) },
    { label: 'Subject', value: both(before?.subject, subject) },
    { label: 'Audience', value: both(before?.audiences.join(', '), audiences.join(', ')) },
    ...subscriptionFact(subscriptions, identity.id),
    { label: 'Federated credentials', value: `${afterwards} of ${maxCredentials} afterwards` },
    { label: 'Identity id', value: identity.id, isId: true },
  ];
}
