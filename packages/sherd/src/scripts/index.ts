export * from './checkModule.ts';
export * from './engine.ts';
export * from './hostFunctions.ts';
export { HOST_INTERFACE } from './hostInterface.ts';
export type { HostLimits } from './hostRun.ts';
export * from './rules.ts';
export * from './run.ts';
export * from './world.ts';
