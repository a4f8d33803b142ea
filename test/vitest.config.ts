import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/fixed-seed.ts'],
    // Starting processes, workers and fits on a loaded two-core machine is slow; no test asserts a duration.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
