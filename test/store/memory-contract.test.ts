// The store in memory keeps the contract of the real one, so that what is proved of the core over it holds; and dies when told to.

import { describe, expect, it } from 'vitest';
import { Crash } from '../support/crash-point.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { storeContract } from './contract.ts';
import { aChange, aRequest, grown } from './fixtures/request.ts';

const store = createMemoryStore();
storeContract(() => ({ ...store, jobsOf: (id) => [...store.jobs.values()].filter((job) => job.id === id) }));

describe('a crash', () => {
  it.each(['before', 'after'] as const)(
    '%s a write leaves it whole or not at all, and nobody answers after it',
    async (when) => {
      const { requests, audit, jobs, crash } = createMemoryStore();
      await requests.insert(aChange(aRequest('R-000001')));
      crash.arm(2, when);
      const grow = () =>
        requests.change('R-000001', (current) => aChange(grown(current), [{ kind: 'execute', id: 'R-000001' }]));
      await grow();
      jobs.clear();
      await expect(grow()).rejects.toThrow(Crash);
      for (const work of [() => requests.get('R-000001'), grow, () => audit.of('R-000001'), () => audit.append([])]) {
        await expect(work()).rejects.toThrow(Crash);
      }
      crash.restart();
      const version = when === 'before' ? 2 : 3;
      expect((await requests.get('R-000001'))?.version).toBe(version);
      expect(await audit.of('R-000001')).toHaveLength(version);
      expect(jobs.size).toBe(version - 2);
    },
  );
});
