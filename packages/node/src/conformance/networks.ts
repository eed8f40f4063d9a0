/** Chain configurations that block tests name: one fork, or a change from one to another on the way. */
import { type ChainConfig, chainAtFork, type ForkActivation, type ForkName, forkFromName } from 'sherd/protocol';

/** `Cancun`, `BerlinToLondonAt5`, `ShanghaiToCancunAtTime15k`, `ArrowGlacierToParisAtDiffC0000`. */
export function chainOfNetwork(network: string, chainId: bigint): ChainConfig | undefined {
  const single = forkFromName(network);
  if (single !== undefined) return chainAtFork(single, chainId);
  const match = /^(.+?)To(.+?)At(Time|Diff)?([0-9a-fA-F]+)(k?)$/.exec(network);
  if (match === null) return undefined;
  const [, before = '', after = '', kind, digits = '', thousand] = match;
  const from = forkFromName(before);
  const to = forkFromName(after);
  if (from === undefined || to === undefined) return undefined;
  const at = kind === 'Diff' ? BigInt(`0x${digits}`) : BigInt(digits) * (thousand === 'k' ? 1000n : 1n);
  const base = chainAtFork(from, chainId);
  return { ...base, name: network, movesDaoBalances: to === 'dao', forks: [...base.forks, activation(to, kind, at)] };
}

function activation(fork: ForkName, kind: string | undefined, at: bigint): ForkActivation {
  if (kind === 'Time') return { fork, timestamp: at };
  return kind === 'Diff' ? { fork, totalDifficulty: at } : { fork, block: at };
}
