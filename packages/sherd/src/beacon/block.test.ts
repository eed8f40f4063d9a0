import { TEST_ENV, TestChain, testKey } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { blsSign } from '../crypto/index.ts';
import { beaconBlockRoot, processBlock, scriptsOf } from './block.ts';
import { signingRoot } from './domains.ts';
import { decodeState, encodeState } from './state.ts';
import { stateRoot } from './stateTree.ts';
import { SignedBeaconBlock } from './types.ts';

/** A chain with a block that holds one operation of two kinds. */
function busyChain() {
  const chain = new TestChain();
  const first = chain.block({
    withdrawals: [chain.withdrawal()],
    newExecutionScripts: [chain.newScript(Uint8Array.of(1), { sender: 1 })],
  });
  return { chain, first };
}

describe('beacon blocks', () => {
  it('applies operations and links blocks by the roots of their headers', () => {
    const { chain, first } = busyChain();
    expect(first.refused).toEqual([]);
    const second = chain.block({}, 5n);
    expect(second.block.header.parentRoot).toEqual(beaconBlockRoot(first.block.header));
    expect(second.block.header.height).toBe(2n);
    expect(chain.state.slot).toBe(5n);
    expect(second.block.header.stateRoot).toEqual(chain.root);
  });

  it('gives the same roots when all blocks are replayed from bytes', () => {
    const { chain } = busyChain();
    chain.block({ withdrawals: [chain.withdrawal({ validatorIndex: 2 })] }, 40n);
    chain.block();
    let state = chain.genesis;
    for (const { block } of chain.blocks) {
      const signed = SignedBeaconBlock.deserialize(SignedBeaconBlock.serialize(block));
      state = processBlock(chain.params, state, signed, chain.env).state;
      expect(bytesToHex(stateRoot(chain.params, state))).toBe(bytesToHex(block.header.stateRoot));
    }
    expect(stateRoot(chain.params, state)).toEqual(chain.root);
  });

  it('keeps the state in bytes', () => {
    const { chain } = busyChain();
    const bytes = encodeState(chain.params, chain.state);
    const read = decodeState(chain.params, bytes);
    expect(stateRoot(chain.params, read)).toEqual(chain.root);
    expect(() => decodeState(chain.params, bytes.subarray(7))).toThrow(expect.objectContaining({ code: 'BAD_SSZ' }));
  });

  it('does not touch the state that it builds on', () => {
    const chain = new TestChain();
    const bytes = encodeState(chain.params, chain.genesis);
    chain.block({ withdrawals: [chain.withdrawal()] });
    expect(encodeState(chain.params, chain.genesis)).toEqual(bytes);
  });

  it('leaves refused operations out and says why', () => {
    const chain = new TestChain();
    const good = chain.withdrawal();
    const made = chain.block({ withdrawals: [chain.withdrawal({ nonce: 9n }), good, good] });
    expect(made.block.body.withdrawals).toEqual([good]);
    expect(made.refused.map(({ kind, position, error }) => [kind, position, error.code])).toEqual([
      ['withdrawals', 0, 'BAD_NONCE'],
      ['withdrawals', 2, 'BAD_NONCE'],
    ]);
  });

  it('lists the codes whose verdict it needs', () => {
    const { first } = busyChain();
    expect(scriptsOf(first.block.body)).toEqual([Uint8Array.of(1)]);
  });

  it('refuses blocks that break a rule', () => {
    const { chain } = busyChain();
    const parent = chain.blocks[0]!;
    const { block } = new TestChain().block();
    const sealed = (change: object, resign = true) => {
      const header = { ...parent.block.header, ...change };
      const root = signingRoot(chain.params.chainId, 'beaconBlock', beaconBlockRoot(header));
      const signature = resign ? blsSign(testKey(header.proposerIndex), root) : parent.block.signature;
      return { ...parent.block, header, signature };
    };
    const code = (signed: SignedBeaconBlock, env = TEST_ENV) => {
      try {
        processBlock(chain.params, chain.genesis, signed, env);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return 'accepted';
    };
    const proposer = parent.block.header.proposerIndex;
    expect(code(parent.block)).toBe('accepted');
    expect(code(sealed({ slot: 0n }))).toBe('SLOT_NOT_LATER');
    expect(code(sealed({ height: 2n }))).toBe('BLOCK_HEIGHT');
    expect(code(sealed({ parentRoot: new Uint8Array(32) }))).toBe('BLOCK_PARENT');
    expect(code(sealed({ proposerIndex: (proposer + 1) % 4 }))).toBe('BLOCK_PROPOSER');
    expect(code(sealed({ stateRoot: new Uint8Array(32).fill(1) }))).toBe('BLOCK_STATE_ROOT');
    expect(code(sealed({ stateRoot: new Uint8Array(32).fill(1) }, false))).toBe('BLOCK_SIGNATURE');
    expect(code({ ...parent.block, body: block.body })).toBe('BLOCK_BODY_ROOT');
    const refuseAll = { checkScript: () => ({ ok: false, code: 'NO', message: 'no' }) as const };
    expect(code(parent.block, refuseAll)).toBe('CODE_REFUSED');
    expect(code({ ...parent.block, signature: new Uint8Array(96) })).toBe('BLOCK_SIGNATURE');
  });

  it('names the operation that makes a block invalid', () => {
    const chain = new TestChain();
    const { block } = chain.block({ newExecutionScripts: [chain.newScript(Uint8Array.of(1))] });
    const env = { checkScript: () => ({ ok: false, code: 'WASM_FLOAT', message: 'function 3 at byte 77' }) as const };
    expect(() => processBlock(chain.params, chain.genesis, block, env)).toThrow(
      expect.objectContaining({
        code: 'CODE_REFUSED',
        message: 'newExecutionScripts 0: WASM_FLOAT: function 3 at byte 77',
        data: { reason: 'WASM_FLOAT', kind: 'newExecutionScripts', position: 0 },
      }),
    );
  });
});
