import { addressToBytes, bytesToBigInt, decodeRlp, isSherdError, parseAddress } from 'sherd/base';
import { createMemoryStore } from 'sherd/state';
import { verifySecureProof } from 'sherd/trie';

// A full node has the state...
const store = createMemoryStore();
for (let i = 1; i <= 1000; i++) {
  const address = parseAddress(`0x${i.toString(16).padStart(40, '0')}`);
  store.setAccount(address, { nonce: 0n, balance: BigInt(i) * 10n ** 18n, code: new Uint8Array(0), storage: [] });
}
const address = parseAddress(`0x${(42).toString(16).padStart(40, '0')}`);
const root = store.stateRoot();
const proof = store.accountProof(address);

// ...and whoever knows the root checks an answer with the proof alone, as it stands in eth_getProof.
const account = verifySecureProof(root, addressToBytes(address), proof);
const [, balance] = decodeRlp(account);
console.log(proof.length, bytesToBigInt(balance));

// An absent account is proved in the same way.
const nobody = parseAddress('0x00000000000000000000000000000000deadbeef');
console.log(verifySecureProof(root, addressToBytes(nobody), store.accountProof(nobody)));

// A proof that was tampered with is refused with a code.
proof[0] = Uint8Array.from(proof[0], (byte) => byte ^ 1);
try {
  verifySecureProof(root, addressToBytes(address), proof);
} catch (error) {
  if (!isSherdError(error)) throw error;
  console.log(error.code);
}
