/**
 * A memory for loads of which each needs the one before it: every cache line holds the address of another, all of them in
 * one cycle, in an order that no processor foresees.
 */
const LINE = 64;

/** For each of `count` numbers another one: all of them are one cycle, in disorder. */
export function cycle(count) {
  const next = Uint32Array.from({ length: count }, (_, i) => i);
  let random = 88_675_123;
  // Sattolo's shuffle: one cycle, whatever the numbers.
  for (let i = count - 1; i > 0; i--) {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    const j = (random >>> 0) % i;
    [next[i], next[j]] = [next[j], next[i]];
  }
  return next;
}

/** Fills the memory. The cycle goes through address 0 and every other multiple of 64. */
export function fillPointerCycle(memory) {
  const words = new Uint32Array(memory.buffer);
  const lines = words.length / (LINE / 4);
  const next = cycle(lines);
  for (let i = 0; i < lines; i++) words[(i * LINE) / 4] = next[i] * LINE;
}
