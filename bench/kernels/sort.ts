/** Heap sort of pseudo-random numbers: loads, stores and branches that nobody can predict. */
import { answer, turns } from "./io";

const COUNT: i32 = 2048;
const numbers: usize = memory.data(8192, 8);

function at(index: i32): usize {
  return numbers + ((<usize>index) << 2);
}

function sink(start: i32, end: i32): void {
  const value = load<u32>(at(start));
  let hole = start;
  for (let child = 2 * hole + 1; child < end; child = 2 * hole + 1) {
    if (child + 1 < end && load<u32>(at(child + 1)) > load<u32>(at(child))) child++;
    const largest = load<u32>(at(child));
    if (largest <= value) break;
    store<u32>(at(hole), largest);
    hole = child;
  }
  store<u32>(at(hole), value);
}

export function main(): void {
  let seed: u32 = 7;
  let sum: u64 = 0;
  for (let left = turns(); left > 0; left--) {
    for (let i = 0; i < COUNT; i++) {
      seed = seed * 1664525 + 1013904223;
      store<u32>(at(i), seed);
    }
    for (let i = COUNT / 2 - 1; i >= 0; i--) sink(i, COUNT);
    for (let end = COUNT - 1; end > 0; end--) {
      const top = load<u32>(at(0));
      store<u32>(at(0), load<u32>(at(end)));
      store<u32>(at(end), top);
      sink(0, end);
    }
    sum += load<u32>(at(COUNT / 3));
  }
  answer(sum);
}
