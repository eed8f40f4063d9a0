/** A machine in a script: a loop around a switch over the instructions of a small program. */
import { answer, turns } from "./io";

const PUSH: u8 = 0;
const ADD: u8 = 1;
const XOR: u8 = 2;
const DUP: u8 = 3;
const SWAP: u8 = 4;
const ROTATE: u8 = 5;
const DROP: u8 = 6;
const AGAIN: u8 = 7;
const program: usize = memory.data<u8>([PUSH, 17, ADD, DUP, ROTATE, XOR, PUSH, 3, SWAP, DROP, DUP, ADD, PUSH, 99, XOR, AGAIN], 8);
const stack: usize = memory.data(256, 8);

export function main(): void {
  let left = turns() * 512;
  let counter: usize = program;
  let top: usize = stack + 8;
  store<u64>(top, 1);
  while (true) {
    const instruction = load<u8>(counter++);
    switch (instruction) {
      case PUSH:
        top += 8;
        store<u64>(top, load<u8>(counter++));
        break;
      case ADD:
        top -= 8;
        store<u64>(top, load<u64>(top) + load<u64>(top, 8));
        break;
      case XOR:
        top -= 8;
        store<u64>(top, load<u64>(top) ^ load<u64>(top, 8));
        break;
      case DUP:
        top += 8;
        store<u64>(top, load<u64>(top - 8));
        break;
      case SWAP: {
        const first = load<u64>(top);
        store<u64>(top, load<u64>(top - 8));
        store<u64>(top - 8, first);
        break;
      }
      case ROTATE:
        store<u64>(top, rotl<u64>(load<u64>(top), 11));
        break;
      case DROP:
        top -= 8;
        break;
      default:
        if (--left == 0) {
          answer(load<u64>(top));
          return;
        }
        counter = program;
    }
  }
}
