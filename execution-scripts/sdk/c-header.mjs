// Writes include/sherd.h, the host functions for scripts in C, from the table in the built core.
// --check writes nothing and fails when the file is not what it would write.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CLAIM_ERRORS, CLAIMED_HEADER_BYTES, HOST_FUNCTIONS, HOST_MODULE, SCRIPT_OUTCOMES } from 'sherd/scripts';

const file = fileURLToPath(new URL('./include/sherd.h', import.meta.url));
const WIDTH = 116;

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const constant = (name) => snake(name).toUpperCase();
const ENDS = new Set(['finish', 'abort']);

/** A sentence as a comment of lines that fit. */
function comment(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (lines.at(-1).length + word.length + 1 > WIDTH) lines.push('');
    lines[lines.length - 1] += ` ${word}`;
  }
  return lines.map((line) => `//${line}`).join('\n');
}

/** Pointers stay pointers: in a 32-bit memory they are i32. What is written to is not const. */
function parameter(declared) {
  const [type, name] = declared.split(' ');
  if (/^outPtr$/.test(name)) return 'void *out';
  if (name === 'ptr') return 'const void *bytes';
  if (name.endsWith('Ptr')) return `const void *${snake(name.slice(0, -3))}`;
  return `${type === 'i64' ? 'uint64_t' : 'uint32_t'} ${snake(name)}`;
}

function declaration([name, { parameters, result, effect }]) {
  const gas = `${effect.gas} gas${effect.perByte ? ` and ${effect.perByte.gas} for each byte of \`${snake(effect.perByte.of.slice(4))}\`` : ''}`;
  const returns = result === undefined ? 'void' : result === 'i64' ? 'int64_t' : 'int32_t';
  const attributes = `SHERD_IMPORT("${name}")${ENDS.has(name) ? ' SHERD_NORETURN' : ''}`;
  const list = parameters.length === 0 ? 'void' : parameters.map(parameter).join(', ');
  return `${comment(`${effect.doc.replace('`outPtr`', '`out`')} ${gas}.`)}\n${attributes}\n${returns} sherd_${snake(name)}(${list});`;
}

const numbered = (prefix, entries) => entries.map(([name, value]) => `#define ${prefix}_${constant(name)} ${value}`);

const header = `// Host functions of Sherd for execution scripts in C. Made by execution-scripts/sdk/c-header.mjs; do not edit.
// A script exports main (no parameters, no results) and memory, with a declared maximum; everything is little-endian,
// keys, hashes and roots have 32 bytes, amounts are gwei. docs/protocol/host-functions.md has the details.
#ifndef SHERD_H
#define SHERD_H

#include <stdint.h>

#define SHERD_IMPORT(name) __attribute__((import_module("${HOST_MODULE}"), import_name(name)))
#define SHERD_EXPORT(name) __attribute__((export_name(name)))
#define SHERD_NORETURN __attribute__((noreturn))

// Target shard of a receipt for the beacon chain, and source of a withdrawal receipt.
#define SHERD_BEACON 0xffffffffu
// Bytes in front of the data of a claimed receipt: source u32, index u64, slot u64, sender u32, amount u64.
#define SHERD_CLAIMED_HEADER_BYTES ${CLAIMED_HEADER_BYTES}

// What sherd_call, sherd_static_call and sherd_execute_code return.
${numbered(
  'SHERD_OUTCOME',
  SCRIPT_OUTCOMES.map((name, index) => [name, index]),
).join('\n')}

// What sherd_claim_receipt returns when it is not 0.
${Object.entries(CLAIM_ERRORS)
  .map(([name, value]) => `#define SHERD_CLAIM_${name} (${value})`)
  .join('\n')}

${Object.entries(HOST_FUNCTIONS).map(declaration).join('\n\n')}

#endif
`;

if (process.argv.includes('--check')) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== header) {
    console.error('sherd.h is not what the table says: node execution-scripts/sdk/c-header.mjs');
    process.exit(1);
  }
  console.log(`sherd.h is fresh: ${Object.keys(HOST_FUNCTIONS).length} functions`);
} else {
  writeFileSync(file, header);
  console.log(`wrote ${file}`);
}
