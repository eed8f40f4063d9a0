/**
 * Senders that were recovered before: a block is built, then applied, and recovery is a third of a transfer's cost.
 * A pure function's results, so that no outcome depends on what is kept.
 */
import { type Address, bytesToHex, type Hex } from '../../base/index.ts';
import { recoverSender, type Transaction } from '../../tx/index.ts';

/** A few full blocks of transfers. */
const MOST = 8192;

export interface Senders {
  /** Sender of `transaction`, whose envelope has this hash. @throws SherdError SIGNATURE_INVALID, TX_NOT_SIGNED */
  of(transaction: Transaction, hash: Uint8Array): Address;
}

export function createSenders(): Senders {
  const known = new Map<Hex, Address>();
  return {
    of(transaction, hash) {
      const key = bytesToHex(hash);
      let sender = known.get(key);
      if (sender === undefined) {
        sender = recoverSender(transaction);
        // Maps keep the order of insertion: the oldest goes.
        if (known.size >= MOST) known.delete(known.keys().next().value!);
        known.set(key, sender);
      }
      return sender;
    },
  };
}
