/** The steps of a generated case on our engine and on the peer, one beside the other. */
import type { CallEvent, FaultEvent, StepEvent, Tracer } from 'sherd/evm';
import { forkRules, NAME_OF_BYTE, OPCODES } from 'sherd/protocol';
import { runOnEngine } from './differentialEngine.ts';
import { type PeerStep, stepsOnPeer } from './differentialPeer.ts';
import type { FuzzCase } from './randomCase.ts';

/** A step of ours in the peer's terms. */
interface OwnStep extends PeerStep {
  /** Undefined cost: engines that fail in a step have paid differently much by then. */
  readonly fails: boolean;
}

const CALLS: ReadonlySet<string> = new Set(['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']);

function recorder(stipend: number): { readonly tracer: Tracer; readonly steps: OwnStep[] } {
  const steps: OwnStep[] = [];
  const change = (how: Partial<OwnStep>) => steps.push({ ...steps.pop()!, ...how });
  const tracer: Tracer = {
    step(step: StepEvent) {
      const { pc, op, gas, reserve, gasCost, depth, stack, memorySize, outcome } = step;
      steps.push({
        pc,
        op,
        gas: BigInt(gas) + reserve,
        gasCost: BigInt(gasCost),
        depth: depth - 1,
        stack,
        memorySize,
        fails: outcome !== 0,
      });
    },
    enter({ type, depth, gas, value }: CallEvent) {
      if (depth === 0 || !CALLS.has(type)) return;
      // Ours includes what is handed on; the stipend comes on top of that and is nobody's cost.
      const carries = (type === 'CALL' || type === 'CALLCODE') && value !== 0n;
      change({ gasCost: steps.at(-1)!.gasCost - BigInt(gas - (carries ? stipend : 0)) });
    },
    fault(_: FaultEvent) {
      change({ fails: true });
    },
  };
  return { tracer, steps };
}

/** Fields that must be the same before a step, and what it costs. */
function differences(own: OwnStep, peer: PeerStep): string[] {
  // The peer calls every byte that is no instruction INVALID.
  const isKnown = NAME_OF_BYTE[own.op] !== undefined && peer.op !== OPCODES.INVALID.byte;
  const pairs = [
    ['pc', own.pc, peer.pc],
    ['op', isKnown ? own.op : 0, isKnown ? peer.op : 0],
    ['gas', own.gas, peer.gas],
    ['depth', own.depth, peer.depth],
    ['memory size', own.memorySize, peer.memorySize],
    ['stack', own.stack.join(' '), peer.stack.join(' ')],
    ['gas cost', own.fails ? 0n : own.gasCost, own.fails ? 0n : peer.gasCost],
  ] as const;
  return pairs.filter(([, ours, theirs]) => ours !== theirs).map(([what, a, b]) => `${what} ${a}, peer ${b}`);
}

/** What differs, as lines that begin with the number of the step; how many steps there were. */
export async function compareSteps(fuzz: FuzzCase): Promise<{ readonly steps: number; readonly lines: string[] }> {
  const { tracer, steps } = recorder(forkRules(fuzz.fork).rules.callStipend);
  runOnEngine(fuzz, tracer);
  const theirs = await stepsOnPeer(fuzz);
  const lines: string[] = [];
  let at = 0;
  for (const [index, own] of steps.entries()) {
    const peer = theirs[at];
    // The peer says nothing of the STOP behind the end of code.
    const isImplicitStop = own.op === OPCODES.STOP.byte && (peer?.pc !== own.pc || peer.op !== own.op);
    if (isImplicitStop) continue;
    at++;
    if (peer === undefined) return { steps: steps.length, lines: [...lines, `step ${index}: the peer has ended`] };
    lines.push(...differences(own, peer).map((line) => `step ${index}, ${NAME_OF_BYTE[own.op]}: ${line}`));
    if (lines.length > 0) break;
  }
  if (lines.length === 0 && at < theirs.length) lines.push(`the peer has ${theirs.length - at} more steps`);
  return { steps: steps.length, lines };
}
