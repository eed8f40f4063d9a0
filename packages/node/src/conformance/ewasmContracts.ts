/**
 * What Ewasm's state tests were filled with in 2019: contracts of WebAssembly, of which only the functions of their
 * interface cost gas, and which call each other as deep as EVM contracts do.
 */
import { DEEP_STACK, SCHEDULE_2019 } from 'sherd/scripts';
import { createEwasmContracts } from 'sherd/shard';

/** One for all tests of a thread: it keeps compiled contracts, and nothing of a run. */
export const EWASM_CONTRACTS = createEwasmContracts({ schedule: SCHEDULE_2019, stack: DEEP_STACK });
