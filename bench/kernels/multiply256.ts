/** Products of 256-bit numbers from 32-bit limbs, as a script without wide multiplication makes them. */
import { answer, turns } from "./io";

const a: usize = memory.data(32, 8);
const b: usize = memory.data(32, 8);
const product: usize = memory.data(64, 8);

function multiply(): void {
  memory.fill(product, 0, 64);
  for (let i: usize = 0; i < 32; i += 4) {
    const factor = <u64>load<u32>(a + i);
    let carry: u64 = 0;
    for (let j: usize = 0; j < 32; j += 4) {
      const sum = factor * <u64>load<u32>(b + j) + <u64>load<u32>(product + i + j) + carry;
      store<u32>(product + i + j, <u32>sum);
      carry = sum >> 32;
    }
    store<u32>(product + i + 32, <u32>carry);
  }
}

export function main(): void {
  for (let i: usize = 0; i < 32; i++) {
    store<u8>(a + i, <u8>(i * 37 + 11));
    store<u8>(b + i, <u8>(i * 91 + 5));
  }
  for (let left = turns() * 64; left > 0; left--) {
    multiply();
    memory.copy(a, product + 16, 32);
    store<u64>(a, load<u64>(a) | 1);
  }
  answer(load<u64>(a));
}
