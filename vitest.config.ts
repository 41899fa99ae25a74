import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node',
  globalSetup: ['test/environment/database.ts'],
  maxWorkers: 2,
  // Real databases and processes on a machine that may be busy.
  testTimeout: 30_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    // "vitest run --project main" and "--project browser"; each has the database.
    projects: [
      {
        test: {
          ...shared,
          name: 'main',
          include: [
            'src/**/*.test.ts',
            'console/src/**/*.test.ts',
            'test/**/*.test.ts',
            'models/**/*.test.ts',
            'bench/**/*.test.ts',
            'demo/**/*.test.ts',
          ],
          exclude: ['test/browser/**', '**/node_modules/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
