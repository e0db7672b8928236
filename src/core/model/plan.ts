// A plan: the operations in order, warnings, and the effects that the policy must allow.
// It is plain data: display, digest, approval and execution all work from it.

import type { Operation } from '../operations/registry.ts';
import type { Warning } from './warning.ts';

/** One effect for the policy to judge: a command on a scope, with a role. A typed command can have several. */
export interface Effect {
  /** The command; `create` with a role has the effects `create` and `grant`. */
  command: string;
  /** The command that was typed, where it differs from what happens. */
  via?: string;
  scope: string;
  /** The action at `scope` that Azure requires for it: Microsoft.ManagedIdentity/userAssignedIdentities/write. Absent: unknown. */
  action?: string;
  /** The ARM id of the identity that it is about, where that is not the scope. */
  identity?: string;
  /** Tags that it sets on the scope. */
  tags?: Readonly<Record<string, string>>;
  role?: { id: string; name: string };
  /** For a grant: its duration; absent: permanent. */
  durationMs?: number;
  /** For a grant that goes on: how often it has been extended by then. Its duration is that from its start. */
  extensions?: number;
}

/** One operation of a plan. */
export interface PlanStep {
  readonly operation: Operation;
  /** Temporary: removed this long after completion. Only for operations that have an inverse. */
  readonly durationMs?: number;
  /** ISO 8601: removed at this time at the latest, whenever it was completed. Only together with `durationMs`. */
  readonly until?: string;
}

/** What a write command would do. */
export interface Plan {
  /** The command that made it. */
  command: string;
  /** The title, without ids: “Create identity uami-orders in rg-payments”. */
  summary: string;
  /** Label and value, ids last. */
  facts: readonly { label: string; value: string; isId?: boolean }[];
  steps: readonly PlanStep[];
  effects: readonly Effect[];
  warnings: readonly Warning[];
  /** What its requester has to enter before it is submitted: the name of what cannot come back. Absent: nothing, or it was entered. */
  confirm?: string;
}

/** The operations of a plan, in order. */
export function operationsOf({ steps }: Pick<Plan, 'steps'>): readonly Operation[] {
  return steps.map(({ operation }) => operation);
}

/** The part of a plan that an approval is for. Summary and facts can be reworded without voiding an approval; the rest cannot change. */
export function digestible({ command, steps, effects, warnings }: Plan): string {
  return canonicalJson({ command, steps, effects, warnings });
}

/** JSON with sorted keys and no undefined: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** Whether the requester should review the plan before anyone is asked to approve it. */
export function isRisky(plan: Plan): boolean {
  return plan.warnings.some(({ level }) => level === 'danger');
}
