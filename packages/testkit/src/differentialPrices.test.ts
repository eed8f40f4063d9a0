/** The constant price of every byte in every fork, against the opcode tables of @ethereumjs/evm. */
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, EVM } from '@ethereumjs/evm';
import { FORKS, type ForkName, forkRules, isForkAtLeast, NAME_OF_BYTE, type OpcodeName } from 'sherd/protocol';
import { describe, expect, it } from 'vitest';

/** Forks for test networks, which the peer does not know; they change blobs only (see forks.test.ts). */
const UNKNOWN_TO_PEER: readonly ForkName[] = ['bpo3', 'bpo4', 'bpo5'];

/** EIP-2929: we hold the warm price as the constant one and add the rest of a cold access; the peer adds all of it. */
const ACCESSES: readonly OpcodeName[] = [
  ...(['BALANCE', 'EXTCODESIZE', 'EXTCODECOPY', 'EXTCODEHASH', 'SLOAD'] as const),
  ...(['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'] as const),
];

async function peerPrices(fork: ForkName): Promise<(byte: number) => number | undefined> {
  const common = new Common({ chain: Mainnet, hardfork: fork === 'frontier' ? Hardfork.Chainstart : fork });
  const evm = await createEVM({ common });
  if (!(evm instanceof EVM)) throw new Error('the peer has no opcode table');
  const logTopic = Number(common.param('logTopicGas'));
  const warm = isForkAtLeast(fork, 'berlin') ? Number(common.param('warmstoragereadGas')) : undefined;
  return (byte) => {
    const opcode = evm.opcodes.get(byte);
    const name = NAME_OF_BYTE[byte];
    // INVALID is a designated byte that no table of the peer holds (EIP-141).
    if (name === 'INVALID') return 0;
    if (opcode === undefined || opcode.isInvalid || name === undefined) return undefined;
    // The peer takes the topics of a LOG as a part that depends on operands.
    if (byte >= 0xa0 && byte <= 0xa4) return opcode.fee + (byte - 0xa0) * logTopic;
    return warm !== undefined && ACCESSES.includes(name) ? opcode.fee + warm : opcode.fee;
  };
}

describe('the price table and the one of an independent engine', () => {
  for (const fork of FORKS.filter((name) => !UNKNOWN_TO_PEER.includes(name))) {
    it(`have the same 256 rows in ${fork}`, async () => {
      const prices = forkRules(fork).gas;
      const peer = await peerPrices(fork);
      const rows = Array.from({ length: 256 }, (_, byte) => {
        const name = NAME_OF_BYTE[byte];
        return { byte, ours: name === undefined ? undefined : prices[name], peer: peer(byte) };
      });
      expect(rows.filter(({ ours, peer: theirs }) => ours !== theirs)).toEqual([]);
    });
  }
});
