import { defineConfig } from 'vitest/config';

/** What both suites share; `include` says which files are theirs. */
export const suite = {
  root: new URL('..', import.meta.url).pathname,
  setupFiles: ['test/support/fixed-seed.ts'],
  // Starting processes, workers and fits on a loaded two-core machine is slow; no test asserts a duration.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // The default of expect.poll, a second, is a limit of time on a loaded machine.
  expect: { poll: { timeout: 60_000 } },
};

/**
 * Tests that start many services or compilers, ten seconds and more each: they run with `npm run test:long`,
 * so that `npm test` stays short. They lie where their sources do.
 */
export const SLOW = [
  'test/clients/typescript/consumer.test.ts',
  'test/clients/typescript/early-end.test.ts',
  'test/http/sidecar/labels.test.ts',
  'test/http/sidecar/parameters.test.ts',
  'test/http/sidecar/raw-scores.test.ts',
];

/** `npm test`: every test but those of test/long and test/browser, and the {@link SLOW} ones. */
export default defineConfig({
  test: {
    ...suite,
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', 'test/browser/**', ...SLOW],
    // Vitest leaves a core idle for a watcher by default.
    maxWorkers: '100%',
    // Workers and processes of their own are not counted.
    coverage: {
      include: ['src/**'],
      // The page runs in a browser: test/browser.
      exclude: ['src/ui/**'],
      reporter: ['text-summary'],
      thresholds: { statements: 95, branches: 89, functions: 95, lines: 95 },
    },
  },
});
