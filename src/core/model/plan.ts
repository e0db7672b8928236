// What will be done, before anyone says yes: typed operations in order, what to mind, and what the policy must allow.
// A plan is data: it is shown, digested, approved, run, resumed and told from this alone.

/** One call to Azure. Each is safe to send twice: a second run finds the first one's work and says so. */
export type Operation =
  | { kind: 'resource-group.create'; subscriptionId: string; name: string; location: string }
  | {
      kind: 'identity.create';
      /** The ARM id that it will have. */
      id: string;
      subscriptionId: string;
      resourceGroup: string;
      name: string;
      location: string;
      tags: Readonly<Record<string, string>>;
    }
  | {
      kind: 'identity.delete';
      id: string;
      subscriptionId: string;
      resourceGroup: string;
      name: string;
      principalId: string;
    }
  | {
      kind: 'role-assignment.create';
      scope: string;
      roleDefinitionId: string; // GUID
      roleName: string;
      /** The identity that gets the role. */
      identityId: string;
      /** Known unless an earlier operation of the same plan creates the identity. */
      principalId?: string;
    }
  | {
      kind: 'role-assignment.delete';
      /** ARM's id of the assignment. */
      assignmentId: string;
      scope: string;
      roleDefinitionId: string;
      roleName: string;
      identityId: string;
      principalId: string;
    };

/** What the policy is asked: this command, on this scope, with this role. One command may have several. A look has no role. */
export interface Effect {
  /** What happens; `create` with a role has a `create` and a `grant`. */
  command: string;
  /** The command that was typed, where it differs from what happens. */
  via?: string;
  scope: string;
  role?: { id: string; name: string };
  /** For a grant: how long it holds; absent: for good. */
  durationMs?: number;
}

export interface Warning {
  level: 'note' | 'caution' | 'danger';
  text: string;
}

export interface Plan {
  command: string;
  /** One sentence in plain words without an id: “Create identity uami-orders in rg-payments”. */
  summary: string;
  /** Label and value, plain words first, ids last. */
  facts: readonly { label: string; value: string; isId?: boolean }[];
  operations: readonly Operation[];
  effects: readonly Effect[];
  warnings: readonly Warning[];
  /** For a timed grant, from the moment that it is given. */
  durationMs?: number;
}

/** What of a plan an approval is for. Words may be polished without voiding an approval; the rest may not change. */
export function digestible(plan: Plan): string {
  return canonicalJson({
    command: plan.command,
    operations: plan.operations,
    effects: plan.effects,
    warnings: plan.warnings.map(({ level, text }) => ({ level, text })),
    durationMs: plan.durationMs ?? null,
  });
}

/** JSON with sorted keys and no undefined: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** Whether the asker should see the plan and say “go on” before anyone is asked to approve it. */
export function isRisky(plan: Plan): boolean {
  return plan.warnings.some((warning) => warning.level === 'danger');
}
