/**
 * Recordings of script runs and of shard blocks: what came in, everything that went over the ports (the world of
 * scripts, the shard's store), and what came out. With the build alone they run again in any process, with any flags of
 * V8, and must do the same: {@link replay}.
 */
import type { BeaconView, ChainParams, SignedShardBlock } from 'sherd/beacon';
import {
  createScriptEngine,
  type ScriptEngine,
  type ScriptEngineOptions,
  type ScriptRequest,
  type ScriptResult,
  type ScriptWorld,
} from 'sherd/scripts';
import {
  type AppliedShardBlock,
  applyShardBlock,
  createEvmScript,
  type ShardInput,
  type ShardStore,
} from 'sherd/shard';
import {
  copyOf,
  Divergence,
  inspectValue,
  type PortRecording,
  type PortShape,
  playPort,
  recordPort,
  sameValue,
} from './portRecording.ts';

const WORLD: PortShape<ScriptWorld> = {
  values: ['chainId', 'shard', 'shardCount', 'slot', 'minDeposit', 'scriptCount'],
  methods: [
    'scriptCode',
    'getObject',
    'setObject',
    'removeObject',
    'extendTtl',
    'saveReceipt',
    'claimReceipt',
    'recentBeaconStateRoot',
    'recentShardStateRoot',
    'snapshot',
    'revertTo',
  ],
  constants: ['scriptCode'],
};

const STORE: PortShape<ShardStore> = {
  values: [],
  methods: [
    'getState',
    'getObject',
    'getTreeNode',
    'getConsumedChunk',
    'getConsumedNode',
    'getAccumulatorNode',
    'getBlockRoot',
    'getScriptCode',
  ],
  constants: ['getScriptCode'],
};

/** What an engine is made of. */
export interface EngineParts {
  readonly limits: ScriptEngineOptions['limits'];
  /** Script of the program that lends its machine for bytecode. */
  readonly machine: number | undefined;
}
export type Engines = (parts: EngineParts) => ScriptEngine;

export interface RunRecording {
  readonly kind: 'run';
  readonly parts: EngineParts;
  readonly request: Omit<ScriptRequest, 'world'>;
  readonly world: PortRecording;
  readonly result: PlainResult;
}

export interface BlockRecording {
  readonly kind: 'block';
  readonly params: ChainParams;
  readonly shard: number;
  readonly view: BeaconView;
  readonly block: SignedShardBlock;
  readonly store: PortRecording;
  /** With the roots of state, receipts and outcomes. */
  readonly applied: AppliedShardBlock;
}

export type ScriptRecording = RunRecording | BlockRecording;

/** What decides: sentences do not. */
type PlainResult = Pick<ScriptResult, 'outcome' | 'gasLeft' | 'output'> & { readonly code: string | undefined };

function plain({ outcome, gasLeft, output, error }: ScriptResult): PlainResult {
  return { outcome, gasLeft, output: output.slice(), code: error?.code };
}

type CreateEngine = (options: ScriptEngineOptions) => ScriptEngine;

/**
 * Makes engines whose runs are recorded. A run that enters a script of the program itself is not: such a script sees more
 * than the world of scripts. Blocks record those.
 */
export function recordingEngine(create: CreateEngine, keep: (recording: RunRecording) => void): CreateEngine {
  return (options) => {
    const raw = new WeakMap<ScriptWorld, ScriptWorld>();
    let enteredBuiltIn = false;
    const builtIns = new Map(
      [...options.builtIns].map(([id, script]) => [
        id,
        {
          ...script,
          run: (request: ScriptRequest, call: Parameters<typeof script.run>[1]) => {
            enteredBuiltIn = true;
            return script.run({ ...request, world: raw.get(request.world) ?? request.world }, call);
          },
        },
      ]),
    );
    const machine = [...options.builtIns].find(([, { runCode }]) => runCode !== undefined)?.[0];
    const engine = create({ ...options, builtIns });
    return {
      ...engine,
      run(request) {
        const { world, script, data, gas, caller, isStatic = false } = request;
        const asked = { script, data: data.slice(), gas, caller, isStatic };
        const { port, recording } = recordPort(world, WORLD);
        raw.set(port, world);
        enteredBuiltIn = false;
        const result = engine.run({ ...request, world: port });
        if (!enteredBuiltIn) {
          keep({
            kind: 'run',
            parts: { limits: { ...options.limits }, machine },
            request: asked,
            world: recording,
            result: plain(result),
          });
        }
        return result;
      },
    };
  };
}

type Apply = (input: ShardInput, block: SignedShardBlock) => AppliedShardBlock;

/** Applies blocks and records those that may be applied. */
export function recordingApply(apply: Apply, keep: (recording: BlockRecording) => void): Apply {
  return (input, block) => {
    const { params, shard, view, store } = input;
    const { port, recording } = recordPort(store, STORE);
    const given = copyOf({ params, shard, view, block }) as Pick<BlockRecording, 'params' | 'shard' | 'view' | 'block'>;
    const applied = apply({ ...input, store: port }, block);
    keep({ kind: 'block', ...given, store: recording, applied: copyOf(applied) as AppliedShardBlock });
    return applied;
  };
}

/** An engine as a recorded one, but for what scripts of the program did besides lending their machine. */
function engineOf({ limits, machine }: EngineParts): ScriptEngine {
  return createScriptEngine({ builtIns: new Map(machine === undefined ? [] : [[machine, createEvmScript()]]), limits });
}

/** Engines by their parts: modules that one recording compiled are there for the next. */
export function sharedEngines(): Engines {
  const engines = new Map<string, ScriptEngine>();
  return (parts) => {
    const id = idOf(parts);
    const engine = engines.get(id) ?? engineOf(parts);
    engines.set(id, engine);
    return engine;
  };
}

function idOf({ limits, machine }: EngineParts): string {
  return `${limits.maxObjectBytes}/${limits.maxReceiptBytes}/${machine}`;
}

/** An engine of its own for every recording: every module is compiled anew. */
export function freshEngines(): Engines {
  return engineOf;
}

/** Runs a recording again. @throws Divergence when anything is not as it was */
export function replay(recording: ScriptRecording, engines: Engines): void {
  if (recording.kind === 'block') replayBlock(recording, engines);
  else replayRun(recording, engines(recording.parts));
}

function replayRun({ request, world, result }: RunRecording, engine: ScriptEngine): void {
  const { port, end } = playPort(world, WORLD);
  const again = plain(engine.run({ ...request, world: port }));
  if (!sameValue(again, result)) {
    throw new Divergence(`script ${request.script}: ${inspectValue(again)}, was ${inspectValue(result)}`);
  }
  end();
}

function replayBlock(recording: BlockRecording, engines: Engines): void {
  const { params, shard, view, block, store, applied } = recording;
  const { port, end } = playPort(store, STORE);
  const engine = engines({
    limits: { maxObjectBytes: params.maxObjectBytes, maxReceiptBytes: params.maxReceiptBytes },
    machine: 0,
  });
  const again = applyShardBlock({ params, shard, view, store: port, engine }, block);
  if (!sameValue(again, applied)) {
    throw new Divergence(`block ${block.header.height} of shard ${shard}: other outcomes, state or writes`);
  }
  end();
}

/**
 * Runs the cheapest finished run of every script `times` over, so that V8 optimises its module. Modules of the same bytes
 * are one to V8, whichever engine has them. Returns how many runs there were.
 */
export function warmUp(recordings: readonly ScriptRecording[], engines: Engines, times: number): number {
  const cheapest = new Map<string, RunRecording>();
  const gasOf = ({ request, result }: RunRecording) => request.gas - result.gasLeft;
  for (const recording of recordings) {
    if (recording.kind !== 'run' || recording.result.outcome !== 'finished') continue;
    const code = recording.world.calls.find(({ method }) => method === 'scriptCode')?.result as
      | ReturnType<ScriptWorld['scriptCode']>
      | undefined;
    if (code === undefined) continue;
    const id = Buffer.from(code.codeHash).toString('hex');
    const before = cheapest.get(id);
    if (before === undefined || gasOf(recording) < gasOf(before)) cheapest.set(id, recording);
  }
  for (const recording of cheapest.values()) {
    const engine = engines(recording.parts);
    for (let i = 0; i < times; i++) replayRun(recording, engine);
  }
  return cheapest.size * times;
}
