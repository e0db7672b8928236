// Who must approve: each requirement of a rule on its own.

/** All must be met. None: no approval is needed. */
export interface Requirement {
  count: number;
  /** The policy's members, as it names them. */
  by: readonly string[];
  /** The rule that asks for it. */
  rule: string;
}
