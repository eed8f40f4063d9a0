/**
 * Pins the constant price of every instruction in every fork against a table that was written down by instruction,
 * from the Yellow Paper's appendix G and H and the EIPs, and not derived from forks.ts (which is written by fork).
 * A byte that the table does not name, or names only from a later fork on, must not exist.
 */
import { describe, expect, it } from 'vitest';
import { FORKS, type ForkName, forkRules } from './forks.ts';
import { NAME_OF_BYTE } from './opcodes.ts';

/** First byte, last byte, then fork and price pairs. Sources: YP = Yellow Paper; numbers are EIPs. */
const TABLE = `
00 00 frontier 0                                                   YP zero
01 01 frontier 3                                                   YP verylow
02 02 frontier 5                                                   YP low
03 03 frontier 3                                                   YP verylow
04 07 frontier 5                                                   YP low
08 09 frontier 8                                                   YP mid
0a 0a frontier 10                                                  YP exp
0b 0b frontier 5                                                   YP low
10 1a frontier 3                                                   YP verylow
1b 1d constantinople 3                                             145
1e 1e osaka 5                                                      7939
20 20 frontier 30                                                  YP keccak256
30 30 frontier 2                                                   YP base
31 31 frontier 20 tangerineWhistle 400 istanbul 700 berlin 100     150 1884 2929
32 34 frontier 2                                                   YP base
35 35 frontier 3                                                   YP verylow
36 36 frontier 2                                                   YP base
37 37 frontier 3                                                   YP verylow
38 38 frontier 2                                                   YP base
39 39 frontier 3                                                   YP verylow
3a 3a frontier 2                                                   YP base
3b 3c frontier 20 tangerineWhistle 700 berlin 100                  150 2929
3d 3d byzantium 2                                                  211
3e 3e byzantium 3                                                  211
3f 3f constantinople 400 istanbul 700 berlin 100                   1052 1884 2929
40 40 frontier 20                                                  YP blockhash
41 45 frontier 2                                                   YP base
46 46 istanbul 2                                                   1344
47 47 istanbul 5                                                   1884
48 48 london 2                                                     3198
49 49 cancun 3                                                     4844
4a 4a cancun 2                                                     7516
50 50 frontier 2                                                   YP base
51 53 frontier 3                                                   YP verylow
54 54 frontier 50 tangerineWhistle 200 istanbul 800 berlin 100     150 1884 2929
55 55 frontier 0                                                   all of it depends on operands
56 56 frontier 8                                                   YP mid
57 57 frontier 10                                                  YP high
58 5a frontier 2                                                   YP base
5b 5b frontier 1                                                   YP jumpdest
5c 5d cancun 100                                                   1153
5e 5e cancun 3                                                     5656
5f 5f shanghai 2                                                   3855
60 9f frontier 3                                                   YP verylow
a0 a0 frontier 375                                                 YP log
a1 a1 frontier 750                                                 YP log + logtopic
a2 a2 frontier 1125
a3 a3 frontier 1500
a4 a4 frontier 1875
f0 f0 frontier 32000                                               YP create
f1 f2 frontier 40 tangerineWhistle 700 berlin 100                  150 2929
f3 f3 frontier 0                                                   YP zero
f4 f4 homestead 40 tangerineWhistle 700 berlin 100                 7 150 2929
f5 f5 constantinople 32000                                         1014
fa fa byzantium 700 berlin 100                                     214 2929
fd fd byzantium 0                                                  140
fe fe frontier 0                                                   141
ff ff frontier 0 tangerineWhistle 5000                             150
`;

function pinnedPrice(fork: ForkName, byte: number): number | undefined {
  const row = TABLE.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([first, last]) => byte >= Number.parseInt(first!, 16) && byte <= Number.parseInt(last!, 16));
  let price: number | undefined;
  for (let i = 2; row !== undefined && i + 1 < row.length; i += 2) {
    const since = FORKS.indexOf(row[i] as ForkName);
    if (since < 0) break;
    if (since <= FORKS.indexOf(fork)) price = Number(row[i + 1]);
  }
  return price;
}

describe('constant prices', () => {
  for (const fork of FORKS) {
    it(`${fork}: all 256 bytes`, () => {
      const { gas } = forkRules(fork);
      for (let byte = 0; byte < 256; byte++) {
        const name = NAME_OF_BYTE[byte];
        const have = name === undefined ? undefined : gas[name];
        expect(have, `${name ?? 'no instruction'} 0x${byte.toString(16)}`).toBe(pinnedPrice(fork, byte));
      }
    });
  }
});
