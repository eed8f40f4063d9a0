/** LOG0 .. LOG4. */
import { charge, chargeMemory } from '../gas.ts';
import type { Instruction } from '../machine.ts';
import { OUTCOME } from '../outcome.ts';

function logWith(topicCount: number): Instruction {
  return (f, m) => {
    const s = f.stack;
    f.sp -= 2 + topicCount;
    const sp = f.sp;
    const offset = s[sp + topicCount + 1]!;
    const size = s[sp + topicCount]!;
    if (!chargeMemory(f, m, offset, size)) return OUTCOME.OUT_OF_GAS;
    const length = Number(size);
    if (!charge(f, length * m.rules.logByte)) return OUTCOME.OUT_OF_GAS;
    const topics: bigint[] = [];
    for (let i = topicCount - 1; i >= 0; i--) topics.push(s[sp + i]!);
    const data = f.memory.slice(length === 0 ? 0 : Number(offset), length);
    const log = { address: f.address, topics, data };
    m.host.addLog(log);
    m.tracer?.log?.(log);
    return 0;
  };
}

export const log = {
  LOG0: logWith(0),
  LOG1: logWith(1),
  LOG2: logWith(2),
  LOG3: logWith(3),
  LOG4: logWith(4),
} satisfies Record<string, Instruction>;
