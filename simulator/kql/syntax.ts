// The tree of a query, as it was read: nothing here knows tables or types.

import type { Position } from './errors.ts';
import type { Kind } from './values.ts';

export type Expression =
  | { node: 'literal'; kind: Kind; value: unknown }
  | { node: 'column'; name: string }
  | { node: 'member'; of: Expression; name: string }
  | { node: 'index'; of: Expression; index: Expression }
  | { node: 'call'; name: string; args: readonly Expression[] }
  /** All columns, in arg_max(…, *). */
  | { node: 'star' }
  | { node: 'negative'; of: Expression }
  | { node: 'binary'; operator: string; left: Expression; right: Expression }
  | { node: 'list'; operator: string; left: Expression; items: readonly Expression[] }
  | { node: 'between'; isNegated: boolean; of: Expression; low: Expression; high: Expression };

/** `name = expression`, or the expression alone. */
export interface NamedExpression {
  name: string | undefined;
  expression: Expression;
}

export interface SortKey {
  expression: Expression;
  isAscending: boolean;
  nullsFirst: boolean;
}

export interface ExpandedColumn extends NamedExpression {
  to: Kind | undefined;
}

export interface JoinKey {
  left: string;
  right: string;
}

export type Operator =
  | { operator: 'where'; condition: Expression }
  | { operator: 'project'; columns: readonly NamedExpression[] }
  | { operator: 'extend'; columns: readonly NamedExpression[] }
  /** Patterns with `*` for any characters. */
  | { operator: 'project-away' | 'project-keep'; patterns: readonly string[] }
  | { operator: 'project-rename'; columns: readonly { name: string; old: string }[] }
  | { operator: 'project-reorder'; columns: readonly string[] }
  | { operator: 'order'; keys: readonly SortKey[] }
  | { operator: 'top'; count: number; key: SortKey }
  | { operator: 'limit'; count: number }
  | { operator: 'count' }
  | { operator: 'distinct'; columns: readonly NamedExpression[] | '*' }
  | { operator: 'summarize'; aggregates: readonly NamedExpression[]; by: readonly NamedExpression[] }
  | {
      operator: 'mv-expand';
      columns: readonly ExpandedColumn[];
      index: string | undefined;
      isArrayOfPairs: boolean;
      limit: number;
    }
  | { operator: 'join'; kind: string; right: Pipeline; on: readonly JoinKey[] }
  | { operator: 'union'; isInner: boolean; source: string | undefined; legs: readonly Pipeline[] };

export interface Pipeline {
  table: string;
  at: Position;
  operators: readonly Operator[];
}
