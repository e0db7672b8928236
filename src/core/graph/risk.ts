// How grave a role is, for a picture and for the words beside it. By what it permits, never by its name.

import type { RoleDefinition } from '../model/azure.ts';
import { changesEverything, type Power, powersOf, powersOverAccess } from '../model/powers.ts';

/** The gravest first. 'unknown': what the role permits could not be read. */
export const risks = ['high', 'unknown', 'elevated', 'normal'] as const;
export type Risk = (typeof risks)[number];

/** How grave, and why, in a few words. */
export interface Judged {
  readonly risk: Risk;
  readonly why: string;
}

const powerWords: Readonly<Record<Power, string>> = {
  'takes-over-identities': 'can sign in as identities',
  'uses-identities': 'can run code as identities',
  'changes-guard-rails': 'changes policies or locks',
  'reads-secrets': 'reads keys or secrets',
};

/** The risk of a role. Undefined: its definition is not known. */
export function riskOf(role: RoleDefinition | undefined): Judged {
  if (!role) return { risk: 'unknown', why: 'permissions not known' };
  const { permissions } = role;
  if (powersOverAccess(permissions).length > 0) return { risk: 'high', why: 'can give access' };
  const power = powersOf(permissions)[0];
  if (changesEverything(permissions)) return { risk: 'high', why: 'changes every resource' };
  if (power !== undefined) return { risk: 'elevated', why: powerWords[power] };
  return { risk: 'normal', why: '' };
}

/** The name of a risk, as people read it. */
export const riskNames: Readonly<Record<Risk, string>> = {
  high: 'High risk',
  unknown: 'Unknown risk',
  elevated: 'Elevated',
  normal: 'Normal',
};
