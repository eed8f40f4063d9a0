/** Storage, persistent and transient. */
import type { Frame } from '../frame.ts';
import { charge, chargeStore } from '../gas.ts';
import type { Instruction, Machine } from '../machine.ts';
import { OUTCOME } from '../outcome.ts';

export const storage = {
  SLOAD(f: Frame, m: Machine) {
    const { host, rules } = m;
    const top = f.sp - 1;
    const slot = f.stack[top]!;
    if (rules.accessLists && host.warmSlot(f.address, slot) && !charge(f, rules.coldSlot - rules.warmRead)) {
      return OUTCOME.OUT_OF_GAS;
    }
    f.stack[top] = host.getStorage(f.address, slot);
    return 0;
  },
  SSTORE(f: Frame, m: Machine) {
    f.sp -= 2;
    const sp = f.sp;
    const slot = f.stack[sp + 1]!;
    const value = f.stack[sp]!;
    if (!chargeStore(f, m, slot, value)) return OUTCOME.OUT_OF_GAS;
    m.host.setStorage(f.address, slot, value);
    return 0;
  },
  TLOAD(f: Frame, m: Machine) {
    const top = f.sp - 1;
    f.stack[top] = m.host.getTransientStorage(f.address, f.stack[top]!);
    return 0;
  },
  TSTORE(f: Frame, m: Machine) {
    f.sp -= 2;
    const sp = f.sp;
    m.host.setTransientStorage(f.address, f.stack[sp + 1]!, f.stack[sp]!);
    return 0;
  },
} satisfies Record<string, Instruction>;
