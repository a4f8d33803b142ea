import { defineConfig } from 'vitest/config';
import { SLOW, suite } from './vitest.config.js';

/**
 * `npm run test:long`: memory, kills, mutated bodies and browsers, minutes each. One file at a time: they
 * measure processes.
 */
export default defineConfig({
  test: {
    ...suite,
    include: ['test/long/**/*.test.ts', 'test/browser/**/*.test.ts', ...SLOW],
    fileParallelism: false,
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
