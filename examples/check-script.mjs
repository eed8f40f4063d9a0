import { readFileSync } from 'node:fs';
import { hexToBytes } from 'sherd/base';
import { checkModule } from 'sherd/scripts';

// What the beacon chain does with a script that somebody wants to add: validate, meter, or say why not.
const wasm = readFileSync(new URL('../execution-scripts/eth-transfer/eth-transfer.wasm', import.meta.url));
const verdict = checkModule(wasm);
console.log(verdict.ok, verdict.memory, verdict.imports.includes('storageWrite'));

// A module with a function that takes an f32: no floats, because their NaN bits differ between machines.
const refused = checkModule(hexToBytes('0061736d0100000001050160017d0003020100'));
console.log(refused.ok, refused.code);
