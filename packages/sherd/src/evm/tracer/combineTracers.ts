/** Several tracers as one. */
import { checkObject } from '../../base/arguments.ts';
import type { Tracer } from './tracer.ts';

type Hook = Exclude<keyof Tracer, 'wantsMemory'>;

const HOOKS: readonly Hook[] = [
  'beginTransaction',
  'endTransaction',
  'enter',
  'exit',
  'log',
  'beforeStep',
  'step',
  'fault',
];

/** Each hears what it has a hook for, in the order given; what none listens to costs nothing. */
export function combineTracers(...tracers: readonly Tracer[]): Tracer {
  for (const tracer of tracers) checkObject(tracer, 'tracer');
  const hooks: Partial<Record<Hook, (...event: never[]) => void>> = {};
  for (const hook of HOOKS) {
    const listeners = tracers.filter((tracer) => tracer[hook] !== undefined);
    if (listeners.length === 0) continue;
    hooks[hook] = (...event: never[]) => {
      for (const tracer of listeners) (tracer[hook] as (...args: never[]) => void)(...event);
    };
  }
  return { wantsMemory: tracers.some((tracer) => tracer.wantsMemory === true), ...(hooks as Tracer) };
}
