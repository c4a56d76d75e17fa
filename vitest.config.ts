import { defineConfig } from 'vitest/config';

/** Three rings of tests: `unit` needs nothing, `integration` starts an engine or a simulator, `e2e` starts the whole local stack. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.integration.test.ts', 'test/e2e/**'],
          // Some synthesize the whole stack: a bound against hanging, on a busy machine too.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.integration.test.ts'],
          // Longer than one wait of `waitFor`, so that a failure names what was waited for.
          testTimeout: 90_000,
          hookTimeout: 90_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Several waits of `waitFor`, and for the first file bundling and synthesis too.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
