/** A tight loop of 64-bit arithmetic: the mixing steps of splitmix64, no memory. */
import { answer, turns } from "./io";

export function main(): void {
  let state: u64 = 1;
  let sum: u64 = 0;
  for (let left = turns() * 2048; left > 0; left--) {
    state += 0x9e3779b97f4a7c15;
    let z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    sum ^= z ^ (z >> 31);
  }
  answer(sum);
}
