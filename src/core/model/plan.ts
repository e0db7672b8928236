// What will be done, before anyone approves: operations in order, what to mind, and what the policy must allow.
// A plan is data: it is shown, digested, approved, run, resumed and told from this alone.

import type { Operation } from '../operations/registry.ts';
import type { Warning } from './warning.ts';

/** What the policy is asked: this command, on this scope, with this role. One command may have several. */
export interface Effect {
  /** What happens; `create` with a role has a `create` and a `grant`. */
  command: string;
  /** The command that was typed, where it differs from what happens. */
  via?: string;
  scope: string;
  role?: { id: string; name: string };
  /** For a grant: how long it holds; absent: permanent. */
  durationMs?: number;
}

/** One operation of a plan. */
export interface PlanStep {
  readonly operation: Operation;
  /** Temporary: undone so long after it was done. Only an operation that has an inverse can be. */
  readonly durationMs?: number;
  /** ISO 8601: undone then at the latest, however late it was done. Beside `durationMs` only. */
  readonly until?: string;
}

export interface Plan {
  /** The command that made it. */
  command: string;
  /** One sentence in plain words without an id: “Create identity uami-orders in rg-payments”. */
  summary: string;
  /** Label and value, plain words first, ids last. */
  facts: readonly { label: string; value: string; isId?: boolean }[];
  steps: readonly PlanStep[];
  effects: readonly Effect[];
  warnings: readonly Warning[];
}

/** What of a plan an approval is for. Words may be polished without voiding an approval; the rest may not change. */
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
