// Replays recordings of scripts in this process: node [flags of V8] replay.mjs FOLDER default|fresh|warm|deep
// Prints one line of JSON: how many, and every divergence.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize } from 'node:v8';

const kit = new URL('../../packages/testkit/dist/scriptRecording.js', import.meta.url);
const { freshEngines, replay, sharedEngines, warmUp } = await import(kit);

/** Frames of JavaScript under the engine: most of the native stack that a caller may have used. */
const DEEP_FRAMES = 1_500;

const [folder, setting] = process.argv.slice(2);
const files = readdirSync(folder).sort();
const all = files.map((file) => [file, deserialize(readFileSync(join(folder, file)))]);
const engines = setting === 'fresh' ? freshEngines() : sharedEngines();
const report = { setting, runs: 0, blocks: 0, warmUps: 0, divergences: [] };

function deep(frames, run) {
  return frames === 0 ? run() : deep(frames - 1, run);
}

if (setting === 'warm') {
  // The scripts that people run, very often; the many small modules of the engine's own tests, often.
  const isExample = ([file]) => {
    const folder = new URL(`../../execution-scripts/${file.split('.')[0]}/`, import.meta.url);
    return existsSync(folder) && readdirSync(folder).some((name) => /\.(wasm|evm)$/.test(name));
  };
  const recordingsOf = (files) => files.flatMap(([, recordings]) => recordings);
  report.warmUps += warmUp(recordingsOf(all.filter(isExample)), engines, 10_000);
  report.warmUps += warmUp(recordingsOf(all.filter((each) => !isExample(each))), engines, 200);
}

for (const [file, recordings] of all) {
  for (const [index, recording] of recordings.entries()) {
    report[recording.kind === 'run' ? 'runs' : 'blocks']++;
    try {
      if (setting === 'deep') deep(DEEP_FRAMES, () => replay(recording, engines));
      else replay(recording, engines);
    } catch (error) {
      // A block whose roots differ is refused by the shard itself.
      report.divergences.push(`${file} ${recording.kind} ${index}: ${error.stack}`);
    }
  }
}
console.log(JSON.stringify(report));
