/** Prices of the Ewasm contract interface as data: as its design of 2018/19 had them, and as a chain of today needs them. */
import { HOST_GAS, START_GAS } from '../rules.ts';

/** What starting an instance costs, in gas. */
export interface ContractStartGas {
  readonly instance: number;
  /** Each byte of the code. */
  readonly codeByte: number;
  /** Each byte of code that is run to make a contract: nobody has paid for checking it before. */
  readonly initCodeByte: number;
  /** Each page (64 KiB) of the memory that it starts with. */
  readonly page: number;
}

export interface ContractSchedule {
  /**
   * What instructions cost. `gas`: their ticks (`wasm/costs.ts`), from the contract's gas. `work`: no gas; but the calls
   * of a transaction together may not do more work than its gas would have bought, and run out of gas there.
   */
  readonly instructions: 'gas' | 'work';
  readonly start: ContractStartGas;
  readonly base: number;
  readonly veryLow: number;
  /** Each word of 32 bytes that is copied. */
  readonly copyWord: number;
  /** Each word of 32 bytes that goes along with a call or creation. */
  readonly inputWord: number;
  readonly balance: number;
  readonly blockHash: number;
  readonly externalCode: number;
  readonly storageLoad: number;
  /** A slot that was 0 and is not any more, and any other store. */
  readonly storageCreate: number;
  readonly storageChange: number;
  readonly storageClearRefund: number;
  readonly log: number;
  readonly logTopic: number;
  readonly logByte: number;
  readonly call: number;
  readonly callValue: number;
  readonly callNewAccount: number;
  /** Gas that comes with a transfer of value. */
  readonly callStipend: number;
  readonly create: number;
  readonly selfDestruct: number;
  readonly selfDestructRefund: number;
}

/** The design's, which follow the EVM's of the Byzantium fork. */
const INTERFACE = {
  base: 2,
  veryLow: 3,
  copyWord: 3,
  inputWord: 0,
  balance: 400,
  blockHash: 800,
  externalCode: 700,
  storageLoad: 200,
  storageCreate: 20_000,
  storageChange: 5_000,
  storageClearRefund: 15_000,
  log: 375,
  logTopic: 375,
  logByte: 8,
  call: 700,
  callValue: 9_000,
  callNewAccount: 25_000,
  callStipend: 2_300,
  create: 32_000,
  selfDestruct: 5_000,
  selfDestructRefund: 24_000,
} as const;

/**
 * As the test net of 2019 ran, and as Ewasm's state tests were filled: only the interface costs gas. For those tests;
 * a chain on which strangers make contracts wants {@link METERED_SCHEDULE}.
 */
export const SCHEDULE_2019: ContractSchedule = {
  instructions: 'work',
  start: { instance: 0, codeByte: 0, initCodeByte: 0, page: 0 },
  ...INTERFACE,
};

/**
 * Everything that takes time costs gas: instructions, instances, checking the code of a creation, and the way out of the
 * sandbox, which is ten times as long as an instruction of the EVM. State costs what the EVM takes for a first access
 * (EIP-2929): the interface knows no warm ones. Refunds are those of EIP-3529.
 */
export const METERED_SCHEDULE: ContractSchedule = {
  instructions: 'gas',
  start: { instance: START_GAS.instance, codeByte: START_GAS.codeByte, initCodeByte: 200, page: START_GAS.page },
  ...INTERFACE,
  base: HOST_GAS.copy,
  veryLow: HOST_GAS.copy,
  inputWord: INTERFACE.copyWord,
  balance: 2_600,
  externalCode: 2_600,
  storageLoad: 2_100,
  storageCreate: 22_100,
  storageClearRefund: 4_800,
  call: 2_600,
  selfDestruct: 7_600,
  selfDestructRefund: 0,
};
