/** Block tests (BlockchainTests, blockchain_tests): a genesis and blocks to import, good and bad. */
import { bytesToHex, equalBytes, type Hex, isSherdError, type SherdError } from 'sherd/base';
import { type Block, createSealCheck, decodeBlock, headerHash } from 'sherd/block';
import { createMemoryDatabase, createMemoryStore, createTrieStore, Journal, type StateChanges } from 'sherd/state';
import { type Chain, createChain } from 'sherd/transition';
import { createMemoryNodeStore } from 'sherd/trie';
import { type AccountList, firstDifference, readAccounts } from './accounts.ts';
import { isExpectedException } from './exceptions.ts';
import { arrayAt, bytesAt, integerAt, type Json, type JsonObject, objectAt, optional, stringAt } from './fields.ts';
import type { FixtureTrace } from './fixtureTrace.ts';
import { readHeader } from './header.ts';
import { chainOfNetwork } from './networks.ts';
import type { FixtureResult } from './result.ts';

/** Makes its caches when a file first needs them: most say that nobody mined their blocks (`NoProof`). */
const checkSeal = createSealCheck();

export interface BlockTestOptions {
  readonly trace?: FixtureTrace;
}

/** Runs one test. @throws SherdError BAD_FIXTURE. */
export function runBlockTest(name: string, value: Json, { trace }: BlockTestOptions = {}): FixtureResult {
  const test = objectAt(value, name);
  const fork = stringAt(test['network'], `${name}.network`);
  const result = (error: string, stateRoot: Hex): FixtureResult => {
    return { name, pass: error === '', fork, stateRoot, error };
  };
  const config = optional(test['config'], (json) => objectAt(json, `${name}.config`));
  const chainId = optional(config?.['chainid'], (json) => integerAt(json, `${name}.config.chainid`)) ?? 1n;
  const chainConfig = chainOfNetwork(fork, chainId);
  if (chainConfig === undefined) return result(`unknown network ${fork}`, '0x');

  const database = createMemoryDatabase(createMemoryNodeStore());
  const root = createTrieStore(database).apply(genesisChanges(readAccounts(test['pre'], `${name}.pre`)));
  const genesis = readGenesis(test, name);
  if (!equalBytes(root, genesis.header.stateRoot)) return result('genesis: state root mismatch', bytesToHex(root));
  const genesisHash = optional(test['genesisBlockHeader'], (json) => {
    return bytesAt(objectAt(json, name)['hash'], `${name}.genesisBlockHeader.hash`);
  });
  if (genesisHash !== undefined && !equalBytes(genesisHash, headerHash(genesis.header))) {
    return result('genesis: hash mismatch', bytesToHex(root));
  }
  const isMined = optional(test['sealEngine'], (json) => stringAt(json, `${name}.sealEngine`)) === 'Ethash';
  const extras = trace === undefined ? {} : { extras: { tracer: trace.tracer } };
  const chain = createChain({ config: chainConfig, genesis, database, ...(isMined && { checkSeal }), ...extras });
  const error = importBlocks(chain, test, name) || checkEnd(chain, test, name);
  const stateRoot = bytesToHex(chain.head.block.header.stateRoot);
  trace?.end(stateRoot);
  return result(error, stateRoot);
}

/** A few old files give the genesis header only as an object. */
function readGenesis(test: JsonObject, name: string): Block {
  const encoded = optional(test['genesisRLP'], (json) => bytesAt(json, `${name}.genesisRLP`));
  if (encoded !== undefined) return decodeBlock(encoded);
  const place = `${name}.genesisBlockHeader`;
  return { header: readHeader(objectAt(test['genesisBlockHeader'], place), place), transactions: [], ommers: [] };
}

/** Imports every block; the first thing that is not as expected, or nothing. */
function importBlocks(chain: Chain, test: JsonObject, name: string): string {
  const blocks = arrayAt(test['blocks'], `${name}.blocks`);
  for (const [index, json] of blocks.entries()) {
    const place = `${name}.blocks[${index}]`;
    const entry = objectAt(json, place);
    const expected = optional(entry['expectException'], (value) => stringAt(value, `${place}.expectException`));
    // Older files mark a bad block by leaving out what it would decode to.
    const isBad = expected !== undefined || entry['blockHeader'] === undefined;
    const refusal = tryImport(chain, bytesAt(entry['rlp'], `${place}.rlp`));
    if (refusal === undefined) {
      if (isBad) return `block ${index} was accepted, want ${expected ?? 'a refusal'}`;
      continue;
    }
    if (!isBad) return `block ${index} was refused: ${refusal.code}: ${refusal.message}`;
    if (expected !== undefined && !isExpectedException(expected, refusal.code)) {
      return `block ${index} was refused with ${refusal.code} (${refusal.message}), want ${expected}`;
    }
  }
  return '';
}

function tryImport(chain: Chain, encoded: Uint8Array): SherdError | undefined {
  try {
    chain.importBlock(encoded);
    return undefined;
  } catch (error) {
    if (isSherdError(error)) return error;
    throw error;
  }
}

/** Head and state at the end. */
function checkEnd(chain: Chain, test: JsonObject, name: string): string {
  const { head } = chain;
  const last = bytesAt(test['lastblockhash'], `${name}.lastblockhash`);
  if (!equalBytes(last, head.hash)) return `head: have ${bytesToHex(head.hash)}, want ${bytesToHex(last)}`;
  const accounts = optional(test['postState'], (json) => readAccounts(json, `${name}.postState`));
  if (accounts !== undefined) {
    // The state root has covered everything already; this would say what differs.
    const difference = firstDifference(chain.stateOf(head), accounts);
    return difference === '' ? '' : `post state: ${difference}`;
  }
  const hash = optional(test['postStateHash'], (json) => bytesAt(json, `${name}.postStateHash`));
  if (hash !== undefined && !equalBytes(hash, head.block.header.stateRoot)) return 'post state hash mismatch';
  return '';
}

/** Genesis accounts as one set of changes; accounts without anything stay, as the files have them. */
function genesisChanges(accounts: AccountList): StateChanges {
  const journal = new Journal(createMemoryStore());
  for (const [address, { nonce, balance, code, storage }] of accounts) {
    journal.addBalance(address, balance);
    if (nonce !== 0n) journal.setNonce(address, nonce);
    if (code.length > 0) journal.setCode(address, code);
    for (const [slot, word] of storage) journal.setStorage(address, slot, word);
  }
  journal.finalizeTransaction({ removeEmpty: false });
  return journal.drain();
}
