/** Two shards with the compiled script on them, and accounts that sign: what the tests of the script share. */
import { readFileSync } from 'node:fs';
import { type Address, addressToBytes, bigIntToBytes, concatBytes } from 'sherd/base';
import { addressOf } from 'sherd/crypto';
import { createScriptEngine, type ScriptResult } from 'sherd/scripts';
import { createEvmScript, createMemoryWorld, type MemoryWorld } from 'sherd/shard';
import {
  accountKey,
  claimMessage,
  decodeAccount,
  refusalOf,
  type TransferAccount,
  type TransferContext,
} from '../../../packages/node/src/demo/ethTransfer.ts';

/** The script under test: SHERD_ETH_TRANSFER is set by the tests of the one in Solidity, which run these. */
const FILE = process.env.SHERD_ETH_TRANSFER ?? '../eth-transfer.wasm';
export const CODE = new Uint8Array(readFileSync(new URL(FILE, import.meta.url)));
export const BEACON = 0xffff_ffff;
export const CHAIN_ID = 53_900n;
export const GAS = 5_000_000;

export interface TestShard {
  readonly world: MemoryWorld;
  readonly context: TransferContext;
  run(message: Uint8Array, gas?: number): ScriptResult;
  /** Runs a message that must be accepted; its output. */
  accept(message: Uint8Array): Uint8Array;
  /** Runs a message that must be refused without any effect; the code of the refusal. */
  refuse(message: Uint8Array): string;
  account(address: Address): TransferAccount | undefined;
  /** A withdrawal receipt of the beacon chain for this shard; its claim message. */
  withdrawal(data: Uint8Array | Address, amount: bigint): Uint8Array;
  /** A receipt that `sender` saved on another shard; its claim message. */
  parcel(data: Uint8Array, sender?: number): Uint8Array;
  /** Gives an account `amount` gwei by a withdrawal and its claim. */
  fund(address: Address, amount: bigint): void;
}

export interface Signer {
  readonly key: Uint8Array;
  readonly address: Address;
}

export function signer(number: number): Signer {
  const key = new Uint8Array(32).fill(number);
  return { key, address: addressOf(key) };
}

let claims = 0n;

export function createShard(shard: number, slot = 10): TestShard {
  const world = createMemoryWorld({ chainId: CHAIN_ID, shard, shardCount: 4, slot, ttlOnWrite: 100 });
  world.addBuiltIn();
  const script = world.addScript(CODE);
  const engine = createScriptEngine({
    builtIns: new Map([[0, createEvmScript()]]),
    limits: { maxObjectBytes: 65_536, maxReceiptBytes: 16_384 },
  });
  const context = { chainId: CHAIN_ID, shard, script };
  const run = (data: Uint8Array, gas = GAS) =>
    engine.run({ world, script, data, gas, caller: { kind: 'transaction' } });

  const prepare = (receipt: { source: number; sender: number; amount: bigint; data: Uint8Array }) => {
    const claim = bigIntToBytes(++claims, 64);
    world.prepareClaim(claim, { script, receipt: { ...receipt, index: claims, slot: world.slot } });
    return claimMessage(claim);
  };

  const self: TestShard = {
    world,
    context,
    run,
    accept(message) {
      const { outcome, output, error } = run(message);
      if (outcome !== 'finished') {
        throw new Error(`${outcome} ${error?.message ?? ''} ${JSON.stringify(refusalOf(output))}`);
      }
      return output;
    },
    refuse(message) {
      const before = world.digest();
      const { outcome, output, error } = run(message);
      if (outcome !== 'aborted') throw new Error(`${outcome} ${error?.message ?? ''}, want a refusal`);
      if (world.digest() !== before) throw new Error('a refused message left something behind');
      return refusalOf(output).code;
    },
    account(address) {
      const object = world.getObject(script, accountKey(address));
      return object === undefined ? undefined : decodeAccount(object.storage);
    },
    withdrawal: (data, amount) =>
      prepare({ source: BEACON, sender: 3, amount, data: typeof data === 'string' ? addressToBytes(data) : data }),
    parcel: (data, sender = script) => prepare({ source: (shard + 1) % 4, sender, amount: 0n, data }),
    fund: (address, amount) => void self.accept(self.withdrawal(address, amount)),
  };
  return self;
}

/** Account and amount as the script writes them into receipts. */
export function parcelData(to: Address, amount: bigint): Uint8Array {
  return concatBytes(addressToBytes(to), bigIntToBytes(amount, 8).reverse());
}
