/** Reading of fixture JSON: every fault names the place, such as `add11.env.currentNumber`. */
import { type Address, SherdError } from 'sherd/base';
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | {
      readonly [key: string]: Json;
    };
export type JsonObject = {
  readonly [key: string]: Json;
};
/** A fault of a fixture file, never of the code under test. */
export declare function fixtureFault(place: string, why: string): SherdError;
export declare function objectAt(value: Json | undefined, place: string): JsonObject;
export declare function arrayAt(value: Json | undefined, place: string): readonly Json[];
export declare function stringAt(value: Json | undefined, place: string): string;
/** Bytes as hex, with or without 0x. */
export declare function bytesAt(value: Json | undefined, place: string): Uint8Array;
export declare function addressAt(value: Json | undefined, place: string): Address;
/** An integer in hex or decimal, also in the form `0x:bigint 0x...` of values that overflow on purpose. */
export declare function integerAt(value: Json | undefined, place: string): bigint;
/** The field, or undefined when it is not there or null. */
export declare function optional<T>(value: Json | undefined, read: (value: Json) => T): T | undefined;
