// Refuses a policy that asks for sign-ins where nobody can sign in: its approvals could never be given.

import type { Policy } from '../core/model/policy.ts';
import { PolicyError } from './read.ts';

/** Throws PolicyError where a rule has `stepUp` and sign-in is not configured. */
export function checkSignIn(policy: Policy, file: string, isConfigured: boolean): void {
  const asking = policy.rules.filter(({ stepUp }) => stepUp === true);
  if (isConfigured || asking.length === 0) return;
  throw new PolicyError(
    asking.map(
      ({ name }) =>
        `${file}: the rule “${name}” has stepUp, but sign-in is not configured. Set PUBLIC_URL, SIGN_IN_CLIENT_ID and SIGN_IN_CLIENT_SECRET (docs/sign-in.md), or remove stepUp`,
    ),
  );
}
