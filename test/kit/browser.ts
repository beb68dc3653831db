import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Undefined, with a line that says so, where this machine has no Chromium. */
export async function openBrowser(extraArguments: readonly string[] = []): Promise<Browser | undefined> {
  if (!program) {
    console.log('skipped: no chromium on this machine (apt-get install chromium)');
    return undefined;
  }
  return chromium.launch({
    executablePath: program,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...extraArguments,
    ],
  });
}
