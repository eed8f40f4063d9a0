/** A library that scripts are linked with: one percent is kept. Libraries have no memory, only functions and globals. */
const PARTS: u64 = 100;

export function afterFee(amount: u64): u64 {
  return amount - amount / PARTS;
}
