// What signs in as an identity, and what it may do where: the rows of its picture, and of the text beside it.

import type {
  AttachedResource,
  FederatedCredential,
  Identity,
  RoleAssignment,
  RoleDefinition,
} from '../model/azure.ts';
import { fold } from '../model/fold.ts';
import { type Judged, riskOf, risks } from './risk.ts';

/** A workload that signs in as the identity: from outside by a credential, or a resource of Azure that carries it. */
export interface WayIn {
  /** 'repo:contoso/shop:ref:refs/heads/main', or the name of the resource. */
  readonly workload: string;
  /** Where it runs: the issuer, or the type of resource. */
  readonly place: string;
  /** The federated credential's name; absent for a resource that carries the identity. */
  readonly credential?: string;
}

/** A role that it holds at a scope. */
export interface WayOut extends Judged {
  readonly role: string;
  readonly scope: string;
  readonly isConditional: boolean;
}

/** What the picture shows. */
export interface AccessGraph {
  readonly identity: string;
  readonly ways: readonly WayIn[];
  /** The gravest first. */
  readonly roles: readonly WayOut[];
  /** What could not be read, or not all of it, in a few words: there may be more than is here. */
  readonly unread: { readonly ways: readonly string[]; readonly roles: readonly string[] };
}

/** Issuers that people know by name. */
const issuerNames: Readonly<Record<string, string>> = {
  'token.actions.githubusercontent.com': 'GitHub',
  'gitlab.com': 'GitLab',
  'app.terraform.io': 'Terraform',
};

function issuerName(issuer: string): string {
  const host = fold(/^https:\/\/([^/?#]+)/i.exec(issuer)?.[1] ?? issuer);
  return issuerNames[host] ?? (host.endsWith('.oic.prod-aks.azure.com') ? 'AKS' : host);
}

/** Puts together what was read. `scopeWords` names a scope. */
export function accessGraph(
  identity: Pick<Identity, 'name'>,
  read: {
    readonly credentials: readonly FederatedCredential[];
    readonly carriers: readonly AttachedResource[];
    readonly assignments: readonly RoleAssignment[];
    readonly roles: readonly RoleDefinition[];
    readonly unread: AccessGraph['unread'];
  },
  scopeWords: (scope: string) => string,
): AccessGraph {
  const known = new Map(read.roles.map((role) => [fold(role.id), role]));
  const out = read.assignments.map((one): WayOut => {
    const role = known.get(fold(one.roleDefinitionId));
    return {
      role: role?.name ?? one.roleDefinitionId,
      scope: scopeWords(one.scope),
      isConditional: one.condition !== undefined,
      ...riskOf(role),
    };
  });
  return {
    identity: identity.name,
    ways: [
      ...read.credentials.map(({ name, issuer, subject }) => ({
        workload: subject,
        place: issuerName(issuer),
        credential: name,
      })),
      ...read.carriers.map(({ name, type }) => ({ workload: name, place: fold(type).split('/').at(-1) ?? type })),
    ],
    roles: out.sort((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk)),
    unread: read.unread,
  };
}
