/** Roots and proofs of the SDK's SSZ helpers against the library that the chain itself uses. */
import {
  BooleanType,
  ByteListType,
  ByteVectorType,
  ContainerType,
  ListBasicType,
  ListCompositeType,
  UintBigintType,
  VectorCompositeType,
} from '@chainsafe/ssz';
import fc from 'fast-check';
import { bytesToHex, concatBytes } from 'sherd/base';
// Prepares the library for this platform.
import 'sherd/ssz';
import { createProof, ProofType, type SingleProof } from '@chainsafe/persistent-merkle-tree';
import { beforeAll, describe, expect, test } from 'vitest';
import { littleEndian, type TestShard } from '../../../packages/node/src/scriptTool/index.ts';
import { shardOf } from './shardOf.ts';

/** Message: what to do (a byte), a number (u64), bytes. Answer: a root. */
const SOURCE = `
import {
  addChunk, context, depthOf, doneWith, mixInLength, putBoolChunk, putBytesChunk, putU64Chunk, rootOfByteList,
  rootOfBytes, rootOfChunks, rootOfU64List, startTree, treeRoot, TREE, verifyProof,
} from "../../sdk/assembly/index";
const input: usize = memory.data(16384, 8);
const bytes: usize = memory.data(16384, 8);
const tree: usize = memory.data(TREE, 8);
const out: usize = memory.data(128, 8);
export function main(): void {
  const length = context.dataSize() - 9;
  context.copyData(input, 0, 9);
  context.copyData(bytes, 9, length);
  const number = load<u64>(input, 1);
  switch (load<u8>(input)) {
    case 0: putU64Chunk(out, number); break;
    case 1: putBoolChunk(out, number != 0); break;
    case 2: putBytesChunk(out, bytes, length); break;
    case 3: rootOfBytes(bytes, length, out); break;
    case 4: rootOfByteList(bytes, length, number, out); break;
    case 5: rootOfU64List(bytes, length >> 3, number, out); break;
    case 6: rootOfChunks(bytes, length >> 5, out); break;
    // A list of containers {bytes48, uint64}, streamed.
    case 7: {
      startTree(tree);
      for (let at = 0; at < length; at += 56) {
        rootOfBytes(bytes + <usize>at, 48, out);
        putU64Chunk(out + 32, load<u64>(bytes + <usize>at, 48));
        rootOfChunks(out, 2, out + 64);
        addChunk(tree, out + 64);
      }
      treeRoot(tree, depthOf(number), out);
      mixInLength(out, <u64>(length / 56), out);
      break;
    }
    // Root, leaf, branch.
    case 8: store<u8>(out, <u8>verifyProof(bytes + 32, bytes + 64, number, bytes)); break;
    default: unreachable();
  }
  doneWith(out, 32);
}`;

let shard: TestShard;
beforeAll(async () => {
  shard = await shardOf(SOURCE);
});

const message = (what: number, number: bigint | number, bytes: Uint8Array) =>
  concatBytes(Uint8Array.of(what), littleEndian(number, 8), bytes);
const ask = (what: number, number: bigint | number, bytes: Uint8Array = new Uint8Array(0)) =>
  bytesToHex(shard.accept(message(what, number, bytes)));
const u64 = new UintBigintType(8);
const random = (length: number, seed = length) =>
  Uint8Array.from({ length }, (_, i) => (i * 167 + seed * 29 + 5) & 255);

describe('roots', () => {
  test('of basic values', () => {
    for (const value of [0n, 1n, 255n, 2n ** 32n, 2n ** 64n - 1n]) {
      expect(ask(0, value)).toBe(bytesToHex(u64.hashTreeRoot(value)));
    }
    for (const value of [true, false]) {
      expect(ask(1, Number(value))).toBe(bytesToHex(new BooleanType().hashTreeRoot(value)));
    }
    for (const length of [1, 20, 32]) {
      expect(ask(2, 0, random(length))).toBe(bytesToHex(new ByteVectorType(length).hashTreeRoot(random(length))));
    }
  });

  test('of byte vectors', () => {
    for (const length of [1, 20, 31, 32, 33, 48, 64, 65, 96, 97, 128, 129, 1000, 4096]) {
      const want = new ByteVectorType(length).hashTreeRoot(random(length));
      expect(ask(3, 0, random(length)), `${length} bytes`).toBe(bytesToHex(want));
    }
  });

  test('of byte lists, under limits near and far', () => {
    for (const limit of [1, 31, 32, 33, 64, 100, 1024, 16_384, 2 ** 30]) {
      const type = new ByteListType(limit);
      for (const length of [0, 1, 31, 32, 33, 64, 65, 96, 160, 1000].filter((each) => each <= limit)) {
        const want = bytesToHex(type.hashTreeRoot(random(length)));
        expect(ask(4, limit, random(length)), `${length} bytes of ${limit}`).toBe(want);
      }
    }
    expect(shard.run(message(4, 31, random(32))).outcome).toBe('trapped');
  });

  test('of lists of uint64', () => {
    for (const limit of [1, 3, 4, 5, 8, 1024, 2 ** 40]) {
      const type = new ListBasicType(u64, limit);
      for (const length of [0, 1, 3, 4, 5, 8, 9, 100].filter((each) => each <= limit)) {
        const values = Array.from({ length }, (_, i) => BigInt(i) * 0x0123_4567_89ab_cden + 7n);
        const packed = concatBytes(...values.map((each) => littleEndian(each, 8)));
        expect(ask(5, limit, packed), `${length} of ${limit}`).toBe(bytesToHex(type.hashTreeRoot(values)));
      }
    }
    expect(shard.run(message(5, 3, random(32))).outcome).toBe('trapped');
  });

  test('of vectors of chunks, as containers have fields', () => {
    for (const count of [1, 2, 3, 4, 5, 7, 8, 9, 16, 17]) {
      const chunks = Array.from({ length: count }, (_, i) => random(32, i));
      const want = new VectorCompositeType(new ByteVectorType(32), count).hashTreeRoot(chunks);
      expect(ask(6, 0, concatBytes(...chunks)), `${count}`).toBe(bytesToHex(want));
    }
  });

  test('of a list of containers, one element after another', () => {
    const Deposit = new ContainerType({ pubkey: new ByteVectorType(48), amount: u64 });
    const element = fc.record({
      pubkey: fc.uint8Array({ minLength: 48, maxLength: 48 }),
      amount: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    });
    for (const limit of [20, 32, 2 ** 20]) {
      const type = new ListCompositeType(Deposit, limit);
      fc.assert(
        fc.property(fc.array(element, { maxLength: 20 }), (list) => {
          const bytes = list.map(({ pubkey, amount }) => concatBytes(pubkey, littleEndian(amount, 8)));
          expect(ask(7, limit, concatBytes(...bytes))).toBe(bytesToHex(type.hashTreeRoot(list)));
        }),
        { seed: limit, numRuns: 15 },
      );
    }
  });
});

describe('proofs', () => {
  const State = new ContainerType({
    slot: u64,
    owner: new ByteVectorType(20),
    roots: new VectorCompositeType(new ByteVectorType(32), 8),
    balances: new ListBasicType(u64, 1024),
    last: u64,
  });
  const value = {
    slot: 5n,
    owner: random(20),
    roots: Array.from({ length: 8 }, (_, i) => random(32, i)),
    balances: [1n, 2n, 3n, 4n, 5n],
    last: 9n,
  };
  const root = State.hashTreeRoot(value);
  const places = [
    ['slot'],
    ['owner'],
    ['roots', 0],
    ['roots', 7],
    ['balances', 4],
    ['balances', '__len__'],
    ['last'],
  ] as const;

  function proofOf(gindex: bigint) {
    const view = State.toView(value);
    const { leaf, witnesses } = createProof(view.node, { type: ProofType.single, gindex }) as SingleProof;
    return { leaf, branch: witnesses };
  }

  test.each(places.map((path) => [path.join(' '), path] as const))('of %s hold, and of nothing else', (_, path) => {
    const at: readonly (string | number)[] = path;
    const last = at.at(-1);
    // The library has no path to the length of a list: it stands right of the list's chunks.
    const { gindex } = State.getPathInfo(last === '__len__' ? at.slice(0, -1) : [...at]);
    const index = last === '__len__' ? gindex * 2n + 1n : gindex;
    const { leaf, branch } = proofOf(index);
    const holds = (a: Uint8Array, b: Uint8Array, list: readonly Uint8Array[], where: bigint) =>
      ask(8, where, concatBytes(a, b, ...list)).startsWith('0x01');
    expect(holds(root, leaf, branch, index)).toBe(true);
    expect(holds(root, leaf, branch, index ^ 1n)).toBe(false);
    expect(holds(root, leaf, branch, 0n)).toBe(false);
    expect(holds(root, root, branch, index)).toBe(false);
    expect(holds(leaf, leaf, branch, index)).toBe(false);
    branch.forEach((_, level) => {
      const bent = branch.map((each, i) => (i === level ? each.map((byte) => byte ^ 1) : each));
      expect(holds(root, leaf, bent, index)).toBe(false);
    });
  });

  test('of the root itself needs no branch', () => {
    expect(ask(8, 1, concatBytes(root, root)).startsWith('0x01')).toBe(true);
  });
});
