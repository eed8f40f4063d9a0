/** Calls and little else: Fibonacci's numbers the slow way. */
import { answer, turns } from "./io";

function fibonacci(n: u32): u32 {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

export function main(): void {
  let sum: u64 = 0;
  for (let left = turns(); left > 0; left--) sum += fibonacci(16);
  answer(sum);
}
