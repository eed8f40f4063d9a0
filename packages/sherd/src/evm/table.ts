/** Folds opcode rows, a fork's prices and the instructions into the jump table that the loop reads. */
import { FORKS, forkRules, OPCODE_NAMES, OPCODES, type Opcode, type RulesName } from '../protocol/index.ts';
import { STACK_LIMIT } from './frame.ts';
import { INSTRUCTIONS } from './instructions/index.ts';
import { packRow } from './interpreter.ts';
import type { Instruction, InstructionTable } from './machine.ts';
import { OUTCOME } from './outcome.ts';

const undefinedInstruction: Instruction = () => OUTCOME.INVALID_OPCODE;

const forbiddenWrite: Instruction = () => OUTCOME.STATIC_WRITE;

function buildTable(fork: RulesName): InstructionTable {
  const prices = forkRules(fork).gas;
  const run = new Array<Instruction>(256).fill(undefinedInstruction);
  const runStatic = run.slice();
  const gas = new Int32Array(256);
  const minStack = new Uint16Array(256);
  const maxStack = new Uint16Array(256).fill(STACK_LIMIT);
  const exists = new Uint8Array(256);
  const rows = new Int32Array(256);
  for (const name of OPCODE_NAMES) {
    const price = prices[name];
    if (price === undefined) continue;
    const row: Opcode = OPCODES[name];
    run[row.byte] = INSTRUCTIONS[name];
    runStatic[row.byte] = row.writes === 'state' ? forbiddenWrite : INSTRUCTIONS[name];
    gas[row.byte] = price;
    minStack[row.byte] = row.pops;
    maxStack[row.byte] = STACK_LIMIT - Math.max(0, row.pushes - row.pops);
    exists[row.byte] = 1;
    rows[row.byte] = packRow(name, price);
  }
  return { run, runStatic, gas, minStack, maxStack, exists, rows };
}

const tables = new Map<RulesName, InstructionTable>();

/** The jump table of a fork. Forks without new prices share one, so that a loop sees few of them. */
export function instructionTable(fork: RulesName): InstructionTable {
  let table = tables.get(fork);
  if (table === undefined) {
    const twin = FORKS.find((other) => tables.has(other) && samePrices(other, fork));
    table = twin === undefined ? buildTable(fork) : tables.get(twin)!;
    tables.set(fork, table);
  }
  return table;
}

function samePrices(a: RulesName, b: RulesName): boolean {
  const left = forkRules(a).gas;
  const right = forkRules(b).gas;
  return OPCODE_NAMES.every((name) => left[name] === right[name]);
}
