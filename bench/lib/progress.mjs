/** A bar on the terminal for whatever takes longer than a second; nothing when the output goes elsewhere. */

const WIDTH = 24;
const DELAY = 1000;

export function createProgress(stream = process.stderr) {
  const began = Date.now();
  let isShown = false;
  return {
    /** `done` from 0 to 1. */
    show(label, done) {
      if (!stream.isTTY || Date.now() - began < DELAY) return;
      const filled = Math.round(WIDTH * Math.min(1, done));
      stream.write(`\r\x1b[K[${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${label}`);
      isShown = true;
    },
    clear() {
      if (isShown) stream.write('\r\x1b[K');
      isShown = false;
    },
  };
}

/** A part of a longer task: its progress from 0 to 1 becomes the part from `from` to `to` of the whole. */
export function part(progress, from, to) {
  return (done) => progress(from + (to - from) * done);
}
