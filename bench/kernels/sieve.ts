/** The sieve of Eratosthenes: bytes of memory, and loops of few instructions. */
import { answer, turns } from "./io";

const SIZE: i32 = 16_384;
const composite: usize = memory.data(16384, 8);

export function main(): void {
  let found: u64 = 0;
  for (let left = turns(); left > 0; left--) {
    memory.fill(composite, 0, SIZE);
    for (let n = 2; n < SIZE; n++) {
      if (load<u8>(composite + n)) continue;
      found++;
      for (let multiple = n + n; multiple < SIZE; multiple += n) store<u8>(composite + multiple, 1);
    }
  }
  answer(found);
}
