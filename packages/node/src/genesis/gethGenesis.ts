/** geth's genesis files: a chain configuration, the first block's fields and the accounts that are there. */
import { type Address, ZERO_ADDRESS } from 'sherd/base';
import { type ChainConfig, chainFromGethConfig } from 'sherd/protocol';
import { type AccountList, readAccounts } from '../conformance/accounts.ts';
import { addressAt, boundedAt, type Json, objectAt, optional } from '../conformance/fields.ts';

/** Gas in units, prices in wei, times in seconds. */
export interface GethGenesis {
  readonly config: ChainConfig | undefined;
  readonly accounts: AccountList;
  readonly coinbase: Address;
  readonly number: bigint;
  readonly timestamp: bigint;
  readonly gasLimit: bigint | undefined;
  readonly difficulty: bigint;
  readonly mixHash: bigint;
  readonly baseFee: bigint | undefined;
  readonly excessBlobGas: bigint;
}

/** @throws SherdError BAD_FIXTURE with the place of the fault; BAD_CHAIN_CONFIG. */
export function readGethGenesis(json: Json): GethGenesis {
  const genesis = objectAt(json, 'genesis');
  const bounded = (key: string, bits: 64 | 256) => {
    return optional(genesis[key], (value) => boundedAt(value, `genesis.${key}`, bits));
  };
  const quantity = (key: string) => bounded(key, 64);
  const word = (key: string) => bounded(key, 256);
  const config = optional(genesis['config'], (value) => chainFromGethConfig(objectAt(value, 'genesis.config')));
  return {
    config,
    accounts: readAccounts(genesis['alloc'] ?? {}, 'genesis.alloc'),
    coinbase: optional(genesis['coinbase'], (value) => addressAt(value, 'genesis.coinbase')) ?? ZERO_ADDRESS,
    number: quantity('number') ?? 0n,
    timestamp: quantity('timestamp') ?? 0n,
    gasLimit: quantity('gasLimit'),
    difficulty: word('difficulty') ?? 0n,
    mixHash: word('mixHash') ?? 0n,
    baseFee: word('baseFeePerGas'),
    excessBlobGas: quantity('excessBlobGas') ?? 0n,
  };
}
