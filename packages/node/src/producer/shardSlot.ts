/** One shard's part of a slot: the proposer builds and signs, the committee runs the block again and signs it. */
import { SherdError } from 'sherd/base';
import {
  crosslinkQuorum,
  type SignedCrosslink,
  type SignedShardBlock,
  shardCommittee,
  shardHeaderRoot,
  signingRoot,
} from 'sherd/beacon';
import { blsAggregate, blsSign } from 'sherd/crypto';
import { type LeftOut, shardBlockSigningRoot } from 'sherd/shard';
import { BitArray } from 'sherd/ssz';
import type { ApplyResult } from '../executor/index.ts';
import { type Candidate, chooseCandidates, dropCandidate } from './candidates.ts';
import type { Chain, ShardChain } from './chain.ts';
import { withoutKillers } from './isolate.ts';

export interface ShardSlot {
  readonly shard: ShardChain;
  /** What was offered, and which of it the block took or left. */
  readonly candidates: readonly Candidate[];
  readonly included: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
  /** Undefined when nothing fit and no empty block was asked for. */
  readonly made: MadeBlock | undefined;
}

export interface MadeBlock extends ApplyResult {
  readonly block: SignedShardBlock;
  readonly crosslink: SignedCrosslink;
}

interface Duty {
  readonly proposerIndex: number;
  readonly proposerKey: Uint8Array;
  /** By place in the committee; undefined for those whose keys are somebody else's. */
  readonly committeeKeys: readonly (Uint8Array | undefined)[];
}

/** Who proposes and who signs; undefined when too few of their keys are ours. */
export function dutyOf({ params, state, keys }: Chain, shard: number, slot: bigint): Duty | undefined {
  const committee = shardCommittee(params, state, shard, slot);
  const committeeKeys = committee.map((index) => keys.secretKey(state.validators[index]!.pubkey));
  const [proposerKey] = committeeKeys;
  const ours = committeeKeys.filter((key) => key !== undefined).length;
  if (proposerKey === undefined || ours < crosslinkQuorum(committee.length)) return undefined;
  return { proposerIndex: committee[0]!, proposerKey, committeeKeys };
}

/**
 * Makes the shard's block of `slot` on the newest beacon state. With `evenEmpty` also without any transaction.
 * @throws SherdError when the executors or the transition fail; nothing has happened then.
 */
export async function makeShardSlot(
  chain: Chain,
  shard: ShardChain,
  slot: bigint,
  duty: Duty,
  evenEmpty: boolean,
): Promise<ShardSlot> {
  const offered = chooseCandidates(chain, shard);
  return withoutKillers(
    offered,
    (candidates) => attempt(chain, shard, slot, duty, candidates, evenEmpty),
    (candidate, death) => {
      // The death's message may be a stack: the log needs it, whoever sent the transaction does not.
      const message = `the transaction was left out: it ends executors (${death.code})`;
      const reason = { code: 'EXECUTOR_KILLED', message };
      chain.log.error(
        { shard: shard.shard, kind: candidate.kind, death: death.message },
        'a transaction kills executors',
      );
      dropCandidate(shard, candidate, reason);
    },
  );
}

async function attempt(
  chain: Chain,
  shard: ShardChain,
  slot: bigint,
  duty: Duty,
  candidates: readonly Candidate[],
  evenEmpty: boolean,
): Promise<ShardSlot> {
  const { params, executors, state } = chain;
  const place = { shard: shard.shard, beaconSlot: state.slot } as const;
  const transactions = candidates.map(({ transaction }) => transaction);
  const { proposerIndex } = duty;
  const built = await executors.run({ kind: 'build', ...place, slot: Number(slot), proposerIndex, transactions });
  const { header, leftOut } = built;
  const included = built.included.map((index) => candidates[index]!);
  if (included.length === 0 && !evenEmpty) return { shard, candidates, included, leftOut, made: undefined };

  const block: SignedShardBlock = {
    header,
    transactions: included.map(({ transaction }) => transaction),
    signature: blsSign(duty.proposerKey, shardBlockSigningRoot(params, header)),
  };
  // The committee signs what it has seen to be true: it runs the whole block by the strict entrance.
  const applied = await executors.run({ kind: 'apply', ...place, block });
  return { shard, candidates, included, leftOut, made: { ...applied, block, crosslink: sign(chain, duty, block) } };
}

function sign({ params }: Chain, { committeeKeys }: Duty, { header }: SignedShardBlock): SignedCrosslink {
  const message = signingRoot(params.chainId, 'crosslink', shardHeaderRoot(header));
  const signatures = committeeKeys.flatMap((key) => (key === undefined ? [] : [blsSign(key, message)]));
  if (signatures.length === 0) throw new SherdError('NO_COMMITTEE', `no member of the committee has a key here`);
  return {
    header,
    aggregationBits: BitArray.fromBoolArray(committeeKeys.map((key) => key !== undefined)),
    signature: blsAggregate(signatures),
  };
}
