import type { ScriptResult } from 'sherd/scripts';
import { expect, it } from 'vitest';
import { createObserver } from './observe.ts';
import type { Sign } from './protocol.ts';

/** An observer on a clock of our own, in milliseconds. */
function onClock() {
  const signs: Sign[] = [];
  let now = 0;
  const observer = createObserver(
    (sign) => signs.push(sign),
    () => now,
  );
  const result = (gasLeft: number, outcome: ScriptResult['outcome'] = 'finished'): ScriptResult => ({
    outcome,
    gasLeft,
    output: new Uint8Array(0),
  });
  return {
    observer,
    signs,
    result,
    wait(milliseconds: number) {
      now += milliseconds;
    },
  };
}

it('gives each script its own part of gas and time', () => {
  const { observer, result, wait } = onClock();
  observer.begin();
  const outer = observer.run!(1, 1000);
  wait(2);
  const inner = observer.run!(2, 500);
  wait(3);
  inner(result(400));
  wait(1);
  // A caller has what its callee left: 1000 - 100 of the callee - 50 of its own.
  outer(result(850));
  observer.run!(2, 70)(result(0, 'trapped'));
  expect(observer.uses()).toEqual([
    { script: 2, calls: 2, failures: 1, gas: 170, time: 3000 },
    { script: 1, calls: 1, failures: 0, gas: 50, time: 3000 },
  ]);
  observer.begin();
  expect(observer.uses()).toEqual([]);
});

it('forgets runs that the machine broke off', () => {
  const { observer, signs, result, wait } = onClock();
  observer.run!(1, 1000);
  observer.begin();
  wait(300);
  observer.run!(2, 100)(result(40));
  // A run inside another one gives none: whoever heard nothing for long would think that the executor hangs.
  expect(signs).toEqual([{ kind: 'running', script: 2 }]);
  expect(observer.uses()).toEqual([{ script: 2, calls: 1, failures: 0, gas: 60, time: 0 }]);
});

it('gives a sign of life every quarter of a second, and before each compilation', () => {
  const { observer, signs, result, wait } = onClock();
  observer.begin();
  for (let script = 0; script < 10; script++) {
    observer.run!(script, 10)(result(0));
    wait(100);
  }
  expect(signs).toEqual([
    { kind: 'running', script: 3 },
    { kind: 'running', script: 6 },
    { kind: 'running', script: 9 },
  ]);
  const done = observer.compile!(Uint8Array.of(0xab), new Uint8Array(77));
  expect(signs.at(-1)).toEqual({ kind: 'compiling', codeHash: '0xab' });
  wait(4);
  done();
  expect(signs.at(-1)).toEqual({ kind: 'compiled', codeHash: '0xab', meteredSize: 77, time: 4000 });
});
