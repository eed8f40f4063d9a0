/** Genesis tests (ethereum/tests GenesisTests, BasicTests/genesishashestest): an allocation and the block over it. */
import { bytesToHex, EMPTY_BYTES } from 'sherd/base';
import { BLOOM_LENGTH, type Block, decodeBlock, EMPTY_OMMERS_HASH, encodeBlock, headerHash } from 'sherd/block';
import { createMemoryStore } from 'sherd/state';
import { EMPTY_TRIE_ROOT } from 'sherd/trie';
import { addressAt, bytesAt, integerAt, type Json, type JsonObject, objectAt, optional } from './fields.ts';

/** The state of an allocation: balances under `balance` or `wei`. @throws SherdError BAD_FIXTURE. */
function allocatedRoot(value: Json | undefined, place: string): Uint8Array {
  const store = createMemoryStore();
  for (const [key, json] of Object.entries(objectAt(value, place))) {
    const account = objectAt(json, `${place}.${key}`);
    const storage = Object.entries(objectAt(account['storage'] ?? {}, `${place}.${key}.storage`));
    store.setAccount(addressAt(key, place), {
      nonce: 0n,
      balance: integerAt(account['balance'] ?? account['wei'] ?? '0x', `${place}.${key}`),
      code: bytesAt(account['code'] ?? '0x', `${place}.${key}.code`),
      storage: storage.map(([slot, word]) => [integerAt(slot, place), integerAt(word, place)] as const),
    });
  }
  return store.stateRoot();
}

/** What went wrong; empty for a pass. @throws SherdError BAD_FIXTURE. */
export function runGenesisTest(name: string, value: Json): string {
  const test = objectAt(value, name);
  const bytes = (key: string) => bytesAt(test[key], `${name}.${key}`);
  const integer = (key: string) => integerAt(test[key], `${name}.${key}`);
  const block: Block = {
    header: {
      parentHash: bytes('parentHash'),
      ommersHash: EMPTY_OMMERS_HASH,
      coinbase: addressAt(test['coinbase'], `${name}.coinbase`),
      stateRoot: allocatedRoot(test['alloc'], `${name}.alloc`),
      transactionsRoot: EMPTY_TRIE_ROOT,
      receiptsRoot: EMPTY_TRIE_ROOT,
      bloom: new Uint8Array(BLOOM_LENGTH),
      difficulty: integer('difficulty'),
      number: 0n,
      gasLimit: integer('gasLimit'),
      gasUsed: 0n,
      timestamp: integer('timestamp'),
      extraData: optional(test['extraData'], (json) => bytesAt(json, `${name}.extraData`)) ?? EMPTY_BYTES,
      mixHash: bytes('mixHash'),
      nonce: bytes('nonce'),
    },
    transactions: [],
    ommers: [],
  };
  const have = bytesToHex(encodeBlock(block));
  const want = bytesToHex(bytes('result'));
  return have === want ? '' : `block: have ${have}, want ${want}`;
}

/** Main net's genesis block as bytes, its state root and its hash. @throws SherdError BAD_FIXTURE. */
export function runGenesisHashTest(test: JsonObject): string {
  const encoded = bytesAt(test['genesis_rlp_hex'], 'genesis_rlp_hex');
  const block = decodeBlock(encoded);
  const again = bytesToHex(encodeBlock(block));
  if (again !== bytesToHex(encoded)) return `encodes to ${again}, which differs`;
  const root = bytesToHex(block.header.stateRoot);
  const wantRoot = bytesToHex(bytesAt(test['genesis_state_root'], 'genesis_state_root'));
  if (root !== wantRoot) return `state root: have ${root}, want ${wantRoot}`;
  const hash = bytesToHex(headerHash(block.header));
  const wantHash = bytesToHex(bytesAt(test['genesis_hash'], 'genesis_hash'));
  return hash === wantHash ? '' : `hash: have ${hash}, want ${wantHash}`;
}
