/** The rules that `--state.fork` names: a fork, a change from one to another, and single EIPs on top. */
import { type BlockPosition, type ChainConfig, type ForkRules, forkAt, forkRules } from 'sherd/protocol';
import { chainOfNetwork } from '../../conformance/networks.ts';
import { orFault, t8nFault } from './faults.ts';
import { T8N_FORKS } from './forkNames.ts';

export interface NamedRules {
  readonly config: ChainConfig;
  /** Of the block at a position. @throws SherdError T8N_CONFIG. */
  readonly rulesAt: (position: BlockPosition) => ForkRules;
}

/** @throws SherdError T8N_CONFIG. */
export function readRules(name: string, chainId: bigint): NamedRules {
  const [forkName = '', ...extraEips] = name.split('+');
  const config = chainOfNetwork(forkName, chainId);
  if (config === undefined) {
    const what = `failed constructing chain configuration: unknown fork ${forkName}`;
    throw t8nFault('T8N_CONFIG', `${what}; want one of ${T8N_FORKS.join(', ')}, or a change from one to another`);
  }
  return {
    config,
    rulesAt: (position) => {
      const fork = forkAt(config, position);
      const rules = extraEips.length === 0 ? fork : (`${fork}+${extraEips.join('+')}` as const);
      return orFault('T8N_CONFIG', () => forkRules(rules));
    },
  };
}
