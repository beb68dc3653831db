import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../kit/browser.ts';
import { startHouse, type TestHouse } from '../kit/house.ts';

const pictures = process.env.BEDSIDE_TEST_PICTURES;

describe('the page of the first run', () => {
  let house: TestHouse;
  let browser: Browser | undefined;
  beforeAll(async () => {
    house = await startHouse({ admin: false });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await house.stop();
  });

  it('sets the box up by keyboard alone, asks nobody outside, and works once', async ({ skip }) => {
    if (!browser) return skip();
    const token = await house.house.setup.invite();
    for (const [name, width, height, colorScheme] of [
      ['phone', 390, 844, 'light'],
      ['desktop', 1366, 768, 'dark'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme, locale: name === 'phone' ? 'hi-IN' : 'en-GB' });
      const strangers: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(house.base)) strangers.push(request.url());
      });
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of 4/.test(message.text())) complaints.push(message.text());
      });
      await page.goto(`${house.base}/setup#${token}`);
      await page.waitForFunction(
        () =>
          (document.querySelector('#time_zone') as HTMLInputElement).value !== '' &&
          document.documentElement.lang === navigator.language.slice(0, 2),
      );
      await page.evaluate(async () => void (await document.fonts.ready));
      if (pictures) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `setup-${name}.png`), fullPage: true });
      }
      expect(await page.getAttribute('html', 'lang')).toBe(name === 'phone' ? 'hi' : 'en');
      if (name === 'phone') {
        expect(await page.textContent('h1')).toMatch(/\p{Script=Devanagari}/u);
        await page.close();
        continue;
      }
      await page.focus('#hospital_name');
      const press = async (text: string) => {
        await page.keyboard.type(text);
        await page.keyboard.press('Tab');
      };
      await press('First Clinic');
      await page.fill('#time_zone', 'Mars/Olympus');
      await page.focus('#emergency_number');
      for (const text of ['112', 'Asha', 'Rao', 'asha@clinic.test', 'a very good passphrase']) await press(text);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.wrong');
      expect(await page.textContent('.wrong')).toContain('time zone');
      if (pictures) await page.screenshot({ path: join(pictures, 'setup-wrong.png'), fullPage: true });
      await page.fill('#time_zone', 'Asia/Kolkata');
      await page.press('#password', 'Enter');
      // It goes on as the first administrator, in Talk.
      await page.waitForSelector('.talk');
      expect(page.url()).toBe(`${house.base}/`);
      expect(await page.textContent('.top')).toContain('Asha Rao');
      if (pictures) await page.screenshot({ path: join(pictures, 'setup-done.png') });
      expect(await house.house.setup.isNeeded()).toBe(false);
      await page.goto('about:blank');
      await page.goto(`${house.base}/setup#${token}`);
      await page.waitForFunction(() => document.querySelector('#notice')?.textContent?.includes('already'));
      expect(strangers).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    }
    expect(
      (await house.call('POST', '/api/v1/auth/login', { body: { email: 'asha@clinic.test', password: 'a very good passphrase' } })).status,
    ).toBe(200);
  }, 60_000);

  it('draws the API page with files of this box alone', async ({ skip }) => {
    if (!browser) return skip();
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    const strangers: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(house.base) && !request.url().startsWith('data:')) strangers.push(request.url());
    });
    await page.goto(`${house.base}/docs`);
    await page.waitForSelector('.opblock', { timeout: 20_000 });
    // The page draws its hundred addresses one after another.
    await expect.poll(() => page.locator('.opblock').count(), { timeout: 20_000 }).toBeGreaterThan(40);
    expect(strangers).toEqual([]);
    if (pictures) await page.screenshot({ path: join(pictures, 'docs.png') });
  }, 60_000);
});
