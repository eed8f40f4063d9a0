// Builds eth-transfer.evm, the bytecode that is registered; with --check only tells whether the committed file is what
// the sources give.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('.', import.meta.url));
const target = join(home, 'eth-transfer.evm');
const SOURCE = 'EthTransfer.sol';

/** The runtime code: a script has no constructor. */
export function build() {
  const solc = createRequire(import.meta.url)('solc');
  const input = {
    language: 'Solidity',
    sources: { [SOURCE]: { content: readFileSync(join(home, SOURCE), 'utf8') } },
    settings: {
      evmVersion: 'osaka',
      viaIR: true,
      optimizer: { enabled: true, runs: 10_000 },
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['evm.deployedBytecode.object'] } },
    },
  };
  const readImport = (path) =>
    path === 'contracts/Sherd.sol'
      ? { contents: readFileSync(join(home, '..', '..', path), 'utf8') }
      : { error: `no file ${path}` };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
  const problem = output.errors?.find(({ severity }) => severity === 'error');
  if (problem !== undefined) throw new Error(problem.formattedMessage);
  return Buffer.from(output.contracts[SOURCE].EthTransfer.evm.deployedBytecode.object, 'hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = build();
  if (process.argv.includes('--check')) {
    const have = existsSync(target) ? readFileSync(target) : Buffer.alloc(0);
    if (!have.equals(code)) {
      console.error(
        'eth-transfer.evm is not what its sources give: node execution-scripts/eth-transfer-solidity/build.mjs',
      );
      process.exit(1);
    }
    console.log(`eth-transfer.evm is fresh (${code.length} bytes)`);
  } else {
    writeFileSync(target, code);
    console.log(`eth-transfer.evm: ${code.length} bytes`);
  }
}
