/** What the block and the chain say. */
import type { Frame } from '../frame.ts';
import type { Instruction, Machine } from '../machine.ts';

function constant(read: (machine: Machine) => bigint): Instruction {
  return (f, m) => {
    f.stack[f.sp++] = read(m);
    return 0;
  };
}

/** BLOCKHASH knows this many blocks before the present one. */
const WINDOW = 256n;

export const block = {
  BLOCKHASH(f: Frame, m: Machine) {
    const top = f.sp - 1;
    const number = f.stack[top]!;
    const current = m.block.number;
    f.stack[top] = number < current && current - number <= WINDOW ? m.host.blockHash(number) : 0n;
    return 0;
  },
  COINBASE: constant((m) => m.coinbaseWord),
  TIMESTAMP: constant((m) => m.block.timestamp),
  NUMBER: constant((m) => m.block.number),
  /** EIP-4399 turned DIFFICULTY into this. */
  PREVRANDAO: constant((m) => (m.rules.prevRandao ? m.block.prevRandao : m.block.difficulty)),
  GASLIMIT: constant((m) => m.block.gasLimit),
  CHAINID: constant((m) => m.block.chainId),
  BASEFEE: constant((m) => m.block.baseFee),
  BLOBBASEFEE: constant((m) => m.block.blobBaseFee),
  BLOBHASH(f: Frame, m: Machine) {
    const top = f.sp - 1;
    const index = f.stack[top]!;
    const hashes = m.transaction.blobHashes;
    f.stack[top] = index < BigInt(hashes.length) ? hashes[Number(index)]! : 0n;
    return 0;
  },
} satisfies Record<string, Instruction>;
