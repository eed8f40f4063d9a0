/**
 * The books of the EVM script on one shard: the base fee, and where the ETH is. What was claimed here is either on an
 * account, or was sent on, or was burned: `claimed = supply + sent + burned`, after every transaction.
 */
import { assert, bytesToBigInt, concatBytes, SherdError, wordToBytes } from '../../base/index.ts';
import type { ScriptWorld } from '../../scripts/world.ts';
import { EVM_SCRIPT } from '../journal.ts';
import { BOOKS_KEY } from './keys.ts';

/** All in wei. */
export interface Books {
  /** Per gas, in the newest block. */
  readonly baseFee: bigint;
  /** Sum of all balances on this shard. */
  readonly supply: bigint;
  /** Base fees, and what contracts destroyed. */
  readonly burned: bigint;
  /** Arrived: at genesis, by withdrawal receipts and from other shards. */
  readonly claimed: bigint;
  /** Left in receipts, for shards or for the beacon chain. */
  readonly sent: bigint;
}

const FIELDS = ['baseFee', 'supply', 'burned', 'claimed', 'sent'] as const;

/** Five words, big-endian, in the order of {@link Books}. */
export function encodeBooks(books: Books): Uint8Array {
  return concatBytes(...FIELDS.map((field) => wordToBytes(books[field])));
}

/** @throws SherdError BAD_BOOKS for bytes of another length: a damaged store. */
export function decodeBooks(bytes: Uint8Array): Books {
  if (bytes.length !== 32 * FIELDS.length) {
    throw new SherdError('BAD_BOOKS', `books of ${bytes.length} bytes, want ${32 * FIELDS.length}`);
  }
  const word = (index: number) => bytesToBigInt(bytes.subarray(32 * index, 32 * (index + 1)));
  return { baseFee: word(0), supply: word(1), burned: word(2), claimed: word(3), sent: word(4) };
}

/** @throws SherdError NO_EVM_GENESIS on a shard whose region 0 was never set up. */
export function readBooks(world: Pick<ScriptWorld, 'getObject'>): Books {
  const object = world.getObject(EVM_SCRIPT, BOOKS_KEY);
  if (object === undefined) throw new SherdError('NO_EVM_GENESIS', 'this shard has no EVM state');
  return decodeBooks(object.storage);
}

export function writeBooks(world: Pick<ScriptWorld, 'setObject'>, books: Books): void {
  world.setObject(EVM_SCRIPT, BOOKS_KEY, encodeBooks(books));
}

/** What one transaction moved, in wei. */
export interface Movement {
  readonly claimed: bigint;
  readonly sent: bigint;
  /** Change of the sum of balances. */
  readonly supply: bigint;
}

/** Books after a transaction. What came in and is neither on an account nor sent on was burned; less than 0 cannot be. */
export function post(books: Books, { claimed, sent, supply }: Movement): Books {
  const burned = claimed - sent - supply;
  assert(burned >= 0n, `a transaction made ${-burned} wei out of nothing`);
  return {
    baseFee: books.baseFee,
    supply: books.supply + supply,
    burned: books.burned + burned,
    claimed: books.claimed + claimed,
    sent: books.sent + sent,
  };
}
