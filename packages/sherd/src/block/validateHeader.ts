/** Whether a header may follow its parent. Seals (proof of work) are checked apart, in ethash.ts. */
import { bytesToHex, equalBytes, SherdError } from '../base/index.ts';
import { checkRules } from '../protocol/checkRules.ts';
import type { Rules } from '../protocol/index.ts';
import { nextBaseFee } from './baseFee.ts';
import { nextExcessBlobGas } from './blobGas.ts';
import { checkHeader } from './checkHeader.ts';
import { nextDifficulty } from './difficulty.ts';
import { EMPTY_OMMERS_HASH, type Header, headerHash } from './header.ts';

const MAX_GAS_LIMIT = (1n << 63n) - 1n;

/**
 * @param rules Of the header's own fork.
 * @throws SherdError HEADER_PARENT, HEADER_NUMBER, HEADER_TIMESTAMP, HEADER_GAS_LIMIT, HEADER_GAS_USED,
 *   HEADER_EXTRA_DATA, HEADER_DIFFICULTY, HEADER_NONCE, HEADER_OMMERS, HEADER_BASE_FEE, HEADER_FIELDS,
 *   HEADER_BLOB_GAS, HEADER_EXCESS_BLOB_GAS.
 */
export function validateHeader(header: Header, parent: Header, rules: Rules): void {
  checkHeader(header);
  checkRules(rules);
  if (!equalBytes(header.parentHash, headerHash(parent))) {
    throw new SherdError('HEADER_PARENT', `header's parent is ${bytesToHex(header.parentHash)}, want another block`);
  }
  expectEqual('HEADER_NUMBER', 'block number', header.number, parent.number + 1n);
  if (header.timestamp <= parent.timestamp) {
    throw new SherdError('HEADER_TIMESTAMP', `timestamp ${header.timestamp}, want later than ${parent.timestamp}`, {
      have: header.timestamp,
      want: parent.timestamp + 1n,
    });
  }
  if (header.extraData.length > rules.maxExtraData) {
    throw new SherdError(
      'HEADER_EXTRA_DATA',
      `extra data of ${header.extraData.length} bytes, want at most ${rules.maxExtraData}`,
    );
  }
  checkGas(header, parent, rules);
  checkFields(header, rules);
  if (rules.baseFee) expectEqual('HEADER_BASE_FEE', 'base fee', header.baseFee!, nextBaseFee(parent, rules));
  checkConsensus(header, parent, rules);
  if (rules.blobs) checkBlobGas(header, parent, rules);
}

/** Which of the later fields are there depends on the fork alone. */
function checkFields(header: Header, rules: Rules): void {
  const wanted: readonly (readonly [keyof Header, boolean])[] = [
    ['baseFee', rules.baseFee],
    ['withdrawalsRoot', rules.withdrawals],
    ['blobGasUsed', rules.blobs],
    ['excessBlobGas', rules.blobs],
    ['parentBeaconBlockRoot', rules.blobs],
    ['requestsHash', rules.requests.length > 0],
  ];
  for (const [field, isWanted] of wanted) {
    if ((header[field] !== undefined) === isWanted) continue;
    throw new SherdError('HEADER_FIELDS', `header ${isWanted ? 'without' : 'with'} ${field}`, { field, isWanted });
  }
}

function checkGas(header: Header, parent: Header, rules: Rules): void {
  // The first block with a base fee counts its parent's limit as the target (EIP-1559).
  const isFirst = rules.baseFee && parent.baseFee === undefined;
  const before = isFirst ? parent.gasLimit * rules.baseFeeElasticity : parent.gasLimit;
  const bound = before / rules.gasLimitBoundDivisor;
  const change = header.gasLimit > before ? header.gasLimit - before : before - header.gasLimit;
  if (change >= bound || header.gasLimit < rules.minBlockGasLimit || header.gasLimit > MAX_GAS_LIMIT) {
    throw new SherdError(
      'HEADER_GAS_LIMIT',
      `gas limit ${header.gasLimit}, want less than ${bound} from ${before} and at least ${rules.minBlockGasLimit}`,
      { have: header.gasLimit, parent: before },
    );
  }
  if (header.gasUsed > header.gasLimit) {
    throw new SherdError('HEADER_GAS_USED', `gas used ${header.gasUsed}, want at most the limit ${header.gasLimit}`, {
      have: header.gasUsed,
      want: header.gasLimit,
    });
  }
}

function checkConsensus(header: Header, parent: Header, rules: Rules): void {
  const hasOmmers = !equalBytes(parent.ommersHash, EMPTY_OMMERS_HASH);
  const difficulty = nextDifficulty(header.number, header.timestamp, { ...parent, hasOmmers }, rules);
  expectEqual('HEADER_DIFFICULTY', 'difficulty', header.difficulty, difficulty);
  if (rules.difficulty !== 'none') return;
  if (header.nonce.some((byte) => byte !== 0)) throw new SherdError('HEADER_NONCE', 'header with a nonce, want zeros');
  if (!equalBytes(header.ommersHash, EMPTY_OMMERS_HASH)) {
    throw new SherdError('HEADER_OMMERS', 'header with ommers, want none under proof of stake');
  }
}

function checkBlobGas(header: Header, parent: Header, rules: Rules): void {
  const used = header.blobGasUsed!;
  const most = BigInt(rules.blobMax * rules.blobGas);
  if (used > most || used % BigInt(rules.blobGas) !== 0n) {
    throw new SherdError(
      'HEADER_BLOB_GAS',
      `blob gas used ${used}, want a multiple of ${rules.blobGas} up to ${most}`,
      {
        have: used,
        want: most,
      },
    );
  }
  const { excessBlobGas = 0n, blobGasUsed = 0n, baseFee = 0n } = parent;
  const excess = nextExcessBlobGas({ excessBlobGas, blobGasUsed, baseFee }, rules);
  expectEqual('HEADER_EXCESS_BLOB_GAS', 'excess blob gas', header.excessBlobGas!, excess);
}

function expectEqual(code: string, what: string, have: bigint, want: bigint): void {
  if (have === want) return;
  throw new SherdError(code, `${what}: have ${have}, want ${want}`, { have, want });
}
