/** Ewasm contracts: WebAssembly modules as the code of accounts, behind the interface of 2018/19. */
export { type ContractVerdict, checkContract, isWasmCode } from './checkContract.ts';
export { ContractEngine, type ContractEngineOptions, type ContractStack, DEEP_STACK, DEFAULT_STACK } from './engine.ts';
export type {
  ContractBlock,
  ContractCall,
  ContractCallKind,
  ContractFrame,
  ContractHost,
  ContractOutcome,
  ContractResult,
  NestedOutcome,
  NestedResult,
} from './frame.ts';
export { CONTRACT_FUNCTIONS, CONTRACT_INTERFACE, type ContractFunctionName } from './functions.ts';
export { type ContractSchedule, METERED_SCHEDULE, SCHEDULE_2019 } from './schedule.ts';
