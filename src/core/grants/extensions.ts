// What a request prolonged goes back with it: where its approval was nobody's, or its review says that it was not right.

import type { Request } from '../model/request.ts';
import { definitionOf } from '../operations/registry.ts';

/** The grants of other requests whose end this one has moved. */
export function prolongedBy({ operations }: Pick<Request, 'operations'>): readonly string[] {
  return operations.flatMap(({ operation, state }) => {
    const continued = state === 'done' ? definitionOf(operation).shared?.continues(operation) : undefined;
    return continued?.until === undefined ? [] : [continued.grant];
  });
}

/** Whether what a request has done is not to stand: an approval was not its owner's, or the review ended it. */
export function isTakenBack({ disowned = [], reviews = [] }: Request): boolean {
  return (
    disowned.some(({ verdict, effect }) => verdict === 'approve' && effect !== 'voided') ||
    reviews.some(({ done }) => done?.outcome === 'ended')
  );
}
