import { TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../base/index.ts';
import { sha256 } from '../../crypto/index.ts';
import { ScriptCode } from '../types.ts';

const code = Uint8Array.of(1, 2, 3, 4);

describe('NewExecutionScript', () => {
  it('registers the script under the next id and burns its price', () => {
    const chain = new TestChain();
    const { supply } = chain;
    chain.accept({ newExecutionScripts: [chain.newScript(code)] });
    expect(chain.state.executionScripts[1]).toEqual({
      codeRoot: ScriptCode.hashTreeRoot(code),
      codeHash: sha256(code),
      codeSize: 4n,
      balance: 0n,
    });
    expect(chain.codes.get(bytesToHex(sha256(code)))).toEqual(code);
    expect(chain.state.burned).toBe(4n * chain.params.scriptPricePerByte);
    expect(chain.state.validators[0]!.balance).toBe(32_000_000_000n - chain.state.burned);
    expect(chain.supply).toBe(supply);
  });

  it('has a state root as if the state held the code', () => {
    const made = [Uint8Array.of(1), Uint8Array.of(2)].map((bytes) => {
      const chain = new TestChain();
      chain.accept({ newExecutionScripts: [chain.newScript(bytes)] });
      return chain.state.executionScripts[1]!.codeRoot;
    });
    expect(made[0]).not.toEqual(made[1]);
  });

  it('is good for the slots of the root window only', () => {
    const chain = new TestChain();
    expect(chain.refusal({ newExecutionScripts: [chain.newScript(code, { slot: 2n })] }).code).toBe('BAD_SLOT');
    const early = chain.newScript(code, { slot: 0n });
    for (let i = 0; i < 8; i++) chain.block();
    expect(chain.refusal({ newExecutionScripts: [early] }).code).toBe('BAD_SLOT');
  });

  it('refuses what breaks a rule', () => {
    const chain = new TestChain({ validatorBalance: 1_000_000_000n });
    const refused = (bytes: Uint8Array, fields = {}) =>
      chain.refusal({ newExecutionScripts: [chain.newScript(bytes, fields)] });
    expect(refused(code, { sender: 4 }).code).toBe('UNKNOWN_VALIDATOR');
    expect(refused(code, { nonce: 3n }).code).toBe('BAD_NONCE');
    expect(refused(new Uint8Array(0)).code).toBe('CODE_SIZE');
    expect(refused(new Uint8Array(chain.params.maxScriptBytes + 1)).code).toBe('CODE_SIZE');
    const poor = new TestChain({ params: { ...chain.params, scriptPricePerByte: 10n ** 9n } });
    expect(poor.refusal({ newExecutionScripts: [poor.newScript(new Uint8Array(33))] }).code).toBe(
      'INSUFFICIENT_BALANCE',
    );
    expect(refused(Uint8Array.of(0xff)).message).toBe('TEST_REFUSES: code begins with 0xff');
    const signed = chain.newScript(code);
    const forged = { ...signed, message: { ...signed.message, code: Uint8Array.of(5) } };
    expect(chain.refusal({ newExecutionScripts: [forged] }).code).toBe('BAD_SIGNATURE');
  });

  it('stops at the limit of scripts', () => {
    const chain = new TestChain();
    for (let id = 1; id < chain.params.maxScripts; id++) {
      chain.accept({ newExecutionScripts: [chain.newScript(Uint8Array.of(id))] });
    }
    expect(chain.refusal({ newExecutionScripts: [chain.newScript(Uint8Array.of(99))] }).code).toBe('SCRIPT_LIMIT');
  });
});
