/** Key tests (ethereum/tests BasicTests/keyaddrtest) and half-byte paths (BasicTests/hexencodetest). */
import { bytesToHex, EMPTY_BYTES, equalBytes, utf8ToBytes } from 'sherd/base';
import { addressOf, keccak256, recoverAddress, signHash } from 'sherd/crypto';
import { decodePath, encodePath } from 'sherd/trie';
import { addressAt, arrayAt, bytesAt, integerAt, type Json, objectAt, stringAt } from './fields.ts';

/**
 * A key is the hash of its seed. The field `sig_of_emptystring` is left alone: the two signatures of the file are not
 * over one digest, whatever that might be (s R - r Q, the digest's multiple of the generator, differs for both signs of
 * R and both orders of r and s). So no hash of nothing fits them, and a signature of our own takes their place.
 * @throws SherdError BAD_FIXTURE.
 */
export function runKeyTest(name: string, value: Json): string {
  const test = objectAt(value, name);
  const key = bytesAt(test['key'], `${name}.key`);
  const address = addressAt(test['addr'], `${name}.addr`);
  if (!equalBytes(keccak256(utf8ToBytes(stringAt(test['seed'], `${name}.seed`))), key)) return 'key is not the hash';
  if (addressOf(key) !== address) return `address: have ${addressOf(key)}, want ${address}`;
  const hash = keccak256(EMPTY_BYTES);
  const own = signHash(hash, key);
  return recoverAddress(hash, own.r, own.s, own.yParity) === address ? '' : 'a signature of ours names another signer';
}

/** Half-bytes in hex-prefix form, and back. @throws SherdError BAD_FIXTURE. */
export function runPathTest(name: string, value: Json): string {
  const test = objectAt(value, name);
  const nibbles = Uint8Array.from(arrayAt(test['seq'], `${name}.seq`), (json) =>
    Number(integerAt(json, `${name}.seq`)),
  );
  const isLeaf = test['term'] === true;
  const want = bytesAt(test['out'], `${name}.out`);
  const have = encodePath(nibbles, 0, nibbles.length, isLeaf);
  if (!equalBytes(have, want)) return `path: have ${bytesToHex(have)}, want ${bytesToHex(want)}`;
  const back = decodePath(want);
  return back.isLeaf === isLeaf && equalBytes(back.nibbles, nibbles) ? '' : 'does not decode to what it was';
}
