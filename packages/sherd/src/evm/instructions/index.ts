/** Every instruction by its name; the compiler says which one is missing. */
import type { OpcodeName } from '../../protocol/index.ts';
import type { Instruction } from '../machine.ts';
import { arithmetic } from './arithmetic.ts';
import { bitwise } from './bitwise.ts';
import { block } from './block.ts';
import { environment } from './environment.ts';
import { flow } from './flow.ts';
import { log } from './log.ts';
import { memory } from './memory.ts';
import { stack } from './stack.ts';
import { storage } from './storage.ts';
import { system } from './system.ts';

export const INSTRUCTIONS = {
  ...arithmetic,
  ...bitwise,
  ...memory,
  ...environment,
  ...block,
  ...stack,
  ...storage,
  ...flow,
  ...log,
  ...system,
} satisfies Record<OpcodeName, Instruction>;
