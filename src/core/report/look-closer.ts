// What a report has to ask about each identity: its federated credentials, and whether anything uses it. At most so many are looked at;
// what is not known is told, and never taken for unused.

import type { CommandContext } from '../commands/context.ts';
import { asFault } from '../errors.ts';
import { count } from '../format-text.ts';
import type { Identity } from '../model/azure.ts';
import { fold } from '../model/fold.ts';
import type { CredentialsOf } from './findings.ts';

/** Reading credentials is a call for each identity. */
const mostLookedAt = 200;
const atOnce = 8;
/** After so many failures or so long, the rest is not looked at: Azure does not answer, and somebody waits. */
const mostFailures = 8;
const mostMs = 15_000;
const quietMs = 90 * 24 * 3_600_000;

type Looked = Pick<CommandContext, 'azure' | 'clock' | 'lastUse'>;

/** What was found, and what is not known, in words. */
interface CloserLook {
  readonly credentials: readonly CredentialsOf[];
  readonly unused: readonly Identity[];
  readonly missing: readonly string[];
}

const howMany = (number: number) => count(number, 'identity', 'identities');

/** What `read` gave for each of the first `items`, some at a time; those that it was not known of are left out. */
async function readSome<T, R>(items: readonly T[], clock: Looked['clock'], read: (item: T) => Promise<R>) {
  const found: R[] = [];
  const waiting = items.slice(0, mostLookedAt).entries();
  const until = clock.now().getTime() + mostMs;
  let failures = 0;
  let why: string | undefined;
  const work = async () => {
    for (const [index, item] of waiting) {
      if (failures >= mostFailures || clock.now().getTime() > until) return;
      try {
        found[index] = await read(item);
      } catch (error) {
        failures += 1;
        why ??= asFault(error).message.replace(/\.$/, '');
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  // In the order of the items, whatever answered first.
  const known = found.filter(() => true);
  return { known, unknown: items.length - known.length, why };
}

/** The identities that no resource carries; undefined where that is not known. */
async function uncarried(
  { azure }: Looked,
  identities: readonly Identity[],
): Promise<{ items: readonly Identity[]; why?: string }> {
  if (identities.length === 0) return { items: [] };
  try {
    const { items, missing } = await azure.carriedIdentities(identities.map(({ id }) => id));
    if (missing.length > 0) return { items: [], why: missing.join('; ') };
    const carried = new Set(items.map(fold));
    return { items: identities.filter(({ id }) => !carried.has(fold(id))) };
  } catch (error) {
    return { items: [], why: asFault(error).message.replace(/\.$/, '') };
  }
}

/** Looks at each identity. Never throws for what Azure or the record does not tell: that is in `missing`. */
export async function lookCloser(context: Looked, identities: readonly Identity[]): Promise<CloserLook> {
  const { azure, clock } = context;
  const read = await readSome(identities, clock, async (identity): Promise<CredentialsOf> => {
    return { identity, credentials: await azure.federatedCredentials(identity.id) };
  });
  const missing: string[] = [];
  const because = (why: string | undefined) => (why === undefined ? '' : ` (${why})`);
  if (read.unknown > 0) {
    const most = identities.length > mostLookedAt ? `; at most ${mostLookedAt} are` : '';
    missing.push(`${howMany(read.unknown)} not looked at for federated credentials and use${because(read.why)}${most}`);
  }
  const since = clock.now().getTime() - quietMs;
  const bare = read.known.filter(({ credentials }) => credentials.length === 0).map(({ identity }) => identity);
  const record = await readSome(bare, clock, async (identity) => {
    const { requestedAt, hasGrant } = await context.lastUse(identity.id);
    return { identity, isQuiet: !hasGrant && (requestedAt === undefined || Date.parse(requestedAt) < since) };
  });
  if (record.unknown > 0) missing.push(`the record of ${howMany(record.unknown)} was not read${because(record.why)}`);
  const quiet = record.known.filter(({ isQuiet }) => isQuiet).map(({ identity }) => identity);
  const { items: unused, why } = await uncarried(context, quiet);
  if (why !== undefined) missing.push(`it is not known whether ${howMany(quiet.length)} are used (${why})`);
  return { credentials: read.known, unused, missing };
}
