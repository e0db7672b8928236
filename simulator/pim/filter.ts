// The $filter of the lists of Privileged Identity Management, and which rows it lets through.
// Source: the descriptions of the list operations in the specification of 2020-10-01.

import { seenAt } from '../arm/role-filter.ts';
import { badRequest } from '../errors.ts';
import type { Call, Simulation } from '../exchange.ts';
import { param } from '../exchange.ts';

interface Row {
  scope: string;
  principalId: string;
  roleDefinitionId: string;
  status?: string;
  requestorId?: string;
}

type Test = (row: Row) => boolean;

/** Whether a list shows a row. Throws the 400 for what is no filter. */
export function rowFilter(simulation: Simulation, call: Call): Test {
  const { world } = simulation;
  const text = call.query.get('$filter') ?? '';
  const me = call.caller.objectId;
  const mine = [me, ...world.groupsOf(me)];
  const clauses = text
    .split(/\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)/i)
    .map((clause) => clause.trim())
    .filter(Boolean);
  const isSeen = seenAt(
    world,
    param(call, 'scope'),
    clauses.some((clause) => /^atScope\(\)$/i.test(clause)),
  );
  const tests = clauses.map((clause): Test => {
    if (/^atScope\(\)$/i.test(clause)) return () => true;
    if (/^asTarget\(\)$/i.test(clause)) return (row) => mine.includes(row.principalId);
    if (/^asRequestor\(\)$/i.test(clause)) return (row) => row.requestorId === me;
    const assigned = /^assignedTo\('([^']+)'\)$/i.exec(clause)?.[1]?.toLowerCase();
    if (assigned) {
      const theirs = [assigned, ...world.groupsOf(assigned)];
      return (row) => theirs.includes(row.principalId);
    }
    const [, name = '', value = ''] = /^(\w+)\s+eq\s+'?([^']+?)'?$/.exec(clause) ?? [];
    return equals(name.toLowerCase(), value.toLowerCase(), text);
  });
  return (row) => isSeen(row.scope) && tests.every((holds) => holds(row));
}

function equals(name: string, value: string, filter: string): Test {
  if (name === 'principalid') return (row) => row.principalId === value;
  if (name === 'roledefinitionid') return (row) => row.roleDefinitionId === value.split('/').at(-1);
  if (name === 'status') return (row) => row.status?.toLowerCase() === value;
  throw badRequest(`The filter '${filter}' is not supported.`);
}
