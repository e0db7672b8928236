// Required approvals, in stages.

import type { Right } from './permission.ts';

/** A number of approvals by members. */
export interface Stage {
  readonly count: number;
  /** The policy's members, as it names them. */
  readonly by: readonly string[];
}

/** Stages in their order; one person counts in one of them only. All requirements must be met. None: no approval is needed. */
export interface Requirement {
  /** The rule that requires it. */
  readonly rule: string;
  readonly stages: readonly Stage[];
  /** What an approver must hold to be one of the members 'azure-rbac': all of these. */
  readonly rights?: readonly Right[];
}
