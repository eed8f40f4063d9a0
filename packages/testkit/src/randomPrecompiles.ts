/** Inputs of pre-compiled contracts in the shape that they want, now and then spoilt. */
import { type ForkName, isForkAtLeast } from 'sherd/protocol';
import type { Bytecode } from './bytecode.ts';
import type { Random } from './random.ts';
import { kzgInput } from './randomKzg.ts';

/** Hash, v, r and s: one that recovers with 28, one with 27. */
const EC_RECOVER = [
  '18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c' +
    '000000000000000000000000000000000000000000000000000000000000001c' +
    '73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f' +
    'eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549',
  'dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986' +
    '000000000000000000000000000000000000000000000000000000000000001b' +
    '13b485501482f676be6c01e54b6e6a3797c60dc4405319417a9ab3d0f007e14d' +
    '656738c6ea1e7a9363e350acd771a76f50574035919fbed1206dfde2505e5b5f',
];

const BN_G1 = '1'.padStart(64, '0') + '2'.padStart(64, '0');
const BN_G2 =
  '198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2' +
  '1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed' +
  '090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b' +
  '12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa';

const PAD = '0'.repeat(32);
const BLS_G1 =
  `${PAD}17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb` +
  `${PAD}08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1`;
const BLS_G2 =
  `${PAD}024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8` +
  `${PAD}13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e` +
  `${PAD}0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801` +
  `${PAD}0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be`;

/** Hash, r, s, and the key: with s in the lower half and in the upper one. */
const P256 = [
  '4cee90eb86eaa050036147a12d49004b6b9c72bd725d39d4785011fe190f0b4d' +
    'a73bd4903f0ce3b639bbbf6e8e80d16931ff4bcf5993d58468e8fb19086e8cac' +
    '36dbcd03009df8c59286b162af3bd7fcc0450c9aa81be5d10d312af6c66b1d60' +
    '4aebd3099c618202fcfe16ae7770b0c49ab5eadf74b754204a3bb6060e44eff3' +
    '7618b065f9832de4ca6ca971a7a1adc826d0f7c00181a5fb2ddf79ae00b4e10e',
  'dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986' +
    '6d3e7fcbf8a14803ba813b930af44ea57a9f3023452792197307e1872dd5fc4f' +
    '1af6ce890459fa80cd7aafba5a655e647895c072389cfb697bfa65dfc3f2a4ae' +
    '6d1385ffacc9bd4850b750da17c063432bcdb523d90ec9cf9250ba5a1bd30663' +
    '9bc89cbeb62959b428c88a6e9f88a553d689a1a15b2a26a8ba5f66d97fcd87b4',
  '084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5' +
    'a978b526ae52854aa821e92893bdd93e9db2ff5e50fdcde4140d34bac9030ccd' +
    'a6aea75d80ec557d2c8c0e152bc746051c50022b22f3c53e1f240571ade668c4' +
    'fe53b8e41729ab52deb45cee0a0e27ca771c5910d990e6dfdaf808bf2b97fddb' +
    '6e9fe8789e3af6da0ca4f98455af70d93ee1f841857faca3e9e895aefca78a59',
];

/** Moduli of the base fields, and the orders of the groups. */
const BN_P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
const BN_R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;
const BLS_P = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
const BLS_R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const SECP_N = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;
const P256_N = 0xffff_ffff_0000_0000_ffff_ffff_ffff_ffff_bce6_faad_a717_9e84_f3b9_cac2_fc63_2551n;

const coordinate = (value: bigint): Bytecode => value.toString(16).padStart(128, '0');

/** Points that lie on their curve, but not in the group: some point, one of order 3, and the generator and that one. */
export const BLS_G1_OUTSIDE = [
  coordinate(4n) +
    coordinate(0x0a989badd40d6212b33cffc3f3763e9bc760f988c9926b26da9dd85e928483446346b8ed00e1de5d5ea93e354abe706cn),
  coordinate(0n) + coordinate(2n),
  coordinate(0x05020378a6838af221e734b3a81940eb3ff19c2a7f8cf26150dfc38fc41c37551dc92bb5593d30d4dfc2ee4bb09ad05bn) +
    coordinate(0x076f64915185eb7884a368612afcdeb1256b5cda1f116babef88edcf9f60ba73c78b7b2b5fdc41d24e605bf15470ee66n),
];
/** Some point, and that one times the order of the group, which leaves what lies outside. */
export const BLS_G2_OUTSIDE = [
  coordinate(1n) +
    coordinate(1n) +
    coordinate(0x02066bca274eb64b2410222895b74acec54cf001baf6c7aeeff616820743dce87eddb1700e7a2d717dc4cea5582195e1n) +
    coordinate(0x1934ffa59d993a4bcbe529440126a8af9f7bff4bc127e15ab9f75688bf07e7157d06cb8933608b225495cba14be0d33dn),
  coordinate(0x01f25b971f88673a879fd835ed521a7dd9ca5ff815d1f8875da864648644d13fc1a29e9e2610e17febed7481715d5ea6n) +
    coordinate(0x0a04da912b3363e00a0545d58e7757f7b60e7a25568adcb3af55dad724d304f7c4742819d1f6a9bf545a719c2fe86214n) +
    coordinate(0x1452546efed72d53c7ed3a559ddcd3291c8235b2f4c82109971fcffea78cedce05c0fdaa27ab7f36ca96f831b390c328n) +
    coordinate(0x0418673ae18a5c7c927d60b9aff4b158bc7bea17c3559a82d12dcb18540cff91ea7428cd3245bca39114bde4bb1abb8bn),
];
const BN_G2_OUTSIDE =
  word(1) +
  word(2) +
  '2b76c179599bb92a963dac85546a005a777f7c13f6a7b75d5918b6b5808f5fde' +
  '101f7278419308b95099eca02dcee0c5381f4d26d1d62313f057167f064101ce';

const SINCE: readonly (readonly [fork: ForkName, addresses: readonly number[]])[] = [
  ['frontier', [1, 2, 3, 4]],
  ['byzantium', [5, 6, 7, 8]],
  ['istanbul', [9]],
  ['cancun', [10, 10]],
  // Those that few forks have, and those that check for the group, stand here more than once.
  ['prague', [11, 12, 12, 12, 13, 14, 14, 14, 15, 15, 15, 16, 17]],
  ['osaka', [0x100, 0x100, 0x100]],
];
const ALL = SINCE.flatMap(([, addresses]) => addresses);

/** The number of a pre-compiled contract: nearly always one that the fork has. */
export function pickPrecompile(random: Random, fork: ForkName): number {
  if (random.chance(5)) return random.pick(ALL);
  return random.pick(SINCE.flatMap(([since, addresses]) => (isForkAtLeast(fork, since) ? addresses : [])));
}

function word(value: bigint | number): Bytecode {
  return BigInt(value).toString(16).padStart(64, '0');
}

/** The digits with the integer at `at` (in bytes, `size` of them) replaced. */
function withInteger(digits: Bytecode, at: number, size: number, change: (value: bigint) => bigint): Bytecode {
  const [from, to] = [2 * at, 2 * (at + size)];
  const value = BigInt(`0x${digits.slice(from, to)}`);
  const changed = BigInt.asUintN(8 * size, change(value)).toString(16);
  return digits.slice(0, from) + changed.padStart(2 * size, '0') + digits.slice(to);
}

/** A point whose y is replaced by -y; of a point over the larger field, both parts of it. */
function negated(point: Bytecode, size: number, modulus: bigint): Bytecode {
  const length = point.length / 2;
  let out = point;
  for (let at = length / 2; at < length; at += size) out = withInteger(out, at, size, (y) => modulus - y);
  return out;
}

/** The same point or one that nearly is: negative, infinite, off the curve, or written with a number above the field. */
function pointLike(random: Random, point: Bytecode, size: number, modulus: bigint): Bytecode {
  const count = point.length / 2 / size;
  const somewhere = () => size * random.below(count);
  return random.weighted<() => Bytecode>([
    [60, () => point],
    [14, () => negated(point, size, modulus)],
    [14, () => '0'.repeat(point.length)],
    [4, () => withInteger(point, somewhere(), size, (value) => value + modulus)],
    [4, () => withInteger(point, somewhere(), size, (value) => value + (random.chance(50) ? 1n : -1n))],
    [2, () => withInteger(point, somewhere(), size, () => modulus - BigInt(random.below(2)))],
    // The sixteen bytes before a coordinate of BLS12-381 have to be zero.
    [2, () => withInteger(point, somewhere(), 1, () => 1n)],
  ])();
}

/** Factors at which multiplications go wrong. */
function factor(random: Random, order: bigint): Bytecode {
  return random.chance(50) ? word(random.word()) : word(order + BigInt(random.below(3) - 1));
}

/** A field element for the maps to the curve: around zero, one and the modulus. */
function fieldElement(random: Random): Bytecode {
  const border = random.pick([0n, 1n, BLS_P - 1n, BLS_P, BLS_P + 1n]);
  return random.chance(30) ? coordinate(border) : PAD + random.pick(['00', '17']) + random.hex(47);
}

function modexpInput(random: Random): Bytecode {
  const [base, exponent, modulus] = [random.below(40), random.below(40), random.pick([0, 1, 32, random.below(40)])];
  const lengths = [base, exponent, modulus].map((length) => (random.chance(2) ? word(random.word()) : word(length)));
  if (random.chance(20)) {
    // Bases and exponents that vanish, and moduli that are 0, 1 or even.
    const short = (length: number) =>
      random
        .pick([0, 1, 2, 3, 254])
        .toString(16)
        .padStart(2 * length, '0');
    return lengths.join('') + [base, exponent, modulus].map((length) => (length === 0 ? '' : short(length))).join('');
  }
  return lengths.join('') + random.hex(random.chance(80) ? base + exponent + modulus : random.below(60));
}

/** A signature of secp256k1: v as it may be and as it may not, r and s at the borders, s on its other side. */
function recoverable(random: Random): Bytecode {
  const valid = random.pick(EC_RECOVER);
  return random.weighted<() => Bytecode>([
    [50, () => valid],
    [10, () => withInteger(valid, 32, 32, () => random.pick([0n, 1n, 26n, 27n, 28n, 29n]))],
    // All 32 bytes of v count, not only the last.
    [15, () => withInteger(valid, 32, 32, (v) => v + (1n << BigInt(8 * (1 + random.below(31)))))],
    [10, () => withInteger(valid, 96, 32, (s) => SECP_N - s)],
    [15, () => withInteger(valid, 64 + 32 * random.below(2), 32, () => nearOrder(random, SECP_N))],
  ])();
}

/** A signature of P-256: also with -s, which is as good, and with numbers that may not be. */
function p256Signature(random: Random): Bytecode {
  const valid = random.pick(P256);
  return random.weighted<() => Bytecode>([
    [45, () => valid],
    [30, () => withInteger(valid, 64, 32, (s) => P256_N - s)],
    [15, () => withInteger(valid, 32 + 32 * random.below(2), 32, () => nearOrder(random, P256_N))],
    [5, () => valid.slice(0, 192) + '0'.repeat(128)],
    [5, () => withInteger(valid, 32 * random.below(5), 32, (value) => value + 1n)],
  ])();
}

function nearOrder(random: Random, order: bigint): bigint {
  return random.pick([0n, 1n, order - 1n, order, order + 1n]);
}

function shaped(random: Random, precompile: number): Bytecode {
  const point = () => pointLike(random, BN_G1, 32, BN_P);
  const bnG2 = () => pointLike(random, random.chance(92) ? BN_G2 : BN_G2_OUTSIDE, 32, BN_P);
  const g1 = () => pointLike(random, random.chance(80) ? BLS_G1 : random.pick(BLS_G1_OUTSIDE), 64, BLS_P);
  const g2 = () => pointLike(random, random.chance(80) ? BLS_G2 : random.pick(BLS_G2_OUTSIDE), 64, BLS_P);
  const times = (count: number, piece: () => Bytecode) => Array.from({ length: count }, piece).join('');
  switch (precompile) {
    case 1:
      return recoverable(random);
    case 5:
      return modexpInput(random);
    case 6:
      return point() + point();
    case 7:
      return point() + factor(random, BN_R);
    case 8:
      return random.chance(40)
        ? BN_G1 + BN_G2 + negated(BN_G1, 32, BN_P) + BN_G2
        : times(random.below(3), () => point() + bnG2());
    case 9:
      return `0000${random.hex(1).padStart(4, '0')}${random.hex(208)}${random.pick(['00', '01', '01', '02'])}`;
    case 10:
      return kzgInput(random);
    case 11:
      return g1() + g1();
    case 12:
      return times(1 + random.below(3), () => g1() + factor(random, BLS_R));
    case 13:
      return g2() + g2();
    case 14:
      return times(1 + random.below(2), () => g2() + factor(random, BLS_R));
    case 15:
      return random.chance(25)
        ? BLS_G1 + BLS_G2 + negated(BLS_G1, 64, BLS_P) + BLS_G2
        : times(1 + random.below(2), () => g1() + g2());
    case 16:
      return fieldElement(random);
    case 17:
      return fieldElement(random) + fieldElement(random);
    case 0x100:
      return p256Signature(random);
    default:
      return random.hex(random.below(100));
  }
}

/** Input for the contract at this address: mostly valid, sometimes cut, lengthened or with a byte changed. */
export function precompileInput(random: Random, precompile: number): Bytecode {
  const input = shaped(random, precompile);
  if (random.chance(75)) return input;
  if (random.chance(40)) return input.slice(0, 2 * random.below(input.length / 2 + 1));
  if (random.chance(40)) return input + random.hex(1 + random.below(40));
  const at = 2 * random.below(Math.max(1, input.length / 2));
  return (input.slice(0, at) + random.hex(1) + input.slice(at + 2)).slice(0, input.length);
}
