// What workloads elsewhere say of themselves in their tokens: the issuer and the subject of a federated credential, from words that
// their owners know. Sources: the OIDC documentation of GitHub Actions, GitLab CI, Kubernetes and HCP Terraform.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { FederatedCredential } from '../model/azure.ts';
import { fold } from '../model/fold.ts';

/** The audience that Azure expects. Source: workload-identity-federation-considerations; other clouds have their own. */
export const usualAudience = 'api://AzureADTokenExchange';

/** Hosts of issuers that many companies share. */
export const githubIssuer = 'https://token.actions.githubusercontent.com';
export const gitlabIssuer = 'https://gitlab.com';
export const terraformIssuer = 'https://app.terraform.io';

/** What may be said of a workload; all words as they were typed. */
export interface Workload {
  readonly github?: string | undefined; // OWNER/REPO
  readonly gitlab?: string | undefined; // GROUP/PROJECT
  readonly kubernetes?: string | undefined; // the issuer's URL
  readonly terraformCloud?: string | undefined; // ORG/PROJECT/WORKSPACE
  readonly branch?: string | undefined;
  readonly environment?: string | undefined;
  readonly tag?: string | undefined;
  readonly pullRequest?: true | undefined;
  readonly namespace?: string | undefined;
  readonly serviceAccount?: string | undefined;
  readonly phase?: string | undefined;
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly audiences?: string | undefined;
}

type Source = 'github' | 'gitlab' | 'kubernetes' | 'terraformCloud';

const labels: Readonly<Record<Source, string>> = {
  github: '--github',
  gitlab: '--gitlab',
  kubernetes: '--kubernetes',
  terraformCloud: '--terraform-cloud',
};

/** Which words belong to which source. `subject` is of none of them: it says all. */
const details: Readonly<Record<Source, readonly (keyof Workload)[]>> = {
  github: ['branch', 'environment', 'tag', 'pullRequest', 'issuer'],
  gitlab: ['branch', 'tag', 'issuer'],
  kubernetes: ['namespace', 'serviceAccount'],
  terraformCloud: ['phase', 'issuer'],
};
const flagOf = (word: string) => `--${word.replace(/[A-Z]/g, (letter) => `-${fold(letter)}`)}`;

function wrong(message: string, next: string, param: keyof Workload): Fault {
  return new Fault('bad-input', message, { next: `${next} ${nothingChanged}`, param });
}

/** The parts of a path of exactly `least` to `most` parts. Throws Fault 'bad-input'. */
function partsOf(path: string, source: Source, shape: string, [least, most]: readonly [number, number]): string[] {
  const parts = path
    .replace(/^https:\/\/[^/]+\//, '')
    .replace(/\.git$/, '')
    .split('/');
  const isSound =
    parts.length >= least &&
    parts.length <= most &&
    parts.every((part) => (source === 'terraformCloud' ? /^[^:*?]+$/ : /^[^\s:*?]+$/).test(part));
  if (!isSound) throw wrong(`“${path.slice(0, 80)}” is not ${shape}.`, `Enter it as ${shape}.`, source);
  return parts;
}

/** The one of these that is given. Throws Fault 'bad-input' for none or several. */
function oneOf<K extends keyof Workload>(given: Workload, source: Source, names: readonly K[]): K {
  const said = names.filter((name) => given[name] !== undefined);
  const [first] = said;
  const flags = names.map(flagOf).join(', ');
  if (first !== undefined && said.length === 1) return first;
  const what =
    said.length === 0 ? `${labels[source]} alone would not say which workflow is meant` : 'Only one is possible';
  throw wrong(`${what}.`, `Add one of ${flags}.`, said[1] ?? names[0] ?? source);
}

function githubSubject(given: Workload, path: string): string {
  const [owner, repository] = partsOf(path, 'github', 'OWNER/REPOSITORY', [2, 2]);
  const which = oneOf(given, 'github', ['branch', 'environment', 'tag', 'pullRequest']);
  const rest = {
    branch: `ref:refs/heads/${given.branch?.replace(/^refs\/heads\//, '')}`,
    tag: `ref:refs/tags/${given.tag?.replace(/^refs\/tags\//, '')}`,
    // GitHub writes a colon within a name so.
    environment: `environment:${given.environment?.replaceAll(':', '%3A')}`,
    pullRequest: 'pull_request',
  }[which];
  return `repo:${owner}/${repository}:${rest}`;
}

function gitlabSubject(given: Workload, path: string): string {
  const parts = partsOf(path, 'gitlab', 'GROUP/PROJECT', [2, 22]);
  const which = oneOf(given, 'gitlab', ['branch', 'tag']);
  return `project_path:${parts.join('/')}:ref_type:${which}:ref:${given[which]}`;
}

function kubernetesSubject({ namespace, serviceAccount }: Workload): string {
  const name = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
  for (const [key, value] of [
    ['namespace', namespace],
    ['serviceAccount', serviceAccount],
  ] as const) {
    if (value !== undefined && name.test(value)) continue;
    const what = key === 'namespace' ? 'a namespace' : 'a service account';
    throw wrong(`A Kubernetes workload needs ${what}.`, `Add ${flagOf(key)}: small letters, digits and hyphens.`, key);
  }
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

function terraformSubject({ phase }: Workload, path: string): string {
  const shape = 'ORGANIZATION/PROJECT/WORKSPACE';
  const [organization, project, workspace] = partsOf(path, 'terraformCloud', shape, [3, 3]);
  if (phase === undefined) {
    throw wrong('HCP Terraform has a token for each phase of a run.', 'Add --phase plan or --phase apply.', 'phase');
  }
  return `organization:${organization}:project:${project}:workspace:${workspace}:run_phase:${phase}`;
}

const usualIssuers: Partial<Readonly<Record<Source, string>>> = {
  github: githubIssuer,
  gitlab: gitlabIssuer,
  terraformCloud: terraformIssuer,
};

/** The source that is named; undefined where none is. Throws Fault 'bad-input' for two, or for words of another one. */
function sourceOf(given: Workload): Source | undefined {
  const named = (Object.keys(labels) as Source[]).filter((source) => given[source] !== undefined);
  const [source, second] = named;
  if (second) throw wrong(`${named.map((one) => labels[one]).join(' and ')} exclude each other.`, 'Enter one.', second);
  const allowed: readonly string[] = source ? [...details[source], source] : ['issuer', 'subject'];
  const stray = (Object.keys(given) as (keyof Workload)[]).find(
    (key) => given[key] !== undefined && key !== 'audiences' && !allowed.includes(key),
  );
  if (stray === undefined) return source;
  const whose =
    source === undefined ? 'needs a source, such as --github OWNER/REPO' : `does not go with ${labels[source]}`;
  throw wrong(`${flagOf(stray)} ${whose}.`, 'Run help credential add to see what goes together.', stray);
}

/**
 * Issuer, subject and audience of a workload; for a change, `before` says what is not given. Throws Fault 'bad-input' that names the
 * parameter at fault.
 */
export function trustOf(
  given: Workload,
  audience: string,
  before?: Omit<FederatedCredential, 'name'>,
): Omit<FederatedCredential, 'name'> {
  const source = sourceOf(given);
  const audiences = given.audiences === undefined ? (before?.audiences ?? [audience]) : [given.audiences];
  if (source) {
    const path = given[source] ?? '';
    const subject = {
      github: () => githubSubject(given, path),
      gitlab: () => gitlabSubject(given, path),
      kubernetes: () => kubernetesSubject(given),
      terraformCloud: () => terraformSubject(given, path),
    }[source]();
    return checked({ issuer: given.issuer ?? usualIssuers[source] ?? path, subject, audiences });
  }
  const issuer = given.issuer ?? before?.issuer;
  const subject = given.subject ?? before?.subject;
  if (issuer === undefined) {
    throw wrong('No workload is named.', 'Add --github OWNER/REPO, or --issuer and --subject for any other.', 'issuer');
  }
  if (subject === undefined || subject === '') {
    throw wrong('No subject is given.', 'Add --subject: what the token says of the workload.', 'subject');
  }
  return checked({ issuer, subject, audiences });
}

function checked(trust: Omit<FederatedCredential, 'name'>): Omit<FederatedCredential, 'name'> {
  const { issuer, subject } = trust;
  const host = /^https?:\/\/([^/?#@\s]+)(?:\/[^?#\s]*)?$/i.exec(issuer)?.[1];
  if (host === undefined) {
    throw wrong(
      `“${issuer.slice(0, 80)}” is not the URL of an issuer.`,
      'Enter it as in the iss claim of the token, such as https://gitlab.contoso.com.',
      'issuer',
    );
  }
  if (subject.trim() !== subject) throw wrong('The subject begins or ends with a space.', 'Remove it.', 'subject');
  return trust;
}

/** A name for a credential, from what it trusts, that none of `taken` has. Azure allows letters, digits, `-` and `_`. */
export function credentialName(
  given: Workload,
  { issuer, subject }: { issuer: string; subject: string },
  taken: readonly string[],
) {
  const source = (Object.keys(labels) as Source[]).find((one) => given[one] !== undefined);
  const host = /^https?:\/\/([^/]+)/i.exec(issuer)?.[1] ?? '';
  const said = subject
    .replace(/^(repo|project_path|organization|system:serviceaccount):/, '')
    .replace(/:(ref_type|ref|project|workspace|run_phase)(?=:)/g, '')
    .replace(/refs\/heads\//, 'branch-')
    .replace(/refs\/tags\//, 'tag-');
  const name = `${source === undefined ? host : flagOf(source).slice(2)}-${said}`
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 100)
    .replace(/-+$/, '');
  const isTaken = (one: string) => taken.some((other) => fold(other) === fold(one));
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name}-${number}`;
  return free;
}
