// Whether the sign-ins that the policy asks for can be made: where they cannot, its approvals could never be given.

import type { Policy } from '../core/model/policy.ts';

/** A line for each rule with `stepUp` where nobody can sign in. */
export function missingSignIn({ rules }: Policy, file: string, canSignIn: boolean): readonly string[] {
  if (canSignIn) return [];
  return rules.flatMap(({ name, stepUp }) =>
    stepUp
      ? [
          `${file}: the rule “${name}” has stepUp, but sign-in is not configured. Set PUBLIC_URL, SIGN_IN_CLIENT_ID and SIGN_IN_CLIENT_SECRET (docs/sign-in.md), or remove stepUp`,
        ]
      : [],
  );
}
