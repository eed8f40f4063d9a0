/**
 * 0x0b .. 0x13 of the draft of EIP-2537 that ethereum/tests was filled with in 2024 (protocol/drafts.ts). Points outside
 * of the subgroup are refused before a multiplication, as in the end; no file of that suite has one to tell.
 */
import {
  blsG1Add as addG1,
  blsG2Add as addG2,
  blsG1MultiScalar,
  blsG2MultiScalar,
  blsMapToG1,
  blsMapToG2,
} from '../crypto/bls12381.ts';
import { blsPairing, constantLength, FP, G1, G2, multiScalar, SCALAR } from './bls.ts';
import { DRAFT_DISCOUNTS } from './blsDiscounts.ts';
import { precompileAddress } from './precompile.ts';

export const draftBlsG1Add = constantLength(0x0b, 2 * G1, addG1);
/** One multiplication: a sum of one term. */
export const draftBlsG1Mul = constantLength(0x0c, G1 + SCALAR, blsG1MultiScalar);
export const draftBlsG1Msm = multiScalar(0x0d, G1 + SCALAR, DRAFT_DISCOUNTS, blsG1MultiScalar);
export const draftBlsG2Add = constantLength(0x0e, 2 * G2, addG2);
export const draftBlsG2Mul = constantLength(0x0f, G2 + SCALAR, blsG2MultiScalar);
export const draftBlsG2Msm = multiScalar(0x10, G2 + SCALAR, DRAFT_DISCOUNTS, blsG2MultiScalar);
export const draftBlsPairing = { ...blsPairing, address: precompileAddress(0x11) };
export const draftBlsMapG1 = constantLength(0x12, FP, blsMapToG1);
export const draftBlsMapG2 = constantLength(0x13, 2 * FP, blsMapToG2);
