/**
 * CPU time of functions, side by side: after a warm-up the subjects take turns, round after round, so that whatever
 * else the machine does falls on all of them alike. What is told is the median of the rounds, and how far they spread.
 */

/** CPU time of this process (all of its threads, system calls included), in nanoseconds. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function timeOf(run, times) {
  const began = cpuTime();
  for (let left = times; left > 0; left--) {
    const promise = run();
    if (promise instanceof Promise) await promise;
  }
  return cpuTime() - began;
}

/** How many runs fill a sample: CPU time is counted in microseconds, and the compilers' threads count too. */
async function batchOf(run, { warmUp, sample }) {
  let times = 1;
  let spent = 0;
  while (spent < warmUp) {
    const took = await timeOf(run, times);
    spent += took;
    if (took < sample)
      times = Math.max(times + 1, Math.min(times * 4, Math.ceil((times * sample) / Math.max(took, 1))));
  }
  const took = await timeOf(run, times);
  return Math.max(1, Math.round((times * sample) / Math.max(took, 1)));
}

const FULL = { rounds: 9, warmUp: 150e6, sample: 20e6 };

/**
 * Measures `subjects`, functions by name that do the same amount of work at each call. `rounds` samples of each, of
 * `sample` ns of CPU time, after `warmUp` ns. With `quick` each runs once or twice, to see that it works.
 * Gives by name: `ns` (median time of one call), `spread` (from the lowest to the highest sample, as a part of the
 * median) and `samples`, one for each round.
 */
export async function measure(subjects, { quick = false, progress = () => {}, ...options } = {}) {
  const { rounds, warmUp, sample } = quick ? { rounds: 1, warmUp: 0, sample: 0 } : { ...FULL, ...options };
  const names = Object.keys(subjects);
  const batches = {};
  const samples = {};
  for (const name of names) {
    batches[name] = quick ? 1 : await batchOf(subjects[name], { warmUp, sample });
    samples[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push((await timeOf(subjects[name], batches[name])) / batches[name]);
    progress((round + 1) / rounds);
  }
  return Object.fromEntries(
    names.map((name) => {
      const ns = median(samples[name]);
      const spread = ns > 0 ? (Math.max(...samples[name]) - Math.min(...samples[name])) / ns : 0;
      return [name, { ns, spread, samples: samples[name] }];
    }),
  );
}

/** Median over the rounds of `a` divided by `b`: what the machine did meanwhile falls on both. */
export function ratio(a, b) {
  return median(a.samples.map((value, round) => (b.samples[round] > 0 ? value / b.samples[round] : 1)));
}

/** Median over the rounds of the time that `a` takes beyond `b`, in nanoseconds; never below zero. */
export function excess(a, b) {
  return Math.max(0, median(a.samples.map((value, round) => value - b.samples[round])));
}

export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export { median };
