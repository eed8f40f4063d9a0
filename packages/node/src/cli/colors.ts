/**
 * Colours, on a terminal only. The library's own guess also says yes to whoever sets CI, where output goes to a file.
 */
import picocolors from 'picocolors';

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;

/** FORCE_COLOR and NO_COLOR decide where they are set; else both of our outputs must be terminals that can. */
function wantsColors(): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return process.stdout.isTTY === true && process.stderr.isTTY === true && TERM !== 'dumb';
}

export const pc = picocolors.createColors(wantsColors());
