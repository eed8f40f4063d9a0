import { bytesToHex, hexToBytes, isSherdError, parseAddress, wordToBytes } from 'sherd/base';
import { keccak256 } from 'sherd/crypto';
import { BYTES_PER_BLOB, computeCells, verifyBlobKzgProof, verifySidecar } from 'sherd/kzg';
import { decodeWithSidecar, encodeWithSidecar, signTransaction, versionedHash } from 'sherd/tx';

// A blob whose 4096 numbers are all 5. Its commitment is 5 times the generator; its proof is the point at infinity.
const blob = new Uint8Array(BYTES_PER_BLOB);
for (let at = 0; at < blob.length; at += 32) blob.set(wordToBytes(5n), at);
const commitment = hexToBytes(
  '0xb0e7791fb972fe014159aa33a98622da3cdc98ff707965e536d8636b5fcc5ac7a91a8c46e59a00dca575af0f18fb13dc',
);
const proof = new Uint8Array(48);
proof[0] = 0xc0;
// Verifying needs no file: what it needs of Ethereum's ceremony is part of the package.
console.log(verifyBlobKzgProof(blob, commitment, proof));

// The transaction as it travels, with blob, commitment and proof.
const transaction = signTransaction(
  {
    type: 3,
    chainId: 1n,
    nonce: 0n,
    maxPriorityFeePerGas: 1n,
    maxFeePerGas: 30n,
    maxFeePerBlobGas: 1n,
    gasLimit: 21_000n,
    to: parseAddress('0x0000000000000000000000000000000000000b0b'),
    value: 0n,
    data: new Uint8Array(0),
    accessList: [],
    blobVersionedHashes: [versionedHash(commitment)],
  },
  keccak256(Uint8Array.of(1)),
);
const sidecar = { version: 0, blobs: [blob], commitments: [commitment], proofs: [proof] };
const received = decodeWithSidecar(encodeWithSidecar(transaction, sidecar));
verifySidecar(received.transaction, received.sidecar);

// The same with one bit of the blob changed is refused.
received.sidecar.blobs[0][131_071] ^= 1;
try {
  verifySidecar(received.transaction, received.sidecar);
} catch (error) {
  if (!isSherdError(error)) throw error;
  console.log(error.code);
}

// The cells that are sampled: 128 pieces, the first 64 of them the blob itself (EIP-7594).
const cells = computeCells(blob);
console.log(cells.length, cells[127].length, bytesToHex(cells[127].subarray(30, 32)));
