import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong that matters, each as one line. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: the tool lies in the page alone
    const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter((each: { impact: string }) => each.impact === 'serious' || each.impact === 'critical')
      .map((each: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        `${each.id}: ${each.nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary.slice(0, 200)}`).join(' | ')}`.replaceAll(
          '\n',
          ' ',
        ),
      );
  });
}

const folder = process.env.BEDSIDE_TEST_PICTURES;
const looks = [
  ['phone', 390, 844],
  ['desktop', 1366, 768],
] as const;

/** The page on a phone and on a desk, in light and dark: checked by axe-core, and drawn where somebody wants to look. */
export async function look(page: Page, name: string): Promise<string[]> {
  const before = page.viewportSize();
  const findings: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [device, width, height] of looks) {
      await page.setViewportSize({ width, height });
      // What floats over the page finds its new place in the frames after.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)))));
      if (folder) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`) });
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) findings.push(`${name} on a ${device} is ${overflow} pixels too wide`);
    }
    findings.push(...(await seriousFindings(page)).map((finding) => `${name} ${colorScheme}: ${finding}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (before) await page.setViewportSize(before);
  return findings;
}

/** Everything that the page asks of others, and everything it complains about. */
export function watch(page: Page, base: string): { strangers: string[]; complaints: string[] } {
  const strangers: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) strangers.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of [45]|ERR_|WebSocket/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { strangers, complaints };
}
