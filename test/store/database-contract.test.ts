// The store on a real database keeps the contract that the core relies on.

import { afterAll, beforeAll } from 'vitest';
import type { Job } from '../../src/core/model/request.ts';
import type { Database } from '../../src/store/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { openTestDatabase } from '../support/database.ts';
import { storeContract } from './contract.ts';

let database: Database;
let store: Store;
const jobs: Job[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  store = createStore({
    database,
    queue: {
      enqueue: async (_trx, job) => {
        jobs.push(job);
      },
    },
  });
});
afterAll(() => database.close());

storeContract(() => ({ ...store, jobsOf: (id) => jobs.filter((job) => job.id === id) }));
