/** Set up before every test file of the recording run: keeps what the file's engines and shards do, and writes it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, expect } from 'vitest';
import type { ScriptRecording } from '../../packages/testkit/src/scriptRecording.ts';

const directory = process.env.SHERD_RECORDINGS;
if (directory === undefined) throw new Error('SHERD_RECORDINGS names no folder');

const recordings: ScriptRecording[] = [];
(globalThis as { sherdRecording?: (recording: ScriptRecording) => void }).sherdRecording = (recording) =>
  void recordings.push(recording);

afterAll(() => {
  const file = expect.getState().testPath?.replace(/^.*\/(packages|execution-scripts)\//, '') ?? 'unknown';
  mkdirSync(directory, { recursive: true });
  if (recordings.length > 0) writeFileSync(join(directory, file.replaceAll('/', '.')), serialize(recordings));
});
