/** WebAssembly modules as data: decode, validate, meter, encode. */
export * from './costs.ts';
export * from './decode.ts';
export { RESERVED_PREFIX } from './decodeEntities.ts';
export * from './encode.ts';
export * from './errors.ts';
export * from './instructions.ts';
export * from './limits.ts';
export { linkModule } from './link.ts';
export * from './meter.ts';
export * from './meterByImport.ts';
export * from './reader.ts';
export * from './types.ts';
export * from './validate.ts';
export type { FunctionFacts } from './validateBody.ts';
export * from './writer.ts';
