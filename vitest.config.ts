import { defineConfig } from 'vitest/config';

const shared = {
  globalSetup: ['test/support/database.ts'],
  pool: 'forks' as const,
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'behaviour',
          include: ['test/**/*.test.ts'],
          exclude: ['test/numbers/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Measured alone, once all others are through: a number that depends on its neighbours says nothing.
        test: {
          ...shared,
          name: 'numbers',
          include: ['test/numbers/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
