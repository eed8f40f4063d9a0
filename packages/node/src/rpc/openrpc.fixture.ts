/** Checks answers against the schemas of Ethereum's execution API specification. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of JSON Schema that the specification uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Schemas of the results by method; undefined where the specification is not at hand. */
export function resultSchemas(): ReadonlyMap<string, Schema> | undefined {
  const folder = process.env['SHERD_FIXTURES'];
  const path = folder === undefined ? undefined : join(folder, 'rpc-spec', 'openrpc.json');
  if (path === undefined || !existsSync(path)) return undefined;
  const { methods } = JSON.parse(readFileSync(path, 'utf8')) as {
    methods: readonly { readonly name: string; readonly result: { readonly schema: Schema } }[];
  };
  return new Map(methods.map(({ name, result }) => [name, result.schema]));
}

/** What does not fit, one line each, with the place. `additionalProperties` counts only where it is false. */
export function violations(schema: Schema, value: unknown, at = 'result'): string[] {
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) {
    const tries = alternatives.map((one) => violations(one, value, at));
    return tries.some((faults) => faults.length === 0) ? [] : (tries.sort((a, b) => a.length - b.length)[0] ?? []);
  }
  const faults: string[] = [];
  if (schema.type !== undefined && ![schema.type].flat().includes(typeName(value))) {
    return [`${at}: have ${typeName(value)}, want ${schema.type}`];
  }
  if (schema.const !== undefined && value !== schema.const) faults.push(`${at}: want ${schema.const}`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) faults.push(`${at}: want one of ${schema.enum}`);
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern).test(value)) {
    faults.push(`${at}: ${value.slice(0, 80)} does not match ${schema.pattern}`);
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    value.forEach((item, i) => {
      faults.push(...violations(schema.items!, item, `${at}[${i}]`));
    });
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    faults.push(...objectViolations(schema, value as Record<string, unknown>, at));
  }
  return faults;
}

function objectViolations(schema: Schema, value: Readonly<Record<string, unknown>>, at: string): string[] {
  const faults = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  for (const [name, field] of Object.entries(value)) {
    const known = schema.properties?.[name];
    if (known !== undefined) faults.push(...violations(known, field, `${at}.${name}`));
    else if (schema.additionalProperties === false) faults.push(`${at}.${name} is not in the specification`);
    else if (typeof schema.additionalProperties === 'object') {
      faults.push(...violations(schema.additionalProperties, field, `${at}.${name}`));
    }
  }
  return faults;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
