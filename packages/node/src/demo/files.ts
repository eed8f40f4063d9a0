/** What the demo brings along: the compiled transfer script, the Solidity sources, and the libraries to use them. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SherdError } from 'sherd/base';

/** The checkout, seen from dist/demo and from src/demo alike. */
const ROOT = new URL('../../../../', import.meta.url);

/** @throws SherdError DEMO_FILE_MISSING outside of a checkout. */
export function demoFile(path: string): Uint8Array {
  const file = fileURLToPath(new URL(path, ROOT));
  if (!existsSync(file)) {
    throw new SherdError('DEMO_FILE_MISSING', `no ${path}: the demo runs in a checkout of Sherd`, { path });
  }
  return new Uint8Array(readFileSync(file));
}

export function transferScriptCode(): Uint8Array {
  return demoFile('execution-scripts/eth-transfer/eth-transfer.wasm');
}

/** A source out of an installed package (`@openzeppelin/contracts/...`). @throws SherdError DEMO_NEEDS_PACKAGES */
export function packageFile(path: string): string {
  const require = createRequire(import.meta.url);
  return readFileSync(
    withPackages(path, () => require.resolve(path)),
    'utf8',
  );
}

/** Runs `load`, and says which packages are wanted when the module is not there. */
export function withPackages<T>(name: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw packageError(name, error);
  }
}

/** {@link withPackages} for dynamic imports. */
export async function importPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw packageError(name, error);
  }
}

function packageError(name: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return error;
  return new SherdError(
    'DEMO_NEEDS_PACKAGES',
    `the demo needs ${name}, which is not installed; in a checkout: npm ci (viem, ethers, solc, @openzeppelin/contracts)`,
    { name },
  );
}
