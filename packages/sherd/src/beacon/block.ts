/** Beacon blocks: applying one strictly, and assembling one out of what is waiting. */
import { equalBytes, isSherdError, SherdError } from '../base/index.ts';
import { blsVerify } from '../crypto/index.ts';
import { ZERO_CHUNK } from '../ssz/index.ts';
import { beaconProposer } from './committees.ts';
import { signingRoot } from './domains.ts';
import { type BeaconDraft, type BeaconEffects, draftOf } from './draft.ts';
import type { BeaconEnv } from './env.ts';
import { applyCrosslink } from './operations/crosslink.ts';
import { applyNewExecutionScript } from './operations/newExecutionScript.ts';
import { applyNewValidator } from './operations/newValidator.ts';
import { applyWithdrawal } from './operations/withdrawal.ts';
import type { ChainParams } from './params.ts';
import { advanceToSlot } from './slot.ts';
import type { BeaconState } from './state.ts';
import { stateRoot } from './stateTree.ts';
import { BeaconBlockBody, BeaconBlockHeader, LIST_LIMITS, type SignedBeaconBlock } from './types.ts';

export interface BeaconTransition {
  readonly state: BeaconState;
  readonly effects: BeaconEffects;
}

export type OperationKind = keyof BeaconBlockBody;

/** An operation that the proposer left out, and why. */
export interface RefusedOperation {
  readonly kind: OperationKind;
  /** Position in the list of candidates. */
  readonly position: number;
  readonly error: SherdError;
}

export interface AssembledBlock extends BeaconTransition {
  readonly block: SignedBeaconBlock;
  readonly refused: readonly RefusedOperation[];
}

/** The kinds in the order in which a block applies them. */
export const OPERATION_KINDS: readonly OperationKind[] = [
  'newExecutionScripts',
  'withdrawals',
  'newValidators',
  'crosslinks',
];

type Apply<Kind extends OperationKind> = (
  params: ChainParams,
  draft: BeaconDraft,
  operation: BeaconBlockBody[Kind][number],
  env: BeaconEnv,
) => void;

const APPLY: { readonly [Kind in OperationKind]: Apply<Kind> } = {
  newExecutionScripts: applyNewExecutionScript,
  withdrawals: applyWithdrawal,
  newValidators: applyNewValidator,
  crosslinks: applyCrosslink,
};

/** Root of a block: hash_tree_root of its header. */
export function beaconBlockRoot(header: BeaconBlockHeader): Uint8Array {
  return new Uint8Array(BeaconBlockHeader.hashTreeRoot(header));
}

/** Codes that the verdict is needed of before the block is applied. */
export function scriptsOf(body: BeaconBlockBody): Uint8Array[] {
  return body.newExecutionScripts.map(({ message }) => message.code);
}

/**
 * The state after `signed`, a child of the block that left `state`.
 * @throws SherdError SLOT_NOT_LATER, BLOCK_HEIGHT, BLOCK_PARENT, BLOCK_PROPOSER, BLOCK_BODY_ROOT, BLOCK_SIGNATURE,
 * BLOCK_STATE_ROOT; and the error of the first operation that is refused, with its kind and position in the data.
 */
export function processBlock(
  params: ChainParams,
  state: BeaconState,
  signed: SignedBeaconBlock,
  env: BeaconEnv,
): BeaconTransition {
  const { header, body } = signed;
  const before = advanceToSlot(params, state, header.slot);
  checkHeader(params, before, signed);
  const draft = draftOf(before);
  for (const kind of OPERATION_KINDS) {
    body[kind].forEach((_, position) => {
      try {
        applyOperation(params, draft, body, kind, position, env);
      } catch (error) {
        if (!isSherdError(error)) throw error;
        const data = { ...error.data, kind, position };
        throw new SherdError(error.code, `${kind} ${position}: ${error.message}`, data);
      }
    });
  }
  const after = { ...draft.state, latestBlockHeader: { ...header, stateRoot: ZERO_CHUNK } };
  const root = stateRoot(params, after, state);
  if (!equalBytes(root, header.stateRoot)) {
    throw new SherdError('BLOCK_STATE_ROOT', `block of slot ${header.slot}: the state root is not what it leads to`, {
      have: header.stateRoot,
      want: root,
    });
  }
  return { state: after, effects: draft.effects };
}

/**
 * A block of `slot` with all candidates that may stand in it, in their order.
 *
 * `sign` gets the proposer's validator index and the 32 bytes to sign.
 * @throws SherdError SLOT_NOT_LATER, NO_ACTIVE_VALIDATOR. Refused operations are returned, not thrown.
 */
export function assembleBlock(
  params: ChainParams,
  state: BeaconState,
  slot: bigint,
  candidates: BeaconBlockBody,
  env: BeaconEnv,
  sign: (proposerIndex: number, signingRoot: Uint8Array) => Uint8Array,
): AssembledBlock {
  const before = advanceToSlot(params, state, slot);
  const proposerIndex = beaconProposer(before, slot);
  const draft = draftOf(before);
  const refused: RefusedOperation[] = [];
  const included: Record<OperationKind, unknown[]> = {
    newExecutionScripts: [],
    withdrawals: [],
    newValidators: [],
    crosslinks: [],
  };
  for (const kind of OPERATION_KINDS) {
    candidates[kind].forEach((operation, position) => {
      try {
        if (included[kind].length >= LIST_LIMITS[kind]) {
          throw new SherdError('BODY_FULL', `the block holds ${LIST_LIMITS[kind]} ${kind}, the most it may`, {
            have: included[kind].length,
            want: LIST_LIMITS[kind],
          });
        }
        applyOperation(params, draft, candidates, kind, position, env);
        included[kind].push(operation);
      } catch (error) {
        if (!isSherdError(error)) throw error;
        refused.push({ kind, position, error });
      }
    });
  }
  const body = included as BeaconBlockBody;
  const header: BeaconBlockHeader = {
    slot,
    height: before.latestBlockHeader.height + 1n,
    proposerIndex,
    parentRoot: beaconBlockRoot(before.latestBlockHeader),
    stateRoot: ZERO_CHUNK,
    bodyRoot: new Uint8Array(BeaconBlockBody.hashTreeRoot(body)),
  };
  const after = { ...draft.state, latestBlockHeader: header };
  const sealed = { ...header, stateRoot: stateRoot(params, after, state) };
  const signature = sign(proposerIndex, signingRoot(params.chainId, 'beaconBlock', beaconBlockRoot(sealed)));
  return { block: { header: sealed, body, signature }, state: after, effects: draft.effects, refused };
}

function applyOperation<Kind extends OperationKind>(
  params: ChainParams,
  draft: BeaconDraft,
  body: BeaconBlockBody,
  kind: Kind,
  position: number,
  env: BeaconEnv,
): void {
  const operations: BeaconBlockBody[Kind] = body[kind];
  APPLY[kind](params, draft, operations[position]!, env);
}

function checkHeader(params: ChainParams, before: BeaconState, { header, body, signature }: SignedBeaconBlock): void {
  const parent = before.latestBlockHeader;
  if (header.height !== parent.height + 1n) {
    throw new SherdError('BLOCK_HEIGHT', `height ${header.height}, want ${parent.height + 1n}`, {
      have: header.height,
      want: parent.height + 1n,
    });
  }
  const parentRoot = beaconBlockRoot(parent);
  if (!equalBytes(header.parentRoot, parentRoot)) {
    throw new SherdError('BLOCK_PARENT', `block of slot ${header.slot} does not build on the latest block`, {
      have: header.parentRoot,
      want: parentRoot,
    });
  }
  const proposer = beaconProposer(before, header.slot);
  if (header.proposerIndex !== proposer) {
    throw new SherdError('BLOCK_PROPOSER', `block by validator ${header.proposerIndex}, want ${proposer}`, {
      have: header.proposerIndex,
      want: proposer,
    });
  }
  if (!equalBytes(header.bodyRoot, BeaconBlockBody.hashTreeRoot(body))) {
    throw new SherdError('BLOCK_BODY_ROOT', `block of slot ${header.slot}: the body is not the header's`, {
      have: header.bodyRoot,
    });
  }
  const message = signingRoot(params.chainId, 'beaconBlock', beaconBlockRoot(header));
  if (!blsVerify(before.validators[proposer]!.pubkey, message, signature)) {
    throw new SherdError('BLOCK_SIGNATURE', `block of slot ${header.slot} is not signed by validator ${proposer}`, {
      proposer,
    });
  }
}
