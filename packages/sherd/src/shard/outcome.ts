/** What became of a transaction: the record that a node keeps, and the part of it that headers commit to. */
import { ByteVectorType, ContainerType, UintBigintType, UintNumberType } from '@chainsafe/ssz';
import type { Address } from '../base/index.ts';
import { LIST_LIMITS } from '../beacon/types.ts';
import { sha256 } from '../crypto/hash.ts';
import type { Log } from '../evm/host.ts';
import { SCRIPT_OUTCOMES, type ScriptOutcome } from '../scripts/run.ts';
import { ListCompositeType } from '../ssz/index.ts';

/** The Ethereum side of a transaction of the EVM script. Plain data. */
export interface EvmReceipt {
  /** Transaction type; {@link CLAIM_TYPE} for a delivered claim. */
  readonly type: number;
  readonly status: 0 | 1;
  /** Gas used by the block's shard transactions up to and with this one. */
  readonly cumulativeGasUsed: number;
  readonly gasUsed: number;
  readonly logs: readonly Log[];
  /** 256 bytes. */
  readonly bloom: Uint8Array;
  /** Of a creation that succeeded. */
  readonly contractAddress?: Address;
  /** Wei per gas; 0 for a claim. */
  readonly effectiveGasPrice: bigint;
  /** Keccak-256 of the transaction's envelope (of the whole data for a claim). */
  readonly txHash: Uint8Array;
  readonly from: Address;
  /** Undefined for a creation. */
  readonly to?: Address;
}

export interface TransactionOutcome {
  readonly script: number;
  readonly outcome: ScriptOutcome;
  readonly gasUsed: number;
  /** finish(data), abort(data), or an EVM call's return data. */
  readonly output: Uint8Array;
  readonly error?: { readonly code: string; readonly message: string };
  /** Indices of the receipts that it saved on this shard. */
  readonly receipts: readonly bigint[];
  /** Set by the EVM script. A reverted Ethereum transaction has outcome `finished` and status 0 here. */
  readonly evm?: EvmReceipt;
}

const bytes32 = new ByteVectorType(32);

/** The part of an outcome that everybody must agree on. Sentences of errors are not in it. */
export const OutcomeRecord = new ContainerType({
  script: new UintNumberType(4),
  /** Position in SCRIPT_OUTCOMES. */
  outcome: new UintNumberType(1),
  gasUsed: new UintBigintType(8),
  /** SHA-256 of the output. */
  outputHash: bytes32,
  firstReceipt: new UintBigintType(8),
  receiptCount: new UintNumberType(4),
  /** Keccak-256 of the Ethereum receipt as EIP-2718 encodes it; zero for other scripts. */
  evmReceiptHash: bytes32,
});

const OutcomeRecords = new ListCompositeType(OutcomeRecord, LIST_LIMITS.transactionsPerBlock);

const ZERO32 = new Uint8Array(32);

/** hash_tree_root of the list of outcome records: `outcomesRoot` of the header. */
export function outcomesRoot(
  outcomes: readonly TransactionOutcome[],
  evmReceiptHash: (receipt: EvmReceipt) => Uint8Array,
): Uint8Array {
  return OutcomeRecords.hashTreeRoot(
    outcomes.map((outcome) => ({
      script: outcome.script,
      outcome: SCRIPT_OUTCOMES.indexOf(outcome.outcome),
      gasUsed: BigInt(outcome.gasUsed),
      outputHash: sha256(outcome.output),
      firstReceipt: outcome.receipts[0] ?? 0n,
      receiptCount: outcome.receipts.length,
      evmReceiptHash: outcome.evm === undefined ? ZERO32 : evmReceiptHash(outcome.evm),
    })),
  );
}
