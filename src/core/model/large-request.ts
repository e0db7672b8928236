// A request of so many changes that a card cannot list them, and that each of them is not worth a message of its own.

/** More changes than this are shown together. */
const mostListed = 20;
/** How often the cards of a large request are updated while it runs. */
const updates = 20;

/** Whether there are so many. */
export function isLarge({ operations }: { readonly operations: readonly unknown[] }): boolean {
  return operations.length > mostListed;
}

/** Whether the cards show that operation `index` (from 0) is done: of a small request each, of a large one some twenty. */
export function isShownDone(request: { readonly operations: readonly unknown[] }, index: number): boolean {
  return !isLarge(request) || (index + 1) % Math.ceil(request.operations.length / updates) === 0;
}
