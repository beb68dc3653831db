import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machinesInName, makeScriptedVoice, reply, type ScriptedVoice } from '../fakes/scripted-voice.ts';
import { openBrowser } from '../kit/browser.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { look, watch } from '../kit/page-checks.ts';
import { wavOfTone } from '../kit/wav.ts';

describe('the kiosk', () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let voice: ScriptedVoice;
  let browser: Browser | undefined;
  let folder: string;
  beforeAll(async () => {
    voice = makeScriptedVoice();
    house = await startHouse({ voice: voice.room, machines: machinesInName });
    clinic = await seedHospital(house, await house.login(), 'Kiosk Clinic', ['nurse', 'patient']);
    folder = mkdtempSync(join(tmpdir(), 'bedside-kiosk-'));
    const wav = join(folder, 'tone.wav');
    writeFileSync(wav, wavOfTone(2_000));
    browser = await openBrowser([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${wav}`,
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function handOver(pin = '246810'): Promise<{ page: Page; strangers: string[]; complaints: string[] }> {
    if (!browser) throw new Error('no browser');
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
    page.setDefaultTimeout(15_000);
    const seen = watch(page, house.base);
    await page.goto(`${house.base}/kiosk`);
    await signIn(page, 'nurse');
    await page.fill('#pin', pin);
    await page.fill('#pin-again', pin);
    expect(await look(page, 'kiosk-start')).toEqual([]);
    await page.press('#pin-again', 'Enter');
    await page.waitForSelector('.kiosk #language option', { state: 'attached' });
    return { page, ...seen };
  }
  async function signIn(page: Page, role: string): Promise<void> {
    await page.fill('#login', clinic.users[role]?.email ?? '');
    await page.fill('#password', clinic.users[role]?.password ?? '');
    await page.press('#password', 'Enter');
  }
  const unlock = async (page: Page, pin: string) => {
    if (!(await page.locator('#unlock-pin').count())) await page.getByRole('button', { name: 'For the staff' }).click();
    await page.fill('#unlock-pin', pin);
    await page.getByRole('button', { name: 'Leave kiosk mode' }).click();
  };
  /** Everything that the browser keeps and a patient's hands could read. */
  const kept = (page: Page) => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

  it('holds a guest link for one conversation at a time, stays through reloads and other addresses, and opens by its PIN', async ({
    skip,
  }) => {
    if (!browser) return skip();
    const { page, strangers, complaints } = await handOver();
    expect(await look(page, 'kiosk-welcome')).toEqual([]);
    const before = await kept(page);
    expect(before).not.toContain('bedside.session');
    const stored = JSON.parse(JSON.parse(before)[0]['bedside.kiosk']);
    expect(stored.links).toHaveLength(19);
    for (const { token } of stored.links.slice(0, 2))
      expect((await house.call('GET', '/api/v1/patients', { token })).status, 'a guest token reads no patients').toBe(403);

    // A patient talks; what they say is gone with them.
    await page.click('.button.big');
    await page.waitForSelector('.talk[data-link="ready"]');
    voice.say({ type: 'transcript', text: 'My name is Meera', is_final: true, language: 'en', utterance_id: 'k1', demonstration: false });
    reply(voice, { id: 'k-m1', text: 'Thank you, Meera.', ms: 300 });
    await page.waitForSelector('.line.assistant .note');
    expect(await look(page, 'kiosk-talking')).toEqual([]);
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.waitForSelector('.over');
    await page.click('.button.big');
    await page.waitForSelector('#language option', { state: 'attached' });
    expect(await page.textContent('body')).not.toContain('Meera');
    expect(await kept(page)).not.toContain('Meera');

    // In the middle of the next one somebody loads the page again, and tries other addresses.
    await page.fill('#words', 'I am Ravi');
    await page.press('#words', 'Enter');
    await page.waitForSelector('.line.patient');
    await page.reload();
    await page.waitForSelector('#language option', { state: 'attached' });
    expect(await page.textContent('body')).not.toContain('Ravi');
    await page.goto(`${house.base}/`);
    await page.waitForSelector('.kiosk');
    expect(new URL(page.url()).pathname).toBe('/kiosk');

    await unlock(page, '111111');
    await page.waitForFunction(() => document.querySelector('.fault')?.textContent?.includes('4'));
    expect(await look(page, 'kiosk-pin')).toEqual([]);
    await unlock(page, '246810');
    await page.waitForSelector('.shell .rail');
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await kept(page)).not.toContain('bedside.kiosk');
    expect(await page.textContent('.top .who')).toContain('nurse');
    // Links that nobody used are dead.
    const last = stored.links.at(-1).token;
    for (const end = performance.now() + 5_000; performance.now() < end; ) {
      if ((await house.call('GET', '/api/v1/auth/me', { token: last })).status === 401) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await house.call('GET', '/api/v1/auth/me', { token: last })).status).toBe(401);
    expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
    await page.context().close();
  });

  it('throws the sign-in away after five wrong PINs, and lets nobody out who does not work here', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await handOver('135790');
    for (let i = 0; i < 5; i++) {
      // The waits between tries are tested on their own; here they are over.
      await page.evaluate(() => {
        const record = JSON.parse(localStorage.getItem('bedside.kiosk') ?? '');
        localStorage.setItem('bedside.kiosk', JSON.stringify({ ...record, tries: { ...record.tries, waitUntilMs: 0 } }));
      });
      await unlock(page, '000000');
      if (i < 4) await page.waitForFunction((left) => document.querySelector('.fault')?.textContent?.includes(left), String(4 - i));
    }
    await page.waitForSelector('.modal #login');
    expect(JSON.parse(JSON.parse(await kept(page))[0]['bedside.kiosk']).sealed).toBeUndefined();
    await signIn(page, 'patient');
    await page.waitForFunction(() => document.querySelector('.modal')?.textContent?.includes('does not belong to the staff'));
    expect(await page.locator('.kiosk').count()).toBe(1);
    await signIn(page, 'nurse');
    await page.waitForSelector('.shell .rail');
    await page.context().close();
  });

  it('asks who has gone, and forgets', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await handOver('135790');
    await page.clock.install();
    await page.fill('#words', 'I am Asha');
    await page.press('#words', 'Enter');
    await page.waitForSelector('.talk[data-link="ready"] .line.patient');
    reply(voice, { id: 'k-m9', text: 'Welcome.', ms: 100 });
    await page.waitForSelector('.line.assistant .note');
    await page.clock.runFor(52_000);
    await page.waitForSelector('.idle');
    expect(await page.textContent('.idle')).toContain('Are you still there?');
    await page.getByRole('button', { name: 'I am still here' }).click();
    await page.waitForSelector('.idle', { state: 'detached' });
    await page.clock.runFor(62_000);
    await page.waitForSelector('#language option', { state: 'attached' });
    expect(await page.textContent('body')).not.toContain('Asha');
    await page.context().close();
  });
});

/** No scripted answers here: the box's own socket and rooms, without ears, as on a box that has no weights yet. */
it('holds a conversation at the kiosk through the real socket, and raises an emergency there', async ({ skip }) => {
  const browser = await openBrowser();
  if (!browser) return skip();
  const house = await startHouse({ machines: machinesInName });
  try {
    const clinic = await seedHospital(house, await house.login(), 'Real Kiosk', ['doctor']);
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'hi-IN' });
    const { complaints } = watch(page, house.base);
    await page.goto(`${house.base}/kiosk`);
    await page.fill('#login', clinic.users.doctor?.email ?? '');
    await page.fill('#password', clinic.users.doctor?.password ?? '');
    await page.press('#password', 'Enter');
    await page.fill('#pin', '12345678');
    await page.fill('#pin-again', '12345678');
    await page.press('#pin-again', 'Enter');
    await page.waitForSelector('.kiosk #language option', { state: 'attached' });
    expect(await page.inputValue('#language')).toBe('hi');
    await page.fill('#words', 'मेरे सीने में बहुत तेज़ दर्द हो रहा है।');
    await page.press('#words', 'Enter');
    await page.waitForSelector('.red-flag');
    expect(await page.textContent('.red-flag')).toContain('112');
    expect(await page.getAttribute('.red-flag', 'lang')).toBe('hi');
    await page.waitForSelector('.line.assistant .note');
    expect(await page.getAttribute('.line.assistant .words', 'lang')).toBe('hi');
    expect(await page.locator('.line.patient').count()).toBe(1);
    expect(await look(page, 'kiosk-emergency')).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await house.stop();
  }
});
