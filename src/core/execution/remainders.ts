// After the last change of a request: what still refers to what it deleted. It appeared meanwhile, or Azure keeps it.

import type { AzureReader } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import type { Remainder } from '../model/remainder.ts';
import type { Request } from '../model/request.ts';
import { definitionOf } from '../operations/registry.ts';

/** Undefined: nothing of it had to be looked for. Throws a transient Fault; what Azure does not let the bot read is one of the remainders. */
export async function remaindersOf(azure: AzureReader, request: Request): Promise<readonly Remainder[] | undefined> {
  const looks = request.operations.flatMap(({ operation }) => {
    const look = definitionOf(operation).remainders;
    return look ? [look(operation, azure)] : [];
  });
  if (looks.length === 0) return undefined;
  try {
    return (await Promise.all(looks)).flat();
  } catch (error) {
    if (!(error instanceof Fault) || error.isTransient || error.code === 'internal') throw error;
    return [{ kind: 'unread', name: error.message }];
  }
}
