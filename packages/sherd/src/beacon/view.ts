/**
 * What a shard transition must know of the beacon chain, as plain data that a message can carry to another process:
 * one flat array for the roots instead of thousands of small ones.
 */
import type { ChainParams } from './params.ts';
import type { BeaconState } from './state.ts';

export interface BeaconView {
  /** Slot of the newest beacon block that the view knows of. */
  readonly slot: bigint;
  /** Root of the beacon state after that block. */
  readonly root: Uint8Array;
  /** Unix seconds of slot 0. */
  readonly genesisTime: bigint;
  /** The ring of the state: 32 bytes at `32 * (slot % rootWindow)` for the rootWindow slots before `slot`. */
  readonly stateRoots: Uint8Array;
  /** Seed of the committees. */
  readonly seed: Uint8Array;
  readonly validators: readonly ValidatorView[];
  /** Newest accepted block of each shard. */
  readonly crosslinks: readonly CrosslinkView[];
  /** By script id. */
  readonly scripts: readonly ScriptView[];
}

/** Roots are copies, so that no message carries a buffer that they are a part of. */
export interface ValidatorView {
  readonly pubkey: Uint8Array;
  readonly withdrawalCredentials: Uint8Array;
  readonly activationSlot: bigint;
  readonly exitSlot: bigint;
}

export interface CrosslinkView {
  readonly shardBlockRoot: Uint8Array;
  readonly slot: bigint;
  readonly height: bigint;
  readonly stateRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly receiptCount: bigint;
}

export interface ScriptView {
  /** SHA-256 of the code. */
  readonly codeHash: Uint8Array;
  /** Bytes. 0 for a script that is built in. */
  readonly codeSize: bigint;
  /** gwei. */
  readonly balance: bigint;
}

/**
 * View of the state that a block left (not of one that was advanced over empty slots); `root` is that state's root.
 */
export function createBeaconView(params: ChainParams, state: BeaconState, root: Uint8Array): BeaconView {
  const stateRoots = new Uint8Array(32 * params.rootWindow);
  for (let i = 0; i < params.rootWindow; i++) stateRoots.set(state.recentStateRoots[i]!, 32 * i);
  return {
    slot: state.slot,
    root: root.slice(),
    genesisTime: state.genesisTime,
    stateRoots,
    seed: state.seed.slice(),
    validators: state.validators.map(({ pubkey, withdrawalCredentials, activationSlot, exitSlot }) => ({
      pubkey: pubkey.slice(),
      withdrawalCredentials: withdrawalCredentials.slice(),
      activationSlot,
      exitSlot,
    })),
    crosslinks: state.crosslinks.map((crosslink) => ({
      shardBlockRoot: crosslink.shardBlockRoot.slice(),
      slot: crosslink.slot,
      height: crosslink.height,
      stateRoot: crosslink.stateRoot.slice(),
      receiptsRoot: crosslink.receiptsRoot.slice(),
      receiptCount: crosslink.receiptCount,
    })),
    scripts: state.executionScripts.map(({ codeHash, codeSize, balance }) => ({
      codeHash: codeHash.slice(),
      codeSize,
      balance,
    })),
  };
}

/** Root of the beacon state after `slot`; undefined before genesis, after the view, and before the window. */
export function beaconRootAt(view: BeaconView, slot: bigint): Uint8Array | undefined {
  if (slot === view.slot) return view.root;
  const window = BigInt(view.stateRoots.length / 32);
  if (slot < 0n || slot > view.slot || slot < view.slot - window) return undefined;
  const at = 32 * Number(slot % window);
  return view.stateRoots.slice(at, at + 32);
}
