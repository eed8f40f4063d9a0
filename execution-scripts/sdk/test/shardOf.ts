/** A shard in memory with a script that is compiled from text, as if it stood in a folder beside the SDK. */
import { fileURLToPath } from 'node:url';
import { createTestShard, type TestShard } from '../../../packages/node/src/scriptTool/index.ts';
import { compileScript } from '../compile.mjs';

export async function compileText(source: string): Promise<Uint8Array> {
  const entry = fileURLToPath(new URL('../../under-test/assembly/index.ts', import.meta.url));
  return new Uint8Array(await compileScript(entry, new Map([[entry, source]])));
}

export async function shardOf(source: string): Promise<TestShard> {
  return createTestShard(await compileText(source));
}
