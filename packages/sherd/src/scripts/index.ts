/** The engine that runs execution scripts: check a module, run it over a world, under gas and depth counters. */
export * from './checkModule.ts';
export * from './engine.ts';
export * from './ewasmContract/index.ts';
export * from './faces/index.ts';
export { type HostCall, type HostCallRecord, type HostCallWatcher, recordHostCalls, SHOWN_BYTES } from './hostCalls.ts';
export {
  type Area,
  CLAIMED_HEADER_BYTES,
  type Effect,
  encodeClaimed,
  HOST_FUNCTIONS,
  HOST_MODULE,
  type HostFunction,
  type HostFunctionName,
  type Parameter,
  type ValueType,
} from './hostFunctions.ts';
export { HOST_INTERFACE, type HostTable } from './hostInterface.ts';
export type { HostLimits, NestedRuns } from './hostRun.ts';
export * from './rules.ts';
export * from './run.ts';
export * from './world.ts';
