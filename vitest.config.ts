import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const sherd = fileURLToPath(new URL('./packages/sherd/src/', import.meta.url));

export default defineConfig({
  resolve: {
    // Unit tests run from the sources; tests that start processes use the build.
    alias: [
      { find: /^sherd\/(\w+)$/, replacement: `${sherd}$1/index.ts` },
      { find: /^#bls$/, replacement: `${sherd}crypto/bls/native.ts` },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'execution-scripts/*/test/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
