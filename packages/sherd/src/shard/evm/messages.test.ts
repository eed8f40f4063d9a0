/** Messages between shards, and mirrored addresses: part of the protocol, so their values are pinned. */
import { expect, test } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  MESSAGE_FIXED_BYTES,
  mirrorOfAccount,
  mirrorOfScript,
  mirrorOfValidator,
} from './messages.ts';

const from = '0x00000000000000000000000000000000000000a1';
const to = '0x00000000000000000000000000000000000000b0';

test('a message reads back', () => {
  const bytes = encodeMessage({ kind: 0, from, to, value: 2n ** 200n, gas: 5_000_000, data: Uint8Array.of(1, 2) });
  expect(bytes.length).toBe(MESSAGE_FIXED_BYTES + 2);
  expect(decodeMessage(bytes)).toMatchObject({ kind: 0, value: 2n ** 200n, gas: 5_000_000n });
  expect(decodeMessage(bytes.slice(0, 80))).toBeUndefined();
});

test('every sender has a mirror of its own', () => {
  const all = [
    mirrorOfAccount(0, from),
    mirrorOfAccount(1, from),
    mirrorOfAccount(0, to),
    mirrorOfScript(0, 1),
    mirrorOfScript(1, 0),
    mirrorOfScript(0, 0),
    mirrorOfValidator(0),
    mirrorOfValidator(1),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(all[0]).toMatchInlineSnapshot(`"0xb1fb9478f29bfaaf2b9f0453ec33bbbf0cc615fd"`);
  expect(mirrorOfScript(0, 1)).toMatchInlineSnapshot(`"0x00e9575e934eb61c7487416661b587a6ce127885"`);
  expect(mirrorOfValidator(0)).toMatchInlineSnapshot(`"0x1bc7d48fd6edc8d01893bdf8d7ce6ad6311a1ff4"`);
});
