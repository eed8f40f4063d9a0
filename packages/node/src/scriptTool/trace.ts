/** Runs a script on a shard in memory and writes down what it asks of its host. */
import {
  type HostCall,
  recordHostCalls,
  type ScriptEngine,
  type ScriptRequest,
  type ScriptResult,
} from 'sherd/scripts';

export type { HostCall } from 'sherd/scripts';

/** The script's run, and its host calls in the order in which they began, those of the scripts that it calls included. */
export function traceRun(
  engine: ScriptEngine,
  request: ScriptRequest,
): { readonly result: ScriptResult; readonly calls: readonly HostCall[] } {
  const { watch, calls } = recordHostCalls();
  return { result: engine.run({ ...request, onHostCall: watch }), calls };
}
