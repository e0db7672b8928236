// The changes of a request on its card: one by one, or, where there are too many for a card, those of a kind together with how many
// of them are done. What failed is always named.

import type { RichText } from '../chat.ts';
import { grantOfOperation } from '../model/grant.ts';
import { isLarge } from '../model/large-request.ts';
import type { OperationRecord } from '../model/operation-record.ts';
import type { Plan } from '../model/plan.ts';
import type { Request } from '../model/request.ts';
import { doneWords, plannedTogether, plannedWords } from '../operations/registry.ts';
import { endWords } from './grant-words.ts';

interface Step {
  readonly state: 'todo' | 'doing' | 'done' | 'failed';
  readonly text: RichText;
}

const stateOf = { planned: 'todo', started: 'doing', done: 'done', failed: 'failed' } as const;

function single(request: Pick<Request, 'id' | 'grants'>, record: OperationRecord, index: number): Step {
  const { operation, result } = record;
  const state = stateOf[record.state];
  const words = record.state === 'done' ? doneWords(operation, result) : plannedWords(operation);
  const grant = grantOfOperation(request, index);
  if (!grant) return { state, text: words };
  const end = endWords(grant);
  return { state, text: typeof end === 'string' ? `${words}${end}` : [words, ...end] };
}

function together(records: readonly OperationRecord[]): Step[] {
  const words = plannedTogether(records.map(({ operation }) => operation));
  const count = (state: OperationRecord['state']) => records.filter((one) => one.state === state).length;
  const [done, failed] = [count('done'), records.filter(({ state }) => state === 'failed')];
  const isBegun = done + count('started') + failed.length > 0;
  const state = done === records.length ? 'done' : failed.length > 0 ? 'failed' : isBegun ? 'doing' : 'todo';
  return [
    {
      state,
      text: isBegun ? `${words}: ${done.toLocaleString('en')} of ${records.length.toLocaleString('en')} done` : words,
    },
    ...failed.map(({ operation }): Step => ({ state: 'failed', text: plannedWords(operation) })),
  ];
}

/** The changes of a request, as they stand. */
export function changeSteps(request: Pick<Request, 'id' | 'grants' | 'operations'>): Step[] {
  const { operations } = request;
  if (!isLarge(request)) return operations.map((record, index) => single(request, record, index));
  const groups = Map.groupBy(operations, ({ operation }) => operation.kind);
  return [...groups.values()].flatMap((records) => {
    const [only] = records;
    return records.length === 1 && only ? [single(request, only, operations.indexOf(only))] : together(records);
  });
}

/** The changes of a plan that is no request yet. */
export function plannedSteps({ steps }: Pick<Plan, 'steps'>): Step[] {
  return changeSteps({ id: '', grants: [], operations: steps.map((step) => ({ ...step, state: 'planned' })) });
}
