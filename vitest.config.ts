import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Files that start real engines or services share two cores: more workers only make them wait for each other.
    maxWorkers: 2,
  },
});
