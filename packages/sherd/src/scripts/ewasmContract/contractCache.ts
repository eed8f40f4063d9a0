/** Verdicts on codes, compiled contracts among them, within a budget of bytes; the least recently used one goes first. */
import { bytesToHex } from '../../base/index.ts';
import { sha256 } from '../../crypto/index.ts';
import { type ContractVerdict, checkContract } from './checkContract.ts';

/** What an entry takes beside its bytes. */
const ENTRY_BYTES = 4_096;

export class ContractCache {
  readonly #entries = new Map<string, ContractVerdict>();
  readonly #budget: number;
  #used = 0;

  /** `budget` in bytes of metered code. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** The verdict on a code, from memory or made now: the same either way. */
  verdict(code: Uint8Array): ContractVerdict {
    const key = bytesToHex(sha256(code));
    const known = this.#entries.get(key);
    const verdict = known ?? checkContract(code);
    if (known === undefined) this.#used += bytesOf(verdict);
    else this.#entries.delete(key);
    this.#entries.set(key, verdict);
    for (const [oldest, dropped] of this.#entries) {
      if (this.#used <= this.#budget || oldest === key) break;
      this.#entries.delete(oldest);
      this.#used -= bytesOf(dropped);
    }
    return verdict;
  }
}

function bytesOf(verdict: ContractVerdict): number {
  return ENTRY_BYTES + (verdict.ok ? verdict.size : 0);
}
