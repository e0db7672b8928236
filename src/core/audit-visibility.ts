// The record for those whom the policy lets see it: the entries about what a rule with `audit` reaches. What belongs to no request,
// such as a stranger who was turned away, is for those who may see all of it. What is hidden is not there.

import type { AuditEntry } from './model/audit.ts';
import type { Request } from './model/request.ts';
import type { Audit, AuditFilter, FoundEntry } from './ports.ts';

/** Reads the record, as far as it may be seen. */
export interface VisibleAudit {
  /** The newest first; `total` counts what may be seen. `isCut`: only the newest entries were searched. */
  list(
    filter: AuditFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ entries: readonly FoundEntry[]; total: number; isCut: boolean }>;
}

/** How many entries a list searches, newest first, and how many it reads at a time. */
const maxLookedAt = 2_000;
const readAtOnce = 200;

/** The root of all scopes. */
const everything = '/';

/** `audit` for somebody who may see what is at the scopes that `maySee` says. */
export function guardAudit(given: {
  readonly audit: Pick<Audit, 'list'>;
  readonly requestOf: (id: string) => Promise<Request | undefined>;
  readonly maySee: (scopes: readonly string[]) => Promise<ReadonlySet<string>>;
}): VisibleAudit {
  const scopesOfRequests = new Map<string, readonly string[]>();

  async function scopesOf({ requestId, ...entry }: AuditEntry): Promise<readonly string[]> {
    if (entry.event === 'request.refused') return entry.data.effects.map(({ scope }) => scope);
    if (requestId === undefined) return [everything];
    const known = scopesOfRequests.get(requestId);
    if (known) return known;
    const request = await given.requestOf(requestId);
    const scopes = request?.plan.effects.map(({ scope }) => scope) ?? [];
    const found = scopes.length === 0 ? [everything] : scopes;
    scopesOfRequests.set(requestId, found);
    return found;
  }

  async function visible(entries: readonly FoundEntry[]): Promise<FoundEntry[]> {
    const scopes = await Promise.all(entries.map(({ entry }) => scopesOf(entry)));
    const seen = await given.maySee([...new Set(scopes.flat())]);
    return entries.filter((_entry, index) => (scopes[index] ?? [everything]).every((scope) => seen.has(scope)));
  }

  return {
    async list(filter, { offset, limit }) {
      const seen: FoundEntry[] = [];
      let looked = 0;
      let page: readonly FoundEntry[] = [];
      do {
        const before = page.at(-1)?.seq;
        page = await given.audit.list(filter, { limit: readAtOnce, ...(before === undefined ? {} : { before }) });
        seen.push(...(await visible(page)));
        looked += page.length;
      } while (page.length === readAtOnce && looked < maxLookedAt);
      return { entries: seen.slice(offset, offset + limit), total: seen.length, isCut: page.length === readAtOnce };
    },
  };
}
