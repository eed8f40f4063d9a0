/** The names of forks that fillers of tests use; programs look for theirs in the help of `t8n`. */
import { FORKS, type ForkName } from 'sherd/protocol';

/** Where the name is another than ours with a capital letter. */
const SUITE_NAMES: Readonly<Partial<Record<ForkName, readonly string[]>>> = {
  dao: [],
  tangerineWhistle: ['EIP150', 'TangerineWhistle'],
  spuriousDragon: ['EIP158', 'SpuriousDragon'],
  petersburg: ['ConstantinopleFix', 'Petersburg'],
  paris: ['Merge', 'Paris'],
};

/** Oldest first. */
export const T8N_FORKS: readonly string[] = FORKS.flatMap((fork) => {
  if (/^bpo\d$/.test(fork)) return [fork.toUpperCase()];
  return SUITE_NAMES[fork] ?? [`${fork[0]!.toUpperCase()}${fork.slice(1)}`];
});
