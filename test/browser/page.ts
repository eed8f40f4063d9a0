/**
 * What the browser runs, and Node to compare with: the core by its public subpaths. Every result is text, the same
 * wherever it was computed. Keys and amounts are made up.
 */
import {
  CONTRACT,
  call,
  callTo,
  constantBlob,
  createScriptNetwork,
  execute,
  op,
  push,
  returnTop,
  ShardNetwork,
  sstore,
  testBlob,
  writeObject,
} from '@sherd/testkit';
import {
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  hexToBytes,
  isSherdError,
  padLeft,
  utf8ToBytes,
  wordToBytes,
} from 'sherd/base';
import {
  addressOf,
  blsAggregate,
  blsDeriveSecretKey,
  blsFastAggregateVerify,
  blsPublicKey,
  blsSign,
  blsVerify,
  keccak256,
  sha256,
} from 'sherd/crypto';
import { computeCells, verifyBlobKzgProof, verifyCellKzgProofBatch } from 'sherd/kzg';
import { activePrecompiles } from 'sherd/precompiles';
import { LATEST_FORK } from 'sherd/protocol';
import { checkModule } from 'sherd/scripts';
import { createMemoryStore } from 'sherd/state';
import { Trie, verifyProof } from 'sherd/trie';
import { decodeTransaction, encodeTransaction, recoverSender, signTransaction, transactionHash } from 'sherd/tx';

type Results = Readonly<Record<string, string>>;

const SECRET = keccak256(utf8ToBytes('a key for tests'));

/** Sums i*i for i from 100 down to 1 in a loop, hashes the sum, stores it, logs it and returns it. */
function evm(): Results {
  const start = push(0) + push(100);
  const at = start.length / 2;
  // sum i -> sum+i*i i-1
  const body = op.DUP1 + op.DUP1 + op.MUL + op.SWAP1 + push(1) + op.SWAP1 + op.SUB + op.SWAP2 + op.ADD + op.SWAP1;
  const loop = op.JUMPDEST + body + op.DUP1 + push(at) + op.JUMPI;
  const end = op.POP + push(0) + op.MSTORE + call('KECCAK256', 0, 32) + op.DUP1 + push(1) + op.SSTORE;
  const run = execute(start + loop + end + call('LOG1', 0, 32, 7) + returnTop());
  const store = createMemoryStore();
  store.apply(run.journal.drain());
  return {
    ending: run.ending,
    output: bytesToHex(run.output),
    gasUsed: String(run.gasUsed),
    logs: String(run.journal.logs.length),
    stateRoot: bytesToHex(store.stateRoot()),
    halted: execute(sstore(1, 1) + push(0) + op.JUMP).ending,
    recursive: execute(callTo('STATICCALL', { to: CONTRACT }) + returnTop()).gasUsed.toString(),
  };
}

function trie(): Results {
  const tree = new Trie();
  for (let i = 0; i < 500; i++) tree.put(keccak256(Uint8Array.of(i & 255, i >> 8)), utf8ToBytes(`value ${i}`));
  const key = keccak256(Uint8Array.of(42, 0));
  const proof = tree.proof(key);
  const bad = proof.map((node, index) => (index === 1 ? Uint8Array.from(node, (byte) => byte ^ 1) : node));
  return {
    root: bytesToHex(tree.root()),
    nodes: String(proof.length),
    value: bytesToUtf8(verifyProof(tree.root(), key, proof) ?? new Uint8Array(0)),
    absent: String(verifyProof(tree.root(), SECRET, tree.proof(SECRET))),
    tampered: refusal(() => verifyProof(tree.root(), key, bad)),
  };
}

const BN_PRIME = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
/** The generator of BN254's second group, as the contract at 0x08 takes it. */
const BN_G2 =
  '198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2' +
  '1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed' +
  '090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b' +
  '12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa';

/** Each pre-compiled contract on bytes that mean nothing, and some on bytes that do. */
function precompiles(): Results {
  const active = [...activePrecompiles(LATEST_FORK).values()];
  const run = (name: string, ...input: Uint8Array[]): string => {
    const output = active.find((contract) => contract.name === name)?.run(concatBytes(...input));
    return output === undefined ? 'failed' : bytesToHex(output);
  };
  const results: Record<string, string> = {};
  for (const { name, run: start } of active) {
    for (const size of [0, 64, 128, 213]) {
      const input = new Uint8Array(size);
      for (let i = 0; i < size; i += 32) input.set(sha256(Uint8Array.of(size, i)).subarray(0, size - i), i);
      const output = start(input);
      results[`${name}(${size} bytes)`] = output === undefined ? 'failed' : bytesToHex(output);
    }
  }
  const one = wordToBytes(1n);
  const two = wordToBytes(2n);
  const pair = (y: bigint) => concatBytes(one, wordToBytes(y), hexToBytes(BN_G2));
  // e(P, Q) e(-P, Q) = 1, and e(P, Q) alone is not.
  results['BN254 pairing holds'] = run('bnPairing', pair(2n), pair(BN_PRIME - 2n));
  results['BN254 pairing does not hold'] = run('bnPairing', pair(2n));
  results['BN254 point not on the curve'] = run('bnPairing', one, one, hexToBytes(BN_G2));
  results['BN254 multiple'] = run('bnMul', one, two, wordToBytes(0xabcdefn));
  const point = (seed: number) => padLeft(sha256(Uint8Array.of(seed)), 64);
  const g1 = hexToBytes(run('blsMapG1', point(1)));
  const g2 = hexToBytes(run('blsMapG2', point(2), point(3)));
  const minus = wordToBytes(0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000n);
  const negated = hexToBytes(run('blsG1Msm', g1, minus));
  results['BLS12-381 points'] = bytesToHex(sha256(concatBytes(g1, g2, negated)));
  results['BLS12-381 pairing holds'] = run('blsPairing', g1, g2, negated, g2);
  results['BLS12-381 pairing does not hold'] = run('blsPairing', g1, g2, g1, g2);
  // 3 to the power of 256, modulo 251.
  results['modexp'] = run('modexp', one, two, one, Uint8Array.of(3, 1, 0, 251));
  // A polynomial that is 0: commitment and proof are the point at infinity.
  const infinity = Uint8Array.of(0xc0, ...new Uint8Array(47));
  const versionedHash = Uint8Array.of(1, ...sha256(infinity).subarray(1));
  results['KZG'] = run('pointEvaluation', versionedHash, wordToBytes(5n), wordToBytes(0n), infinity, infinity);
  return results;
}

/** Proofs of a blob that is one number throughout: its commitment is that number times the generator. */
function kzg(): Results {
  const blob = constantBlob(wordToBytes(5n));
  const commitment = hexToBytes(
    '0xb0e7791fb972fe014159aa33a98622da3cdc98ff707965e536d8636b5fcc5ac7a91a8c46e59a00dca575af0f18fb13dc',
  );
  const infinity = Uint8Array.of(0xc0, ...new Uint8Array(47));
  const cells = computeCells(testBlob('a'));
  const of = (cell: Uint8Array) => verifyCellKzgProofBatch([commitment], [7], [cell], [infinity]);
  return {
    blob: String(verifyBlobKzgProof(blob, commitment, infinity)),
    otherBlob: String(verifyBlobKzgProof(testBlob('a'), commitment, infinity)),
    cells: bytesToHex(sha256(concatBytes(...cells))),
    cell: String(of(computeCells(blob)[7]!)),
    otherCell: String(of(cells[7]!)),
  };
}

/** Native code in Node, portable code in a browser: keys and signatures agree byte for byte. */
function bls(): Results {
  const keys = [1, 2, 3].map((index) => blsDeriveSecretKey(SECRET, [12381, index]));
  const message = utf8ToBytes('a message');
  const signatures = keys.map((key) => blsSign(key, message));
  const publicKeys = keys.map(blsPublicKey);
  const aggregate = blsAggregate(signatures);
  return {
    publicKeys: publicKeys.map(bytesToHex).join(),
    signatures: signatures.map(bytesToHex).join(),
    aggregate: bytesToHex(aggregate),
    verified: String(blsVerify(publicKeys[0]!, message, signatures[0]!)),
    otherKey: String(blsVerify(publicKeys[1]!, message, signatures[0]!)),
    together: String(blsFastAggregateVerify(publicKeys, message, aggregate)),
    oneMissing: String(blsFastAggregateVerify(publicKeys.slice(1), message, aggregate)),
  };
}

function transaction(): Results {
  const signed = signTransaction(
    {
      type: 2,
      chainId: 1n,
      nonce: 7n,
      maxPriorityFeePerGas: 1n,
      maxFeePerGas: 100n,
      gasLimit: 60_000n,
      to: CONTRACT,
      value: 10n ** 18n,
      data: utf8ToBytes('data'),
      accessList: [{ address: CONTRACT, slots: [1n] }],
    },
    SECRET,
  );
  const encoded = encodeTransaction(signed);
  return {
    encoded: bytesToHex(encoded),
    hash: bytesToHex(transactionHash(signed)),
    sender: recoverSender(decodeTransaction(encoded)),
    signer: addressOf(SECRET),
    truncated: refusal(() => decodeTransaction(encoded.subarray(0, 60))),
  };
}

/** WebAssembly under the engine: validated, metered, run, trapped, out of gas, too deep. */
function scripts(): Results {
  const { world, run } = createScriptNetwork([
    {
      imports: ['dataSize', 'dataCopy', 'finish', 'storageWrite'],
      main: `${writeObject(7)} i32.const 8 i32.const 0 call $dataSize call $dataCopy i32.const 8 call $dataSize call $finish`,
    },
    { main: 'unreachable' },
    { main: 'loop br 0 end' },
    { main: 'call $f', functions: { f: { code: 'call $f' } } },
  ]);
  const results = [0, 1, 2, 3].map((script) => run(script, utf8ToBytes('hello')));
  const floats = hexToBytes('0061736d0100000001040160017d00');
  const verdict = checkModule(floats);
  return {
    outcomes: results.map(({ outcome, gasLeft }) => `${outcome} ${gasLeft}`).join(),
    output: bytesToUtf8(results[0]!.output),
    code: bytesToHex(sha256(world.scriptCode(0)!.code)),
    objects: world.digest(),
    refused: verdict.ok ? 'accepted' : verdict.code,
  };
}

/** A beacon chain and its shards: blocks built, applied strictly, crosslinked, and replayed from genesis. */
function shards(): Results {
  const sender = addressOf(SECRET);
  const net = new ShardNetwork({ alloc: () => [{ address: sender, balance: 10n ** 18n }] });
  const built = [net.block(0, []), net.block(1, []), net.block(0, [])];
  return {
    headers: built.map(({ header }) => `${header.slot} ${bytesToHex(header.stateRoot)}`).join(),
    replayed: bytesToHex(net.replay(0)),
    imbalance: String(net.imbalance()),
    buffer: String('Buffer' in globalThis && typeof process === 'undefined'),
  };
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isSherdError(error)) return error.code;
    throw error;
  }
  return 'accepted';
}

export const PROGRAMS: Readonly<Record<string, () => Results>> = {
  evm,
  trie,
  precompiles,
  kzg,
  bls,
  transaction,
  scripts,
  shards,
};
