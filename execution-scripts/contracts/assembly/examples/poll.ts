/**
 * A contract as a user would write one: a poll with four choices, one vote for each account. The payload is the choice
 * (one byte); without a payload it answers the counts. State: four counts (u32), then who has voted (20 bytes each).
 */
import { ADDRESS, equal, host, put, putText, putU32 } from "../../../sdk/assembly/index";

const CHOICES: i32 = 4;
const COUNTS: i32 = 4 * CHOICES;
/** Caller, shard, slot and contract stand in front of the state. */
const STATE_SIZE_AT: i32 = ADDRESS + 4 + 8 + 32;
const MAX_INPUT: i32 = 8192;

const input: usize = memory.data(MAX_INPUT, 8);
const output: usize = memory.data(MAX_INPUT, 8);

function stop(reason: string): void {
  host.abort(output, <i32>(putText(output, reason) - output));
}

export function main(): void {
  const length = host.dataSize();
  if (length > MAX_INPUT) stop("too long");
  host.dataCopy(input, 0, length);
  let size = load<i32>(input, STATE_SIZE_AT);
  const state = input + STATE_SIZE_AT + 4;
  const payload = state + <usize>size;
  const payloadSize = length - STATE_SIZE_AT - 4 - size;
  const kept = output + 4;
  put(kept, state, size);
  if (size < COUNTS) size = COUNTS;
  if (payloadSize > 0) {
    const choice = <i32>load<u8>(payload);
    if (payloadSize != 1 || choice >= CHOICES) stop("no such choice");
    for (let at: i32 = COUNTS; at < size; at += ADDRESS) {
      if (equal(kept + <usize>at, input, ADDRESS)) stop("voted already");
    }
    put(kept + <usize>size, input, ADDRESS);
    size += ADDRESS;
    const count = kept + <usize>(4 * choice);
    putU32(count, load<u32>(count) + 1);
  }
  putU32(output, size);
  const end = put(kept + <usize>size, kept, COUNTS);
  host.finish(output, <i32>(end - output));
}
