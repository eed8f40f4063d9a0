/** Where the pre-compiled contracts stand, by name, without what they do. */
import type { Address } from '../base/index.ts';
import type { PrecompileName } from '../protocol/index.ts';
import { precompileAddress } from './precompile.ts';

/** In the order in which the forks brought them. */
export const PRECOMPILE_ADDRESSES: Readonly<Record<PrecompileName, Address>> = {
  ecRecover: precompileAddress(0x01),
  sha256: precompileAddress(0x02),
  ripemd160: precompileAddress(0x03),
  identity: precompileAddress(0x04),
  modexp: precompileAddress(0x05),
  bnAdd: precompileAddress(0x06),
  bnMul: precompileAddress(0x07),
  bnPairing: precompileAddress(0x08),
  blake2f: precompileAddress(0x09),
  pointEvaluation: precompileAddress(0x0a),
  blsG1Add: precompileAddress(0x0b),
  blsG1Msm: precompileAddress(0x0c),
  blsG2Add: precompileAddress(0x0d),
  blsG2Msm: precompileAddress(0x0e),
  blsPairing: precompileAddress(0x0f),
  blsMapG1: precompileAddress(0x10),
  blsMapG2: precompileAddress(0x11),
  p256Verify: precompileAddress(0x100),
  draftBlsG1Add: precompileAddress(0x0b),
  draftBlsG1Mul: precompileAddress(0x0c),
  draftBlsG1Msm: precompileAddress(0x0d),
  draftBlsG2Add: precompileAddress(0x0e),
  draftBlsG2Mul: precompileAddress(0x0f),
  draftBlsG2Msm: precompileAddress(0x10),
  draftBlsPairing: precompileAddress(0x11),
  draftBlsMapG1: precompileAddress(0x12),
  draftBlsMapG2: precompileAddress(0x13),
};
