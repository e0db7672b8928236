// The same read over many subscriptions, some at a time. A subscription that cannot be read is reported, not fatal.

import type { LimitFunction } from 'p-limit';
import { asFault, type Fault } from '../core/errors.ts';
import type { Found, Subscription } from '../core/model/azure.ts';

/** The message about a source (a subscription, Resource Graph) that could not be read. */
export function missingWords(where: string, fault: Fault): string {
  return `${where}: ${fault.message.replace(/\.$/, '')}`;
}

/**
 * Runs `read` for each subscription. Throws the first Fault where none could be read: an empty list would look like “there are
 * none”.
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
