/** The core in a browser: bundled without polyfills, and with the results that Node has. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type BuildResult, build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, startBrowser } from './browser.ts';
import { PROGRAMS } from './page.ts';

const ENTRY = fileURLToPath(new URL('./page.ts', import.meta.url));

/** Hands the programs on to the test, which calls them one by one. */
const HTML = `<!doctype html><title>Sherd</title><script type="module">
  import { PROGRAMS } from '/page.js';
  globalThis.programs = PROGRAMS;
</script>`;

function bundle(): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    entryPoints: [ENTRY],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
}

describe('the core bundles for browsers', () => {
  it('without a module of Node, without a warning', async () => {
    const { metafile, warnings } = await bundle();
    expect(warnings.map(({ text }) => text)).toEqual([]);
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(outside).toEqual([]);
    // Native code stays behind: Node's conditions choose it, a browser's do not.
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('@chainsafe/blst'))).toEqual([]);
  });

  it('which would fail with a module of Node', async () => {
    const contents = "import { readFileSync } from 'node:fs'; readFileSync('x');";
    const bundled = build({ stdin: { contents }, bundle: true, platform: 'browser', write: false, logLevel: 'silent' });
    await expect(bundled).rejects.toThrow('Could not resolve "node:fs"');
  });
});

const path = chromiumPath();

describe.skipIf(path === undefined)('in headless Chromium', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const { outputFiles } = await bundle();
    const script = outputFiles[0]!.contents;
    server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      response.end(isScript ? script : HTML);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await startBrowser(path!);
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.programs !== undefined', undefined, { timeout: 20_000 }).catch((error) => {
      throw new Error(`the page did not load: ${problems.join('; ')}`, { cause: error });
    });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  for (const [name, program] of Object.entries(PROGRAMS)) {
    it(`${name}: the results are Node's`, async () => {
      const have = await page.evaluate(`programs[${JSON.stringify(name)}]()`);
      expect(have).toEqual(program());
      expect(problems).toEqual([]);
    });
  }
});

describe('the programs of the page', () => {
  it('show what they are meant to show', () => {
    const { evm, trie, precompiles, kzg, bls, transaction, scripts, shards } = PROGRAMS;
    expect(evm!()).toMatchObject({ ending: 'return', logs: '1', halted: 'invalid jump destination' });
    expect(trie!()).toMatchObject({ value: 'value 42', absent: 'undefined', tampered: 'PROOF_HASH_MISMATCH' });
    expect(precompiles!()).toMatchObject({
      'BN254 pairing holds': `0x${'00'.repeat(31)}01`,
      'BN254 pairing does not hold': `0x${'00'.repeat(32)}`,
      'BN254 point not on the curve': 'failed',
      'BLS12-381 pairing holds': `0x${'00'.repeat(31)}01`,
      'BLS12-381 pairing does not hold': `0x${'00'.repeat(32)}`,
      modexp: '0xe3',
      KZG: expect.stringMatching(/^0x0{60}1000/),
    });
    expect(kzg!()).toEqual({
      blob: 'true',
      otherBlob: 'false',
      cells: '0xf79c57c334aebe9f81b3afa5bee99d45f0952737205f8e3514d31e6a302e185c',
      cell: 'true',
      otherCell: 'false',
    });
    expect(bls!()).toMatchObject({ verified: 'true', otherKey: 'false', together: 'true', oneMissing: 'false' });
    const { sender, signer, truncated } = transaction!();
    expect(sender).toBe(signer);
    expect(truncated).toMatch(/^RLP_/);
    expect(scripts!()).toMatchObject({
      outcomes: expect.stringMatching(/^finished \d+,trapped 0,outOfGas 0,callDepth 0$/),
      output: 'hello',
      refused: expect.stringMatching(/^WASM_/),
    });
    expect(shards!()).toMatchObject({ imbalance: '0', buffer: 'false' });
  });
});
