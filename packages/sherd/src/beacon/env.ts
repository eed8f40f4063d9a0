/** What the beacon transition is handed: the verdict on code comes from the script engine, maybe in another process. */

/** The script engine's ModuleVerdict fits this. */
export type ScriptVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface BeaconEnv {
  /**
   * Whether the chain accepts this code as an execution script. Must depend on the code alone. Who asks another process
   * does so before the block is applied (see scriptsOf in block.ts), and hands in the answers here.
   */
  checkScript(code: Uint8Array): ScriptVerdict;
}
