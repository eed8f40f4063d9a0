/** The tightest loop that is worth anything: a multiplication, an addition and a rotation for each turn. */
import { answer, turns } from "./io";

export function main(): void {
  let x: u32 = 1;
  for (let left = turns() * 8192; left > 0; left--) x = rotl<u32>(x * 5 + 0xe6546b64, 13);
  answer(x);
}
