/**
 * What an executor tells of its engine: signs of life while it works, what it compiles and how long that takes, and how
 * much of a block was whose. The clock decides nothing here but when the next sign is due.
 */
import { bytesToHex } from 'sherd/base';
import type { EngineObserver } from 'sherd/scripts';
import type { ScriptUse } from '../storage/index.ts';
import type { Sign } from './protocol.ts';

/** Milliseconds between two signs of life, unless something begins that cannot be interrupted. */
const SIGN_EVERY = 250;

export interface Observer extends EngineObserver {
  /** Forgets what was counted: a job begins. */
  begin(): void;
  /** Use of each script since then. */
  uses(): readonly ScriptUse[];
}

interface Frame {
  readonly script: number;
  readonly start: number;
  /** Milliseconds and gas of the runs below. */
  timeBelow: number;
  gasBelow: number;
}

type Counts = { -readonly [K in keyof ScriptUse]: ScriptUse[K] };

/** @param now Milliseconds of a clock that never goes back. */
export function createObserver(tell: (sign: Sign) => void, now: () => number = () => performance.now()): Observer {
  const counts = new Map<number, Counts>();
  const stack: Frame[] = [];
  let lastSign = now();

  function count({ script, start, timeBelow, gasBelow }: Frame, gas: number, failed: boolean): void {
    const took = now() - start;
    let own = counts.get(script);
    if (own === undefined) {
      own = { script, calls: 0, failures: 0, gas: 0, time: 0 };
      counts.set(script, own);
    }
    own.calls++;
    if (failed) own.failures++;
    own.gas += gas - gasBelow;
    own.time += (took - timeBelow) * 1000;
    const above = stack.at(-1);
    if (above === undefined) return;
    above.timeBelow += took;
    above.gasBelow += gas;
  }

  return {
    begin() {
      counts.clear();
      // A run that the machine broke off has left its frames.
      stack.length = 0;
      lastSign = now();
    },
    uses: () => [...counts.values()].map((each) => ({ ...each, time: Math.round(each.time) })),
    compile(codeHash, metered) {
      const hash = bytesToHex(codeHash);
      tell({ kind: 'compiling', codeHash: hash });
      const start = now();
      return () => {
        lastSign = now();
        tell({
          kind: 'compiled',
          codeHash: hash,
          meteredSize: metered.length,
          time: Math.round((lastSign - start) * 1000),
        });
      };
    },
    run(script, gas) {
      const start = now();
      if (stack.length === 0 && start - lastSign >= SIGN_EVERY) {
        lastSign = start;
        tell({ kind: 'running', script });
      }
      const frame: Frame = { script, start, timeBelow: 0, gasBelow: 0 };
      stack.push(frame);
      return ({ outcome, gasLeft }) => {
        stack.pop();
        count(frame, gas - gasLeft, outcome !== 'finished');
      };
    },
  };
}
