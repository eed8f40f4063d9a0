/** Inputs of pre-compiled contracts in the shape that they want, now and then spoilt. */
import type { Bytecode } from './bytecode.ts';
import type { Random } from './random.ts';

const EC_RECOVER =
  '18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c' +
  '000000000000000000000000000000000000000000000000000000000000001c' +
  '73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f' +
  'eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549';

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

const P256 =
  '4cee90eb86eaa050036147a12d49004b6b9c72bd725d39d4785011fe190f0b4d' +
  'a73bd4903f0ce3b639bbbf6e8e80d16931ff4bcf5993d58468e8fb19086e8cac' +
  '36dbcd03009df8c59286b162af3bd7fcc0450c9aa81be5d10d312af6c66b1d60' +
  '4aebd3099c618202fcfe16ae7770b0c49ab5eadf74b754204a3bb6060e44eff3' +
  '7618b065f9832de4ca6ca971a7a1adc826d0f7c00181a5fb2ddf79ae00b4e10e';

/** Point evaluation (10) is left out: the peer has no trusted setup of its own. The official suites cover it. */
export const FUZZED_PRECOMPILES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 0x100] as const;

function word(value: bigint | number): Bytecode {
  return BigInt(value).toString(16).padStart(64, '0');
}

function modexpInput(random: Random): Bytecode {
  const [base, exponent, modulus] = [random.below(40), random.below(40), random.below(40)];
  const lengths = [base, exponent, modulus].map((length) => (random.chance(2) ? word(random.word()) : word(length)));
  return lengths.join('') + random.hex(random.chance(80) ? base + exponent + modulus : random.below(60));
}

function shaped(random: Random, precompile: number): Bytecode {
  const point = () => random.pick([BN_G1, BN_G1, '0'.repeat(128)]);
  const g1 = () => random.pick([BLS_G1, BLS_G1, '0'.repeat(256)]);
  const g2 = () => random.pick([BLS_G2, BLS_G2, '0'.repeat(512)]);
  const times = (count: number, piece: () => Bytecode) => Array.from({ length: count }, piece).join('');
  switch (precompile) {
    case 1:
      return EC_RECOVER;
    case 5:
      return modexpInput(random);
    case 6:
      return point() + point();
    case 7:
      return point() + word(random.word());
    case 8:
      return times(random.below(3), () => point() + random.pick([BN_G2, '0'.repeat(256)]));
    case 9:
      return `0000${random.hex(1).padStart(4, '0')}${random.hex(208)}${random.pick(['00', '01', '01', '02'])}`;
    case 11:
      return g1() + g1();
    case 12:
      return times(1 + random.below(2), () => g1() + word(random.word()));
    case 13:
      return g2() + g2();
    case 14:
      return g2() + word(random.word());
    case 15:
      return times(1 + random.below(2), () => g1() + g2());
    case 16:
      return PAD + random.pick(['00', '17']) + random.hex(47);
    case 17:
      return PAD + random.pick(['00', '17']) + random.hex(47) + PAD + random.pick(['00', '17']) + random.hex(47);
    case 0x100:
      return P256;
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
