import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machinesInName, makeScriptedVoice, reply, type ScriptedVoice } from '../fakes/scripted-voice.ts';
import { openBrowser } from '../kit/browser.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { look, watch } from '../kit/page-checks.ts';
import { until } from '../kit/until.ts';
import { wavOfTone } from '../kit/wav.ts';

const source = {
  id: 's1',
  document_id: 'd1',
  title: 'Opening hours of the clinic',
  page: 2,
  excerpt: 'The clinic is open from nine to five.',
  score: 1,
  quote: 'The clinic is open from nine in the morning to five in the afternoon, except on Sundays.',
};

const cannotListen = {
  error: 'EngineUnavailableError',
  error_code: 'ENGINE_UNAVAILABLE',
  message: 'This box cannot listen live yet.',
  context: {},
  request_id: 'r',
};

describe('Talk', () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let voice: ScriptedVoice;
  let browser: Browser | undefined;
  let folder: string;
  beforeAll(async () => {
    voice = makeScriptedVoice();
    house = await startHouse({ voice: voice.room, machines: machinesInName });
    clinic = await seedHospital(house, await house.login(), 'Talk Clinic', ['doctor', 'trainee', 'patient']);
    folder = mkdtempSync(join(tmpdir(), 'bedside-talk-'));
    const wav = join(folder, 'tone.wav');
    writeFileSync(wav, wavOfTone(3_000));
    browser = await openBrowser([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${wav}`,
      '--autoplay-policy=user-gesture-required',
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function openTalk(role = 'doctor', locale = 'en-GB'): Promise<{ page: Page; strangers: string[]; complaints: string[] }> {
    if (!browser) throw new Error('no browser');
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale });
    page.setDefaultTimeout(10_000);
    // Every volume that the page turns to is written down, as a technician would with a meter at the loudspeaker.
    await page.addInitScript(() => {
      const turn = AudioParam.prototype.setTargetAtTime;
      AudioParam.prototype.setTargetAtTime = function (volume, ...rest) {
        document.documentElement.dataset.volumes = `${document.documentElement.dataset.volumes ?? ''} ${volume}`;
        return turn.call(this, volume, ...rest);
      };
    });
    const seen = watch(page, house.base);
    await page.goto(house.base);
    const who = clinic.users[role] as { email: string; password: string };
    await page.fill('#login', who.email);
    await page.fill('#password', who.password);
    await page.press('#password', 'Enter');
    await page.waitForSelector('#language option', { state: 'attached' });
    return { page, ...seen };
  }
  const start = async (page: Page) => {
    await page.click('.button.big');
    await page.waitForSelector('.talk[data-link="ready"]');
  };

  it('signs in, says what went wrong, and shows what the box can do in each language', async ({ skip }) => {
    if (!browser) return skip();
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
    page.setDefaultTimeout(10_000);
    const { strangers, complaints } = watch(page, house.base);
    await page.goto(house.base);
    await page.waitForSelector('#login');
    expect(await look(page, 'sign-in')).toEqual([]);
    await page.fill('#login', clinic.users.doctor?.email ?? '');
    await page.fill('#password', 'not the password');
    await page.press('#password', 'Enter');
    await page.waitForFunction(() => document.querySelector('.fault')?.textContent !== '');
    expect(await page.textContent('.fault')).toContain('do not belong together');
    await page.fill('#password', clinic.users.doctor?.password ?? '');
    await page.press('#password', 'Enter');
    await page.waitForSelector('#language option', { state: 'attached' });
    expect(await page.textContent('#abilities')).toMatch(/reads and writes/);
    expect(await look(page, 'talk-before')).toEqual([]);
    await page.selectOption('.locale', 'hi');
    await page.waitForFunction(() => document.documentElement.lang === 'hi');
    await page.evaluate(async () => void (await document.fonts.ready));
    expect(await page.textContent('h1')).toBe('बातचीत');
    expect(await look(page, 'talk-before-hindi')).toEqual([]);
    expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
    await page.close();
  });

  it('hears through the microphone, shows partial words and then the final ones, and plays the reply', async ({ skip }) => {
    if (!browser) return skip();
    const { page, strangers, complaints } = await openTalk();
    expect(await page.textContent('.button.big')).toBe('Start talking');
    await start(page);
    const greeting = voice.heard.findLast(({ type }) => type === 'init-session');
    expect(greeting).toMatchObject({ input: { encoding: 'pcm16', sample_rate: 16_000 }, turn_detection: { type: 'vad' } });
    await page.waitForFunction(() => Number(document.querySelector('.level')?.getAttribute('data-loudest')) > 300);
    const from = voice.soundBytes();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // 16 kHz of two bytes: 32 kB a second, in frames of 20 ms.
    expect(voice.soundBytes() - from).toBeGreaterThan(24_000);
    expect(voice.soundBytes() - from).toBeLessThan(42_000);
    expect([...voice.frameSizes()]).toEqual([640]);
    expect(await page.textContent('.button.big')).toBe('Finish');

    voice.say({ type: 'speech-started', at_ms: 100 });
    voice.say({ type: 'transcript', text: 'When are you', is_final: false, language: 'en', utterance_id: 'u1' });
    await page.waitForSelector('.partial');
    voice.say({ type: 'transcript', text: 'When are you open?', is_final: true, language: 'en', utterance_id: 'u1' });
    voice.say({ type: 'speech-stopped', at_ms: 1_500 });
    await page.waitForSelector('.thinking');
    expect(await page.locator('.partial').count()).toBe(0);
    reply(voice, { id: 'm1', text: 'We are open from nine to five [1].', sources: [source], ms: 3_000 });
    await page.waitForSelector('.line.assistant .note');
    expect(await page.textContent('.line.assistant .note')).toBe('Answered in 1.3 s');
    await page.waitForFunction(() => document.querySelector('.button.big')?.textContent === 'Stop it');
    await page.waitForFunction(() => Number(document.querySelector('.face')?.getAttribute('data-loudest')) > 100);
    await page.waitForFunction(() => Number(document.querySelector('.mouth')?.getAttribute('ry')) > 3);
    await until(() => voice.heard.filter(({ type }) => type === 'playback').length >= 3, 'playback marks');
    const marks = voice.heard.filter(({ type }) => type === 'playback').map(({ played_ms }) => Number(played_ms));
    expect(marks).toEqual([...marks].sort((a, b) => a - b));
    expect(await look(page, 'talk-answered')).toEqual([]);

    await page.click('.chip');
    await page.waitForSelector('.passage blockquote');
    expect(await page.textContent('.passage blockquote')).toContain('except on Sundays');
    expect(await look(page, 'talk-source')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.passage', { state: 'detached' });

    await page.waitForFunction(() => document.querySelector('.button.big')?.textContent === 'Finish');
    await page.click('.button.big');
    await page.waitForSelector('.over');
    expect(voice.heard.at(-1)).toEqual({ type: 'end-session' });
    expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
    await page.close();
  });

  it('stops a reply by Escape, and keeps only what was heard', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await openTalk();
    await start(page);
    await page.fill('#words', 'Tell me everything');
    await page.press('#words', 'Enter');
    await until(() => voice.heard.some(({ type, text }) => type === 'text' && text === 'Tell me everything'), 'the typed words');
    reply(voice, { id: 'm2', text: 'This is a long answer that somebody stops.', ms: 20_000 });
    await page.waitForFunction(() => document.querySelector('.button.big')?.textContent === 'Stop it');
    const volumes = () => page.evaluate(() => document.documentElement.dataset.volumes?.trim().split(' '));
    voice.say({ type: 'speech-started', at_ms: 10 });
    await until(async () => (await volumes())?.at(-1) === '0.15', 'a lower volume while somebody speaks');
    voice.say({ type: 'speech-stopped', at_ms: 300 });
    await until(async () => (await volumes())?.at(-1) === '1', 'the old volume');
    await page.keyboard.press('Escape');
    await until(() => voice.heard.some(({ type }) => type === 'interrupt'), 'the interruption');
    voice.say({ type: 'interrupted', message_id: 'm2', heard_text: 'This is a long' });
    await page.waitForFunction(() => document.querySelector('.line.assistant .words')?.textContent === 'This is a long');
    await page.waitForFunction(() => document.querySelector('.button.big')?.textContent === 'Finish');
    // The page's own line and the box's echo of what was typed are one.
    voice.say({ type: 'transcript', text: 'Tell me everything', is_final: true, language: 'en', utterance_id: 'typed' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await page.locator('.line.patient').count()).toBe(1);
    await page.close();
  });

  it('raises an emergency over everything, in the language of the patient', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await openTalk('patient', 'hi-IN');
    await page.selectOption('#language', 'hi');
    await start(page);
    voice.say({ type: 'transcript', text: 'मेरे सीने में बहुत तेज़ दर्द हो रहा है', is_final: true, language: 'hi', utterance_id: 'u7' });
    const advice = 'यह आपात स्थिति हो सकती है। अभी 112 पर फ़ोन करें या किसी कर्मचारी को बुलाएँ।';
    for (let i = 0; i < 2; i++)
      voice.say({ type: 'red_flag', code: 'chest_pain', severity: 'emergency', language: 'hi', matched: 'सीने में दर्द', advice });
    voice.say({ type: 'handover', reason: 'red_flag', state: 'requested' });
    reply(voice, { id: 'm7', text: `${advice} मैंने कर्मचारियों को बता दिया है।` });
    await page.waitForSelector('.red-flag');
    expect(await page.locator('.red-flag').count()).toBe(1);
    expect(await page.getAttribute('.red-flag', 'lang')).toBe('hi');
    expect(await page.locator('[role="alert"] .red-flag').textContent()).toContain('112');
    expect(await page.getAttribute('.line.patient .words', 'lang')).toBe('hi');
    await page.waitForSelector('.notice.good');
    await page.evaluate(async () => void (await document.fonts.ready));
    expect(await look(page, 'talk-red-flag')).toEqual([]);
    await page.close();
  });

  it('shows a trainee what would be an alarm, and does not shout', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await openTalk('trainee');
    expect(await page.textContent('.before')).toContain('A practice conversation');
    await start(page);
    voice.say({ type: 'red_flag', code: 'chest_pain', severity: 'emergency', language: 'en', matched: 'pain', advice: 'Call 112 now.' });
    await page.getByText('With a patient, this would be an alarm: Call 112 now.').waitFor();
    expect(await page.locator('.red-flag').count()).toBe(0);
    expect(await look(page, 'talk-practice')).toEqual([]);
    await page.close();
  });

  it('says so when the line drops, keeps what was typed, and goes on in the same session', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await openTalk();
    await start(page);
    const session = voice.heard.findLast(({ type }) => type === 'init-session')?.session_id;
    await page.fill('#words', 'half a sentence');
    const greetings = voice.heard.filter(({ type }) => type === 'init-session').length;
    voice.away(true);
    voice.cut();
    await page.waitForSelector('.talk[data-link="reconnecting"]');
    expect(await page.textContent('.notices')).toContain('The line to the box is gone');
    expect(await look(page, 'talk-reconnecting')).toEqual([]);
    voice.away(false);
    await page.waitForSelector('.talk[data-link="ready"]');
    expect(voice.heard.filter(({ type }) => type === 'init-session').length).toBeGreaterThan(greetings);
    expect(voice.heard.findLast(({ type }) => type === 'init-session')?.session_id).toBe(session);
    expect(await page.inputValue('#words')).toBe('half a sentence');
    await page.reload();
    await page.waitForSelector('#words');
    expect(await page.inputValue('#words')).toBe('half a sentence');
    await page.getByRole('button', { name: 'Go on with the last conversation' }).click();
    await page.waitForSelector('.talk[data-link="ready"]');
    await page.close();
  });

  it('goes on in writing where the box cannot listen live', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await openTalk('patient');
    voice.refuse(cannotListen, 2);
    await page.fill('#words', 'I have had a cough since Monday');
    await page.press('#words', 'Enter');
    await page.waitForSelector('.line.assistant .words');
    expect(await page.textContent('.line.patient .words')).toBe('I have had a cough since Monday');
    expect(await page.textContent('.notices')).toContain('Speaking is not possible right now');
    expect(await page.inputValue('#words')).toBe('');
    expect(await look(page, 'talk-in-writing')).toEqual([]);
    await page.close();
  });

  it('sends sound only while the button is held, where one wants it so', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await openTalk();
    await page.getByText('Speak only while I hold the button').click();
    await start(page);
    expect(voice.heard.findLast(({ type }) => type === 'init-session')).toMatchObject({ turn_detection: { type: 'none' } });
    await page.waitForSelector('.button.hold');
    const silent = voice.soundBytes();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(voice.soundBytes()).toBe(silent);
    await page.locator('h1, .captions').first().click();
    await page.keyboard.down('Space');
    await until(() => voice.soundBytes() > silent, 'sound');
    await page.keyboard.up('Space');
    await until(() => voice.heard.at(-1)?.type === 'commit', 'the end of the turn');
    expect(await page.getByRole('button', { name: 'Finish' }).count()).toBe(1);
    expect(await look(page, 'talk-hold')).toEqual([]);
    await page.close();
  });

  it('shows the captions on a phone by a link to this one conversation', async ({ skip }) => {
    if (!browser) return skip();
    const { page } = await openTalk();
    voice.refuse(cannotListen, 2);
    await page.fill('#words', 'The patient has had a cough since Monday');
    await page.press('#words', 'Enter');
    await page.waitForSelector('.line.assistant');
    await page.getByRole('button', { name: 'Show captions on a phone' }).click();
    await page.waitForSelector('svg.qr');
    expect(await look(page, 'phone-captions')).toEqual([]);
    const link = await page.getAttribute('.modal a.link', 'href');
    expect(link).toContain('/captions#');
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'en-GB' });
    const seen = watch(phone, house.base);
    await phone.goto(link ?? '');
    await phone.waitForSelector('.line.assistant');
    expect(await phone.locator('.line').count()).toBe(2);
    expect(await look(phone, 'captions')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.fill('#words', 'It is worse at night');
    await page.press('#words', 'Enter');
    await phone.waitForFunction(() => document.querySelectorAll('.line').length >= 4, undefined, { timeout: 5_000 });
    await page.getByRole('button', { name: 'Finish' }).click();
    await phone.waitForFunction(() => document.querySelector('.notice')?.textContent?.includes('is over'), undefined, { timeout: 5_000 });
    expect(seen).toEqual({ strangers: [], complaints: [] });
    await phone.close();
    await page.close();
  });
});

describe('when the box is away', () => {
  it('opens after a reload, says so, and still has what was typed', async ({ skip }) => {
    const browser = await openBrowser();
    if (!browser) return skip();
    const house = await startHouse({ machines: machinesInName });
    let stopped = false;
    try {
      const clinic = await seedHospital(house, await house.login(), 'Away Clinic', ['nurse']);
      const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
      await page.goto(house.base);
      await page.fill('#login', clinic.users.nurse?.email ?? '');
      await page.fill('#password', clinic.users.nurse?.password ?? '');
      await page.press('#password', 'Enter');
      await page.waitForSelector('#language option', { state: 'attached' });
      await page.evaluate(async () => void (await navigator.serviceWorker.ready));
      // The first visit brought the files; the worker keeps them from the second on.
      await page.reload();
      await page.waitForSelector('#language option', { state: 'attached' });
      await page.fill('#words', 'half a thought');
      await house.stop();
      stopped = true;
      await page.reload();
      await page.waitForSelector('.notice.look');
      expect(await page.textContent('.notice.look')).toContain('The box does not answer');
      expect(await page.inputValue('#words')).toBe('half a thought');
      expect(await look(page, 'talk-away')).toEqual([]);
    } finally {
      await browser.close();
      if (!stopped) await house.stop();
    }
  });
});

describe('without a microphone', () => {
  it('says why and what to do, and writing works', async ({ skip }) => {
    const browser = await openBrowser();
    if (!browser) return skip();
    const voice = makeScriptedVoice();
    const house = await startHouse({ voice: voice.room, machines: machinesInName });
    try {
      const clinic = await seedHospital(house, await house.login(), 'Quiet Clinic', ['doctor']);
      const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'en-GB' });
      await page.goto(house.base);
      await page.fill('#login', clinic.users.doctor?.email ?? '');
      await page.fill('#password', clinic.users.doctor?.password ?? '');
      await page.press('#password', 'Enter');
      await page.waitForSelector('#language option', { state: 'attached' });
      await page.click('.button.big');
      await page.waitForSelector('.talk[data-link="ready"]');
      await page.waitForSelector('.notice.look');
      expect(await page.textContent('.notices')).toMatch(/microphone is not allowed|No microphone was found/);
      expect(await look(page, 'talk-no-microphone')).toEqual([]);
      await page.fill('#words', 'hello');
      await page.press('#words', 'Enter');
      await until(() => voice.heard.some(({ type, text }) => type === 'text' && text === 'hello'), 'the typed words');
    } finally {
      await browser.close();
      await house.stop();
    }
  });
});
