/** The tests of scripts once more, unchanged, with engines and shards that are recorded. Used by determinism.test.ts. */
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';
import { alias } from '../../vitest.config.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const recorder = `${root}packages/testkit/src/scriptRecording.ts`;

/** The two functions through which all scripts run, and what records them. */
const ENTRANCES: Readonly<Record<string, readonly [name: string, recorder: string]>> = {
  [`${root}packages/sherd/src/scripts/engine.ts`]: ['createScriptEngine', 'recordingEngine'],
  [`${root}packages/sherd/src/shard/transition.ts`]: ['applyShardBlock', 'recordingApply'],
};

const recordScripts: Plugin = {
  name: 'record-scripts',
  enforce: 'pre',
  transform(code, id) {
    const [name, wrapper] = ENTRANCES[id] ?? [];
    if (name === undefined) return undefined;
    const declaration = `export function ${name}(`;
    if (!code.includes(declaration)) throw new Error(`${id} has no ${name}`);
    // The recorder imports what it wraps, so it is asked for when it is first needed.
    return `${code.replace(declaration, `function unrecorded(`)}
      import { ${wrapper} } from ${JSON.stringify(recorder)};
      let recorded;
      export function ${name}(...args) {
        recorded ??= ${wrapper}(unrecorded, (each) => globalThis.sherdRecording(each));
        return recorded(...args);
      }`;
  },
};

/** These run the tests of another script again, with a variable that tells which script it is. */
const BORROWED = 'execution-scripts/eth-transfer-solidity/test/**/*.test.ts';

const shared = {
  // Those compile sources, and run nothing.
  testNamePattern: '^(?!.*(committed (module|file) is|build is reproducible))',
  setupFiles: [fileURLToPath(new URL('./record.ts', import.meta.url))],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        resolve: { alias },
        plugins: [recordScripts],
        test: {
          ...shared,
          name: 'record',
          // Loading the core anew for each file would take most of the time.
          isolate: false,
          include: [
            'execution-scripts/*/test/**/*.test.ts',
            'packages/sherd/src/scripts/**/*.test.ts',
            'packages/sherd/src/shard/evmCode/**/*.test.ts',
            'packages/sherd/src/shard/hostile.test.ts',
            'packages/node/src/scout/**/*.test.ts',
          ],
          exclude: [BORROWED],
        },
      },
      {
        root,
        resolve: { alias },
        plugins: [recordScripts],
        test: { ...shared, name: 'borrowed', include: [BORROWED] },
      },
    ],
  },
});
