/** How fast a piece of code runs: the same run again and again on the same state, after a time to warm up. */
import { type CodeResult, type CodeRun, type CodeWorld, runCode } from './runCode.ts';

export interface Benchmark {
  readonly result: CodeResult;
  readonly iterations: number;
  /** Nanoseconds; the mean of all measured runs, and the fastest. */
  readonly mean: number;
  readonly best: number;
}

const WARM_UP = 300_000_000;
const MEASURE = 1_000_000_000;

/** Runs for about 1.3 seconds, once at the least. The journal is left as it was. */
export function benchmark(world: CodeWorld, run: CodeRun): Benchmark {
  let result: CodeResult | undefined;
  const once = (): number => {
    const start = world.journal.snapshot();
    const began = process.hrtime.bigint();
    result = runCode(world, run);
    const took = Number(process.hrtime.bigint() - began);
    world.journal.revertTo(start);
    return took;
  };
  const first = once();
  for (let spent = first; spent < WARM_UP; ) spent += once();
  let [iterations, total, best] = [0, 0, Number.POSITIVE_INFINITY];
  while (total < MEASURE) {
    const took = once();
    iterations++;
    total += took;
    if (took < best) best = took;
  }
  return { result: result!, iterations, mean: total / iterations, best };
}

/** Lines for people: geth's first two, then what geth does not say. */
export function benchmarkText({ result, iterations, mean, best }: Benchmark): string {
  const speed = (nanoseconds: number) => ((Number(result.gasUsed) / nanoseconds) * 1000).toFixed(1);
  return [
    `EVM gas used:    ${result.gasUsed}`,
    `execution time:  ${duration(mean)}`,
    `iterations:      ${iterations}`,
    `time per run:    ${Math.round(mean)} ns mean, ${Math.round(best)} ns best`,
    `speed:           ${speed(mean)} Mgas/s mean, ${speed(best)} Mgas/s best`,
  ].join('\n');
}

/** Nanoseconds in a unit that leaves few digits. */
export function duration(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${Math.round(nanoseconds)}ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toFixed(3)}µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toFixed(3)}ms`;
  return `${(nanoseconds / 1e9).toFixed(3)}s`;
}
