/** The price of blob gas and how it follows demand (EIP-4844, EIP-7691, EIP-7918). */
import { badArgument, checkObject, checkUnsigned } from '../base/arguments.ts';
import { SherdError } from '../base/index.ts';
import { checkRules } from '../protocol/checkRules.ts';
import type { Rules } from '../protocol/index.ts';

/** e ** 178 is above 2 ** 256: nobody could pay a price beyond this many fractions, and the series would not end. */
const MAX_FRACTIONS = 178n;

/**
 * Wei per blob gas for a block with this excess.
 * @throws SherdError EXCESS_BLOB_GAS_TOO_HIGH when the price would not fit into a word.
 */
export function blobBaseFee(excessBlobGas: bigint, rules: Rules): bigint {
  checkUnsigned(excessBlobGas, 'excess blob gas');
  checkRules(rules);
  if (excessBlobGas > MAX_FRACTIONS * rules.blobBaseFeeFraction) {
    throw new SherdError('EXCESS_BLOB_GAS_TOO_HIGH', `excess blob gas ${excessBlobGas} makes no price`, {
      have: excessBlobGas,
    });
  }
  return fakeExponential(rules.blobMinBaseFee, excessBlobGas, rules.blobBaseFeeFraction);
}

/** What of the parent block its child's blob gas depends on. Gas in units. */
export interface BlobGasParent {
  readonly excessBlobGas: bigint;
  readonly blobGasUsed: bigint;
  /** Wei per gas. */
  readonly baseFee: bigint;
}

const FIELDS = ['excessBlobGas', 'blobGasUsed', 'baseFee'] as const;

/** Excess of a block from its parent's fields, under the rules of the block. */
export function nextExcessBlobGas(parent: BlobGasParent, rules: Rules): bigint {
  checkObject(parent, 'parent');
  checkRules(rules);
  for (const field of FIELDS) checkUnsigned(parent[field], `parent: ${field}`);
  const perBlob = BigInt(rules.blobGas);
  const target = BigInt(rules.blobTarget) * perBlob;
  const total = parent.excessBlobGas + parent.blobGasUsed;
  if (total < target) return 0n;
  // EIP-7918: while blob gas is cheaper than what its execution costs, the excess does not sink.
  const isBelowReserve = rules.blobReserveGas * parent.baseFee > perBlob * blobBaseFee(parent.excessBlobGas, rules);
  if (isBelowReserve && rules.blobReserveGas > 0n) {
    const max = BigInt(rules.blobMax);
    return parent.excessBlobGas + (parent.blobGasUsed * (max - BigInt(rules.blobTarget))) / max;
  }
  return total - target;
}

/** Approximates factor * e ** (numerator / denominator) by its Taylor series in integers, as the EIP writes it. */
export function fakeExponential(factor: bigint, numerator: bigint, denominator: bigint): bigint {
  checkUnsigned(factor, 'factor');
  checkUnsigned(numerator, 'numerator');
  if (typeof denominator !== 'bigint' || denominator < 1n)
    throw badArgument('denominator', denominator, 'a bigint above 0');
  let sum = 0n;
  let term = factor * denominator;
  for (let i = 1n; term > 0n; i++) {
    sum += term;
    term = (term * numerator) / (denominator * i);
  }
  return sum / denominator;
}
