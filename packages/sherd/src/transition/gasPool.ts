/** The gas of a block that its transactions draw from, and the blob gas beside it. */
import { SherdError } from '../base/index.ts';

/** What is left in a block. Gas in units. */
export interface GasPool {
  /** Gas that the next transactions may still ask for. */
  gas: bigint;
  /** The same in blob gas (EIP-4844). */
  blobGas: bigint;
}

/** The gas and blob gas of one block, in gas units. */
export function createGasPool(gas: bigint, blobGas = 0n): GasPool {
  return { gas, blobGas };
}

/** @throws SherdError BLOCK_GAS_EXCEEDED, BLOCK_BLOB_GAS_EXCEEDED when the pool is too small; takes nothing. */
export function checkGasPool(pool: GasPool, gas: bigint, blobGas: bigint): void {
  if (gas > pool.gas) {
    throw new SherdError('BLOCK_GAS_EXCEEDED', `gas limit ${gas}, have ${pool.gas} gas left in the block`, {
      have: pool.gas,
      want: gas,
    });
  }
  if (blobGas > pool.blobGas) {
    throw new SherdError(
      'BLOCK_BLOB_GAS_EXCEEDED',
      `${blobGas} blob gas wanted, have ${pool.blobGas} blob gas left in the block`,
      { have: pool.blobGas, want: blobGas },
    );
  }
}
