// Makes sure that there is a Chromium for the browser tests: installs Debian's when it is missing and CI is set.
import { existsSync } from 'node:fs';
import { must } from './run.mjs';

const path = process.env.SHERD_CHROMIUM ?? '/usr/bin/chromium';
if (existsSync(path)) {
  console.log(`browser: ${path}`);
} else if (!process.env.CI) {
  console.error(`browser tests will be skipped: no ${path}; run this with CI=1 as root to install Debian's chromium`);
} else if (!existsSync('/usr/bin/apt-get')) {
  console.error(`no ${path}, and no apt-get to install it with: set SHERD_CHROMIUM to a Chromium`);
  process.exit(1);
} else {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  must('apt-get', ['update', '-qq'], { env });
  must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
}
