import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../kit/browser.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';

const pictures = process.env.BEDSIDE_TEST_PICTURES;

describe("a guest's page", () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let browser: Browser | undefined;
  beforeAll(async () => {
    house = await startHouse();
    clinic = await seedHospital(house, await house.login(), 'Guest Clinic', ['doctor', 'receptionist']);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await house.stop();
  });

  it.each([
    ['en', 'I have had a cough since Monday', 'I have a strong pain in my chest and my left arm feels numb.', '112'],
    ['hi', 'मुझे सोमवार से खांसी है', 'मेरे सीने में बहुत तेज़ दर्द हो रहा है।', '112'],
  ])(
    'opens from the link in the QR code, answers, alarms, and ends with the conversation (%s)',
    async (language, complaint, emergency, number) => {
      if (!browser) return;
      const opened = await house.call('POST', '/api/v1/consultation/create', {
        token: clinic.tokens.doctor,
        body: { consultation_type: 'text', language },
      });
      const { consultation_id } = opened.json;
      const link = await house.call('POST', `/api/v1/consultations/${consultation_id}/guest`, { token: clinic.tokens.receptionist });
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(link.json.url);
      const say = async (text: string, answers: number) => {
        await page.fill('#text', text);
        await page.click('button');
        await page.waitForFunction((n) => document.querySelectorAll('li.assistant').length === n, answers);
      };
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await say(complaint, 1);
      await say(emergency, 2);
      await page.waitForFunction(() => document.querySelector('#alarm')?.textContent !== '');
      expect(await page.textContent('#alarm')).toContain(number);
      if (pictures) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `guest-${language}.png`), fullPage: true });
      }
      expect(complaints).toEqual([]);
      await house.call('POST', `/api/v1/consultations/${consultation_id}/end`, { token: clinic.tokens.doctor });
      await page.waitForFunction(() => (document.querySelector('#form') as HTMLFormElement).hidden, undefined, { timeout: 25_000 });
      await page.close();
    },
  );
});
