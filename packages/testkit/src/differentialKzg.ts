/**
 * Checks of KZG proofs (EIP-4844) for the peer, which asks for a library: by the peer's own BLS12-381, which shares no
 * code with ours. Points are compressed as in the consensus layer outside, and as in EIP-2537 inside.
 */
import type { Common } from '@ethereumjs/common';
import { NobleBLS } from '@ethereumjs/evm';
import { concatBytes, hexToBytes } from 'sherd/base';

type Kzg = NonNullable<Common['customCrypto']['kzg']>;

const P = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

const coordinate = (value: bigint): string => value.toString(16).padStart(128, '0');
const scalar = (value: bigint): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0'));
const point = (...coordinates: readonly bigint[]): Uint8Array => hexToBytes(coordinates.map(coordinate).join(''));

const G1 = point(
  0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bbn,
  0x08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1n,
);
const G2 = point(
  0x024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8n,
  0x13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7en,
  0x0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801n,
  0x0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79ben,
);
/** The secret of Ethereum's ceremony of 2023 times the generator of G2, negated. */
const MINUS_SECRET_G2 = point(
  0x185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2n,
  0x15bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72n,
  P - 0x014353bdb96b626dd7d5ee8599d1fca2131569490e28de18e82451a496a9c9794ce26d105941f383ee689bfbbb832a99n,
  P - 0x1666c54b0a32529503432fcae0181b4bef79de09fc63671fda5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154fn,
);

const curve = new NobleBLS();

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % P;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** Reads a point of G1 in 48 bytes. @throws Error when it is none; whether it is in the group is checked later. */
function decompress(hex: string): Uint8Array {
  const value = BigInt(hex);
  const [isCompressed, isInfinite, isGreater] = [383n, 382n, 381n].map((bit) => ((value >> bit) & 1n) === 1n);
  const x = BigInt.asUintN(381, value);
  if (!isCompressed) throw new Error('not compressed');
  if (isInfinite) {
    if (isGreater || x !== 0n) throw new Error('infinity with something besides');
    return point(0n, 0n);
  }
  if (x >= P) throw new Error('not in the field');
  const right = (x * x * x + 4n) % P;
  // The modulus is 3 modulo 4.
  const root = power(right, (P + 1n) / 4n);
  if ((root * root) % P !== right) throw new Error('not on the curve');
  return point(x, root > P / 2n === isGreater ? root : P - root);
}

function multiple(generator: Uint8Array, by: bigint): Uint8Array {
  const input = concatBytes(generator, scalar(by));
  return generator.length === G1.length ? curve.msmG1(input) : curve.msmG2(input);
}

/** e(commitment - y G1, G2) = e(proof, (secret - z) G2). @throws Error when an input is malformed. */
function verifyProof(commitment: string, z: string, y: string, proof: string): boolean {
  const [at, value] = [BigInt(z), BigInt(y)];
  if (at >= ORDER || value >= ORDER) throw new Error('not a field element');
  const left = curve.addG1(concatBytes(decompress(commitment), multiple(G1, (ORDER - value) % ORDER)));
  const right = curve.addG2(concatBytes(multiple(G2, at), MINUS_SECRET_G2));
  return curve.pairingCheck(concatBytes(left, G2, decompress(proof), right)).at(-1) === 1;
}

function notNeeded(): never {
  throw new Error('a block of fuzzed transactions has no blobs');
}

/** The library that the peer's pre-compiled contract 0x0a asks. */
export const peerKzg: Kzg = {
  verifyProof,
  blobToKzgCommitment: notNeeded,
  computeBlobProof: notNeeded,
  verifyBlobProofBatch: notNeeded,
  computeCells: notNeeded,
  computeCellsAndProofs: notNeeded,
  recoverCellsAndProofs: notNeeded,
  verifyCellKzgProofBatch: notNeeded,
};
