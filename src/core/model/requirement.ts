// Who must approve: each requirement of a rule on its own, in stages.

/** So many approvals of these people. */
export interface Stage {
  readonly count: number;
  /** The policy's members, as it names them. */
  readonly by: readonly string[];
}

/** Stages in their order; one person counts in one of them only. All requirements must be met. None: no approval is needed. */
export interface Requirement {
  /** The rule that asks for it. */
  readonly rule: string;
  readonly stages: readonly Stage[];
}
