import { bytesToBigInt, hexToBytes, parseAddress } from 'sherd/base';
import { keccak256 } from 'sherd/crypto';
import { Journal } from 'sherd/state';
import { applyTransaction, createGasPool } from 'sherd/transition';

const alice = parseAddress('0x00000000000000000000000000000000000a11ce');
const counter = parseAddress('0x0000000000000000000000000000000000000c01');
// Adds 1 to slot 0.
const code = hexToBytes('60005460010160005500');
const codeHash = (bytes) => bytesToBigInt(keccak256(bytes));

// Your own database: here a Map of plain objects.
const accounts = new Map([
  [alice, { nonce: 0n, balance: 10n ** 18n, code: new Uint8Array(0), slots: new Map() }],
  [counter, { nonce: 1n, balance: 0n, code, slots: new Map([['0', 41n]]) }],
]);

/** A StateStore: four functions that read. */
const store = {
  getAccount(address) {
    const account = accounts.get(address);
    return account && { nonce: account.nonce, balance: account.balance, codeHash: codeHash(account.code) };
  },
  getCode: (address) => accounts.get(address)?.code ?? new Uint8Array(0),
  getStorage: (address, slot) => accounts.get(address)?.slots.get(slot.toString()) ?? 0n,
  hasStorage: (address) => (accounts.get(address)?.slots.size ?? 0) > 0,
};

/** Writes what a journal hands out, once a block. */
function write(changes) {
  for (const [address, change] of changes) {
    if (change.account === undefined) {
      accounts.delete(address);
      continue;
    }
    const old = accounts.get(address) ?? { code: new Uint8Array(0), slots: new Map() };
    const slots = change.storageCleared ? new Map() : old.slots;
    for (const [slot, value] of change.storage) {
      if (value === 0n) slots.delete(slot.toString());
      else slots.set(slot.toString(), value);
    }
    const { nonce, balance } = change.account;
    accounts.set(address, { nonce, balance, code: change.code ?? old.code, slots });
  }
}

const journal = new Journal(store);
const result = applyTransaction({
  journal,
  fork: 'osaka',
  block: {
    coinbase: parseAddress('0x000000000000000000000000000000000000c01b'),
    number: 1n,
    timestamp: 1_700_000_000n,
    gasLimit: 30_000_000n,
    difficulty: 0n,
    prevRandao: 0n,
    baseFee: 7n,
    blobBaseFee: 1n,
    chainId: 1n,
  },
  gasPool: createGasPool(30_000_000n),
  // Without a signature, because the sender is given below.
  transaction: {
    type: 2,
    chainId: 1n,
    nonce: 0n,
    maxPriorityFeePerGas: 1n,
    maxFeePerGas: 10n,
    gasLimit: 100_000n,
    to: counter,
    value: 0n,
    data: new Uint8Array(0),
    accessList: [],
  },
  sender: alice,
});
console.log(result.isSuccess, result.gasUsed, result.effectiveGasPrice);
write(journal.drain());
console.log(accounts.get(counter).slots.get('0'), accounts.get(alice).nonce);
