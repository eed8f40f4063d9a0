import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const sherd = fileURLToPath(new URL('./packages/sherd/src/', import.meta.url));
const testkit = fileURLToPath(new URL('./packages/testkit/src/index.ts', import.meta.url));

// Unit tests run from the sources; tests that start processes use the build.
export const alias = [
  { find: /^sherd\/(\w+)$/, replacement: `${sherd}$1/index.ts` },
  { find: /^#bls$/, replacement: `${sherd}crypto/bls/native.ts` },
  { find: /^#sha256$/, replacement: `${sherd}crypto/sha256/native.ts` },
  { find: /^@sherd\/testkit$/, replacement: testkit },
];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'execution-scripts/*/test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/*.system.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          // Whole networks as child processes, and the official suites: one file at a time, both cores each.
          name: 'system',
          include: ['test/**/*.test.ts', 'packages/*/src/**/*.system.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          fileParallelism: false,
          testTimeout: 900_000,
          // Networks take what time they need: no test is about speed.
          expect: { poll: { timeout: 60_000 } },
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
