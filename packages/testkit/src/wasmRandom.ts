/**
 * Random valid modules for differential tests: every instruction that scripts may use, nested control flow, calls,
 * traps. Each loop counts down, so that they end without metering too. The same seed gives the same module.
 */
import { I32, I64, INSTRUCTIONS, type ValueTypeByte, VOID, type WasmModule, WasmWriter } from 'sherd/wasm';

interface Label {
  readonly isLoop: boolean;
  readonly result: ValueTypeByte | undefined;
}

/** xorshift32: small, seeded, the same everywhere. */
function randomSource(seed: number): (below: number) => number {
  let state = seed | 0 || 0x9e37_79b9;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Rows that only work on operands: opcode, operands, result. */
const PLAIN = INSTRUCTIONS.flatMap((row, opcode) =>
  row !== undefined && row.immediate === 'none' && row.pops.length > 0 && row.pushes !== undefined
    ? [{ opcode, pops: row.pops, pushes: row.pushes }]
    : [],
);
const ACCESS = INSTRUCTIONS.flatMap((row, opcode) => (row?.immediate === 'memory' ? [{ opcode, row }] : []));

/** Locals of every function: parameters (i32, i64), two i32, two i64, and the loop counter (i32). */
const LOCALS: readonly ValueTypeByte[] = [I32, I64, I32, I32, I64, I64, I32];
const COUNTER = 6;

class BodyWriter {
  readonly w = new WasmWriter();
  readonly #random: (below: number) => number;
  readonly #callees: number;
  #budget: number;
  #labels: Label[] = [];

  constructor(random: (below: number) => number, callees: number) {
    this.#random = random;
    this.#callees = callees;
    this.#budget = 10 + random(60);
  }

  /** Leaves one value of the type on the stack. */
  value(type: ValueTypeByte, depth = 0): void {
    this.#budget--;
    const kind = depth > 4 || this.#budget < 0 ? this.#random(2) : this.#random(12);
    if (kind === 0) {
      this.w.u8(type === I32 ? 0x41 : 0x42).signed(this.#interesting(type));
    } else if (kind === 1) {
      const locals = LOCALS.flatMap((local, i) => (local === type ? [i] : []));
      this.w.u8(0x20).u32(locals[this.#random(locals.length)]!);
    } else if (kind < 7) this.#plain(type, depth);
    else if (kind === 7) this.#load(type, depth);
    else if (kind === 8) {
      this.value(type, depth + 1);
      this.value(type, depth + 1);
      this.value(I32, depth + 1);
      this.w.u8(0x1b);
    } else if (kind === 9 && this.#callees > 0) {
      this.value(I32, depth + 1);
      this.value(I64, depth + 1);
      this.w.u8(0x10).u32(1 + this.#random(this.#callees));
      if (type === I64) this.w.u8(0xad);
    } else if (kind === 10) {
      this.value(I32, depth + 1);
      this.w.u8(0x04, type);
      this.#inside({ isLoop: false, result: type }, () => {
        this.value(type, depth + 1);
        this.w.u8(0x05);
        this.#statements(depth + 1);
        this.value(type, depth + 1);
      });
    } else {
      this.w.u8(0x02, type);
      this.#inside({ isLoop: false, result: type }, () => {
        this.#statements(depth + 1);
        this.value(type, depth + 1);
      });
    }
  }

  #interesting(type: ValueTypeByte): bigint {
    const edge = [0n, 1n, -1n, 31n, 0x7fff_ffffn, -0x8000_0000n][this.#random(6)]!;
    if (type === I32 || this.#random(2) === 0) return edge;
    return [0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n, 0x1_0000_0000n][this.#random(3)]!;
  }

  #plain(type: ValueTypeByte, depth: number): void {
    const rows = PLAIN.filter(({ pushes }) => pushes === type);
    const { opcode, pops } = rows[this.#random(rows.length)]!;
    for (const operand of pops) this.value(operand, depth + 1);
    this.w.u8(opcode);
  }

  /** An address that is mostly inside the first page. */
  #address(depth: number): void {
    this.value(I32, depth + 1);
    if (this.#random(20) > 0) this.w.u8(0x41).signed(0xfff).u8(0x71);
  }

  #load(type: ValueTypeByte, depth: number): void {
    const rows = ACCESS.filter(({ row }) => row.pushes === type);
    const { opcode, row } = rows[this.#random(rows.length)]!;
    this.#address(depth);
    this.w
      .u8(opcode)
      .u32(this.#random(row.alignment + 1))
      .u32(this.#random(64));
  }

  #inside(label: Label, write: () => void): void {
    this.#labels.push(label);
    write();
    this.#labels.pop();
    this.w.u8(0x0b);
  }

  #statements(depth: number): void {
    for (let left = this.#random(4); left > 0 && this.#budget > 0; left--) this.statement(depth);
  }

  /** Leaves the stack as it was; may trap, branch out or return. */
  statement(depth = 0): void {
    this.#budget--;
    switch (this.#random(depth > 4 ? 4 : 13)) {
      case 0:
      case 1: {
        const local = this.#random(COUNTER);
        this.value(LOCALS[local]!, depth + 1);
        this.w.u8(0x21).u32(local);
        return;
      }
      case 2: {
        const rows = ACCESS.filter(({ row }) => row.pushes === undefined);
        const { opcode, row } = rows[this.#random(rows.length)]!;
        this.#address(depth);
        this.value(row.pops[1]!, depth + 1);
        this.w.u8(opcode).u32(0).u32(this.#random(64));
        return;
      }
      case 3: {
        const type = this.#random(2) === 0 ? I32 : I64;
        this.value(type, depth + 1);
        this.w.u8(0x1a);
        return;
      }
      case 4:
        this.w.u8(0x02, VOID);
        this.#inside({ isLoop: false, result: undefined }, () => this.#statements(depth + 1));
        return;
      case 5:
        this.#loop(depth);
        return;
      case 6:
        this.value(I32, depth + 1);
        this.w.u8(0x04, VOID);
        this.#inside({ isLoop: false, result: undefined }, () => {
          this.#statements(depth + 1);
          if (this.#random(2) === 0) this.w.u8(0x05);
          this.#statements(depth + 1);
        });
        return;
      case 7:
      case 8:
        this.#branch(depth);
        return;
      case 9:
        this.#bulk(depth);
        return;
      case 10:
        this.value(I32, depth + 1);
        this.w.u8(0x41).signed(1).u8(0x71, 0x40, 0, 0x1a);
        return;
      case 11:
        this.w.u8(0x23).u32(0);
        this.value(I64, depth + 1);
        this.w.u8(0x7c, 0x24).u32(0);
        return;
      default:
        this.w.u8(0x3f, 0, 0x1a, 0x01);
    }
  }

  #loop(depth: number): void {
    // The counter is the function's own: nested loops share it, so that all of them together end.
    this.w.u8(0x03, VOID);
    this.#inside({ isLoop: true, result: undefined }, () => {
      this.#statements(depth + 1);
      this.w.u8(0x20).u32(COUNTER).u8(0x41).signed(-1).u8(0x6a, 0x22).u32(COUNTER);
      this.w.u8(0x41).signed(0).u8(0x4a, 0x0d).u32(0);
    });
  }

  #branch(depth: number): void {
    const targets = this.#labels.flatMap(({ isLoop, result }, i) =>
      isLoop || result !== undefined ? [] : [this.#labels.length - 1 - i],
    );
    if (targets.length === 0) return;
    const pick = () => targets[this.#random(targets.length)]!;
    const kind = this.#random(8);
    if (kind < 5) {
      this.value(I32, depth + 1);
      this.w.u8(0x0d).u32(pick());
    } else if (kind === 5) {
      this.value(I32, depth + 1);
      this.w.u8(0x0e).u32(2).u32(pick()).u32(pick()).u32(pick());
      this.#dead(depth);
    } else if (kind === 6) {
      this.w.u8(0x0c).u32(pick());
      this.#dead(depth);
    } else {
      this.value(I32, depth + 1);
      this.value(I32, depth + 1);
      this.w.u8(0x0d).u32(pick()).u8(0x1a);
    }
  }

  /** Code that cannot be reached, which metering drops. */
  #dead(depth: number): void {
    if (this.#random(2) === 0) this.w.u8(0x6a, 0x1a);
    this.#statements(depth + 1);
  }

  #bulk(depth: number): void {
    this.#address(depth);
    this.#address(depth);
    this.#address(depth);
    if (this.#random(2) === 0) this.w.u8(0xfc, 10, 0, 0);
    else this.w.u8(0xfc, 11, 0);
  }

  /** The whole body: sets the counter, statements, the result. */
  body(result: ValueTypeByte | undefined): Uint8Array {
    this.w.u8(0x41).signed(8).u8(0x21).u32(COUNTER);
    for (let left = 1 + this.#random(6); left > 0; left--) this.statement();
    if (result !== undefined) {
      if (this.#random(3) === 0) {
        this.value(I32);
        this.w.u8(0x04, VOID);
        this.value(result);
        this.w.u8(0x0f, 0x0b);
      }
      this.value(result);
    }
    return this.w.u8(0x0b).finish();
  }
}

/** A random module of up to four functions: `main`, and others (i32, i64) -> i32 that it calls. */
export function randomModule(seed: number): WasmModule {
  const random = randomSource(seed);
  const callees = random(4);
  const main = new BodyWriter(random, callees);
  const extra = LOCALS.slice(2);
  const bodies = [{ locals: LOCALS, code: main.body(undefined), offset: 0 }];
  // Functions call only later ones by their number, so that there is no recursion.
  for (let i = 0; i < callees; i++)
    bodies.push({ locals: extra, code: new BodyWriter(random, 0).body(I32), offset: 0 });
  return {
    types: [
      { parameters: [], results: [] },
      { parameters: [I32, I64], results: [I32] },
    ],
    imports: [],
    functions: [0, ...bodies.slice(1).map(() => 1)],
    table: undefined,
    memory: { initial: 1, maximum: 3 },
    globals: [{ type: I64, isMutable: true, value: 7n }],
    exports: [
      { name: 'memory', kind: 'memory', index: 0 },
      { name: 'main', kind: 'function', index: 0 },
      { name: 'global', kind: 'global', index: 0 },
    ],
    elements: [],
    data: [{ start: 16, bytes: Uint8Array.of(1, 2, 3, 250, 251, 252) }],
    bodies,
    names: new Map(),
  };
}
