/** What watches tests while they run. */
import type { Hex } from 'sherd/base';
import type { Tracer } from 'sherd/evm';

export interface FixtureTrace {
  readonly tracer: Tracer;
  /** Behind each test, with the root of its state; of a block test, that of the head. */
  end(stateRoot: Hex): void;
}
