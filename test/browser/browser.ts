/** A headless Chromium, with nothing of the outside world: where it is, how it is started. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** `SHERD_CHROMIUM`, or where systems put it; undefined, with a message, when there is none. */
export function chromiumPath(): string | undefined {
  const given = process.env['SHERD_CHROMIUM'];
  const found = (given === undefined ? PLACES : [given]).find((path) => existsSync(path));
  if (found === undefined) {
    console.warn(
      'skipped: no Chromium; `CI=1 node tools/browser.mjs` installs it on Debian; or set SHERD_CHROMIUM to its path',
    );
  }
  return found;
}

/** A browser with an empty profile, which is removed when it is closed. */
export function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
