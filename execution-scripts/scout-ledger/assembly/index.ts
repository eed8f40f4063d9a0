/**
 * A script for Scout's host interface: the state root is a sum. Block data of 32 bytes is a number that is added to it,
 * mixed with a rate that comes from a library; 184 bytes are a deposit, whose amount is taken off.
 */

// @ts-nocheck: decorators of AssemblyScript
@external("env", "eth2_loadPreStateRoot") declare function loadPreStateRoot(outPtr: usize): void;
@external("env", "eth2_savePostStateRoot") declare function savePostStateRoot(ptr: usize): void;
@external("env", "eth2_blockDataSize") declare function blockDataSize(): i32;
@external("env", "eth2_blockDataCopy") declare function blockDataCopy(outPtr: usize, offset: i32, length: i32): void;
@external("env", "eth2_pushNewDeposit") declare function pushNewDeposit(ptr: usize, length: i32): void;
@external("env", "bignum_add256") declare function add256(a: usize, b: usize, out: usize): void;
@external("env", "bignum_sub256") declare function sub256(a: usize, b: usize, out: usize): void;
@external("env", "debug_print64") declare function print64(value: i64): void;
@external("fees", "afterFee") declare function afterFee(amount: u64): u64;

const root: usize = memory.data(32, 8);
const amount: usize = memory.data(32, 8);
const data: usize = memory.data(184, 8);

export function main(): void {
  const length = blockDataSize();
  loadPreStateRoot(root);
  if (length == 32) {
    blockDataCopy(data, 0, 32);
    store<u64>(amount, afterFee(load<u64>(data)));
    add256(root, amount, root);
  } else if (length == 184) {
    blockDataCopy(data, 0, 184);
    store<u64>(amount, load<u64>(data, 80));
    sub256(root, amount, root);
    pushNewDeposit(data, 184);
  } else {
    unreachable();
  }
  print64(load<u64>(root));
  savePostStateRoot(root);
}
