/** Blocks that are full of one thing, as an executor builds them over the node's database. */
import { hexToBytes, wordToBytes } from 'sherd/base';
import { presetParams } from 'sherd/beacon';
import { addressOf } from 'sherd/crypto';
import { encodeTransaction, signAuthorization, signTransaction } from 'sherd/tx';
import { op, push } from '../../packages/testkit/dist/index.js';
import { createBlocks, openDatabase } from './shardBlocks.mjs';
import { ACCOUNT_BASE, CALLEES, LARGE_BASE, LARGE_BYTES, WORD } from './worstEvm.mjs';
import { HELPERS } from './worstScripts.mjs';

/** Gas of a block of the `dev` preset. */
export const BLOCK_GAS = 30_000_000;
const HALF = BLOCK_GAS / 2;
const GWEI = 1_000_000_000n;
const ETH = GWEI ** 2n;
const senderKey = new Uint8Array(32).fill(0x77);
const sender = addressOf(senderKey);
const NOWHERE = 1n << 128n;

const addressAt = (number) => `0x${number.toString(16).padStart(40, '0')}`;
const contractAt = (index) => addressAt(0xc0de_0000_0000n + BigInt(index));
const account = (code) => ({ code: hexToBytes(`0x${code}`), nonce: 1n, balance: ETH });
const range = (length, make) => Array.from({ length }, (_, i) => make(i));

/** The account whose slots loops work on: it runs the code of the contract that the second word of its data names. */
const SLOTS_ACCOUNT = addressAt(0x5107_0000n);
const SLOTS_CODE = `${push(32)}${push(0)}${push(0)}${op.CALLDATACOPY}${push(0)}${push(0)}${push(32)}${push(0)}${push(32)}${op.CALLDATALOAD}${op.GAS}${op.DELEGATECALL}`;

/**
 * A network in which shard 1 has `contracts` (of evmLoops and precompileLoops) and scripts, beside `sizes.slots` slots,
 * `sizes.accounts` accounts and `sizes.large` large contracts. `build` makes a block, and keeps nothing of it.
 */
export function createWorstBlocks(contracts, scripts, sizes) {
  const alloc = [
    { address: sender, balance: 1_000_000n * ETH },
    { address: SLOTS_ACCOUNT, ...account(SLOTS_CODE), storage: range(sizes.slots, (i) => [BigInt(i), WORD]) },
    ...[...contracts.values()].map(({ code }, i) => ({ address: contractAt(i), ...account(code) })),
    ...Object.values(CALLEES).map(({ address, code }) => ({ address, ...account(code) })),
    ...range(sizes.accounts, (i) => ({ address: addressAt(ACCOUNT_BASE + BigInt(i)), balance: GWEI })),
    ...range(sizes.large, (i) => ({ address: addressAt(LARGE_BASE + BigInt(i)), ...account(largeCode(i)) })),
  ];
  const params = { ...presetParams('dev'), gasPerBlock: BLOCK_GAS };
  const codes = [...HELPERS, ...[...scripts.values()].map(({ code }) => code)];
  const blocks = createBlocks(codes, { params, alloc });
  const database = openDatabase(blocks);
  const names = [...contracts.keys()];
  const scriptNames = [...scripts.keys()];
  const chainId = BigInt(params.chainId + blocks.shard);

  const ethereum = (fields) => {
    const none = { type: 2, chainId, nonce: 0n, value: 0n, data: new Uint8Array(0), accessList: [] };
    const tx = {
      ...none,
      maxFeePerGas: 10n * GWEI,
      maxPriorityFeePerGas: 0n,
      ...fields,
      gasLimit: BigInt(fields.gasLimit),
    };
    return { script: 0, gasLimit: tx.gasLimit, data: encodeTransaction(signTransaction(tx, senderKey)) };
  };
  /** Two transactions, each with its own half of what is counted; Ethereum allows none of the whole gas. */
  const ofContract = (name) => {
    const { slots = false, isSingle = false } = contracts.get(name);
    const code = contractAt(names.indexOf(name));
    return range(isSingle ? 1 : 2, (half) => {
      const words = [wordToBytes(BigInt((half * sizes.slots) / 2)), ...(slots ? [wordToBytes(BigInt(code))] : [])];
      return ethereum({
        nonce: BigInt(half),
        gasLimit: HALF,
        to: slots ? SLOTS_ACCOUNT : code,
        data: Buffer.concat(words),
      });
    });
  };
  const ofScript = (name) => [
    {
      script: codes.length - scriptNames.length + 1 + scriptNames.indexOf(name),
      gasLimit: BigInt(BLOCK_GAS - 1_000_000),
      data: new Uint8Array(0),
    },
  ];
  return {
    ethereum,
    chainId,
    /** Transactions of the loop of this name. */
    of: (name) => (contracts.has(name) ? ofContract(name) : ofScript(name)),
    /** @throws Error when a transaction is left out */
    build(transactions) {
      const built = blocks.buildAny(transactions, database.store);
      return { gas: built.outcomes.reduce((sum, { gasUsed }) => sum + gasUsed, 0), outcomes: built.outcomes };
    },
    close: () => database.close(),
  };
}

/** As many bytes as a contract may have, different for each: jump destinations behind a STOP. */
function largeCode(index) {
  return `${push(index + 65_536)}${op.POP}${op.STOP}`.padEnd(2 * LARGE_BYTES, '5b');
}

/** Name of a block to what makes its transactions; `round` makes them new, because senders once recovered are known. */
export function transactionBlocks({ ethereum, chainId }) {
  const transfers = (first) => (round) =>
    range(Math.floor(BLOCK_GAS / 21_000), (i) =>
      ethereum({ nonce: BigInt(i), gasLimit: 21_000, to: addressAt(first + BigInt(i)), value: BigInt(1 + round) }),
    );
  const two = (fields) => (round) =>
    range(2, (half) =>
      ethereum({
        nonce: BigInt(half),
        gasLimit: HALF,
        to: addressAt(ACCOUNT_BASE),
        value: BigInt(1 + round),
        ...fields(half, round),
      }),
    );
  const room = HALF - 100_000;
  return new Map([
    ['transfers to accounts that are there', transfers(ACCOUNT_BASE)],
    ['transfers to new accounts', transfers(NOWHERE)],
    [
      'access lists of slots',
      two((half) => ({
        accessList: [
          { address: SLOTS_ACCOUNT, slots: range(Math.floor(room / 1_900), (i) => BigInt(half * 8_000 + i)) },
        ],
      })),
    ],
    [
      'access lists of accounts',
      two((half) => ({
        accessList: range(Math.floor(room / 2_400), (i) => ({
          address: addressAt(ACCOUNT_BASE + BigInt(half * 6_200 + i)),
          slots: [],
        })),
      })),
    ],
    ['data', two(() => ({ data: new Uint8Array(Math.floor(room / 40)).fill(1) }))],
    [
      'authorizations',
      two((half, round) => ({
        type: 4,
        authorizationList: authorizations(chainId, Math.floor(room / 25_000), 1_000 * half + 10_000 * round),
      })),
    ],
  ]);
}

function authorizations(chainId, count, first) {
  return range(count, (i) =>
    signAuthorization({ chainId, address: CALLEES.stop.address, nonce: 0n }, wordToBytes(BigInt(1 + first + i))),
  );
}
