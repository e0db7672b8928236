// The same question to many subscriptions: some at a time, and what cannot be read is said instead of failing all.

import type { LimitFunction } from 'p-limit';
import { asFault, type Fault } from '../core/errors.ts';
import type { Found, Subscription } from '../core/model/azure.ts';

/** What is told of a place that could not be read. */
export function missingWords(where: string, fault: Fault): string {
  return `${where}: ${fault.message.replace(/\.$/, '')}`;
}

/**
 * Asks `read` of each subscription. Throws the first Fault where not a single one could be read: an empty list would
 * look like “there is none”.
 */
export async function fanOut<T>(
  subscriptions: readonly Subscription[],
  limit: LimitFunction,
  read: (subscription: Subscription) => Promise<readonly T[]>,
): Promise<Found<T>> {
  const answers = await Promise.all(
    subscriptions.map((subscription) =>
      limit(async () => {
        try {
          return { items: await read(subscription) };
        } catch (error) {
          return { subscription, fault: asFault(error) };
        }
      }),
    ),
  );
  const failed = answers.flatMap((answer) => (answer.fault ? [answer] : []));
  if (failed[0] && failed.length === answers.length) throw failed[0].fault;
  return {
    items: answers.flatMap((answer) => answer.items ?? []),
    missing: failed.map(({ subscription, fault }) => missingWords(`subscription ${subscription.name}`, fault)),
  };
}
