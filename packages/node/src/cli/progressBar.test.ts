/** The bar, and Ctrl-C while it is drawn. */
import { afterEach, expect, it } from 'vitest';
import { createProgressBar } from './progressBar.ts';

const { isTTY } = process.stderr;
afterEach(() => {
  process.stderr.isTTY = isTTY;
});

it('is there on a terminal only, and takes no signal from the command', () => {
  process.stderr.isTTY = false;
  expect(createProgressBar('{value}')).toBeUndefined();
  process.stderr.isTTY = true;
  const before = ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal));
  const bar = createProgressBar('{value}')!;
  bar.start(1, 0);
  const during = ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal));
  bar.stop();
  expect(during).toEqual(before);
});
