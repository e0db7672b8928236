// Requests as one person may see them: those that they may not are left out, and answered like what does not exist.

import { Fault } from './errors.ts';
import type { Person } from './model/person.ts';
import type { Request } from './model/request.ts';
import type { RequestQuery, Requests } from './ports.ts';
import type { Visibility } from './visibility.ts';

/** Reads of requests that return only visible ones. */
export interface VisibleRequests {
  get(id: string): Promise<Request | undefined>;
  /** As in the port; `total` counts visible requests. `isCut`: only the newest requests were searched. */
  list(query: RequestQuery): Promise<{ requests: readonly Request[]; total: number; isCut: boolean }>;
}

/** How many requests a list searches, newest first, and how many it reads at a time. */
const maxLookedAt = 2_000;
const readAtOnce = 200;

/** `requests` with those that `person` may not see left out. */
export function guardRequests(requests: Requests, visibility: Visibility, person: Person): VisibleRequests {
  return {
    async get(id) {
      const found = await requests.get(id);
      return found && (await visibility.maySeeRequest(found)) ? found : undefined;
    },

    async list(query) {
      if (query.requesterKey === person.key) return { ...(await requests.list(query)), isCut: false };
      const { limit, offset: start = 0, ...which } = query;
      const seen: Request[] = [];
      let offset = 0;
      let all = Infinity;
      for (; offset < Math.min(all, maxLookedAt); offset += readAtOnce) {
        const page = await requests.list({ ...which, limit: readAtOnce, offset });
        all = page.total;
        const isSeen = await Promise.all(page.requests.map((one) => visibility.maySeeRequest(one)));
        seen.push(...page.requests.filter((_one, index) => isSeen[index]));
      }
      return { requests: seen.slice(start, start + limit), total: seen.length, isCut: all > offset };
    },
  };
}

/** The error for a request that does not exist or is not visible: the same for both. */
export function requestNotFound(id: string): Fault {
  return new Fault('not-found', `There is no request ${id}.`, { next: 'Run requests all to list requests.' });
}
