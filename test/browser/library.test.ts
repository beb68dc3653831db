import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentOf, type FakeLibrary, failure, startFakeLibrary } from '../fakes/fake-library.ts';
import { openBrowser } from '../kit/browser.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { look, watch } from '../kit/page-checks.ts';
import { until } from '../kit/until.ts';

const MB = 1_000_000;
/** Words that would be dangerous if any of them ever became more than words. */
const hostile =
  '<img src="http://stranger.test/x.png" onerror="document.title=1"> [press](http://stranger.test) ![p](http://stranger.test/y.png)';

describe('the page of documents', () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let browser: Browser | undefined;
  let fake: FakeLibrary;
  let page: Page;
  let folder: string;
  let seen: { strangers: string[]; complaints: string[] };
  beforeAll(async () => {
    house = await startHouse();
    clinic = await seedHospital(house, await house.login(), 'Paper Clinic', ['doctor', 'nurse']);
    browser = await openBrowser();
    folder = mkdtempSync(join(tmpdir(), 'bedside-library-'));
  });
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    fake = await startFakeLibrary(house.base);
  });
  afterEach(async () => {
    await page?.close({ runBeforeUnload: false });
    await fake.close();
  });

  async function enter(address: string, role = 'doctor', locale = 'en-GB'): Promise<void> {
    page = await (browser as Browser).newPage({ viewport: { width: 1366, height: 768 }, locale });
    page.setDefaultTimeout(10_000);
    page.on('dialog', (dialog) => void dialog.accept().catch(() => {}));
    seen = watch(page, fake.base);
    await page.goto(fake.base + address);
    const who = clinic.users[role] as { email: string; password: string };
    await page.fill('#login', who.email);
    await page.fill('#password', who.password);
    await page.press('#password', 'Enter');
    await page.waitForSelector('.shell:not(.signed-out)');
  }
  const file = (name: string, bytes = 2_000): string => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.alloc(bytes, 'a'));
    return path;
  };
  const choose = (files: string[]) => page.setInputFiles('.upload-box input[type=file]', files);
  const line = (name: string) => page.locator('.upload-line', { hasText: name });
  const says = (name: string, words: string | RegExp) => line(name).getByText(words).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
  const documentNamed = async (name: string) => {
    const find = () => [...fake.documents.values()].find((each) => each.file_name === name)?.document_id;
    await until(() => find() !== undefined, `${name} at the box`);
    return find() as string;
  };

  it('takes several files at once, shows how far each is, and goes on while its person is elsewhere', async ({ skip }) => {
    if (!browser) return skip();
    await enter('/');
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByText('No documents yet').waitFor();
    expect(await look(page, 'library-empty')).toEqual([]);

    fake.pace = 6 * MB;
    await choose([file('fees.txt'), file('big.pdf', 24 * MB), file('x-ray.dcm')]);
    await says('x-ray.dcm', /not sent: the box reads PDF/);
    await says('fees.txt', /waits for its turn to be read/);
    await says('big.pdf', /Sending: [1-9]\d? %/);
    // Elsewhere the rail tells that something is under way, and it is where it was on coming back.
    await page.getByRole('link', { name: 'Talk' }).click();
    await page.waitForSelector('.talk');
    await page.getByRole('img', { name: '2 under way' }).waitFor();
    await page.getByRole('link', { name: /Knowledge/ }).click();
    const percent = async () => Number(/(\d+) %/.exec((await line('big.pdf').textContent()) ?? '')?.[1] ?? 100);
    const before = await percent();
    await until(async () => (await percent()) > before, 'more of it sent');
    expect(await look(page, 'library-sending')).toEqual([]);

    // Stopped while it is sent: the box has nothing, the button under the finger offers to try again, and that works.
    await line('big.pdf').getByRole('button').focus();
    expect(await focused()).toBe('Stop big.pdf');
    await page.keyboard.press('Enter');
    await says('big.pdf', 'Stopped. Nothing was added.');
    expect(await focused()).toBe('Try again: big.pdf');
    expect([...fake.documents.values()].map(({ file_name }) => file_name)).toEqual(['fees.txt']);
    fake.pace = undefined;
    await page.keyboard.press('Enter');
    const big = await documentNamed('big.pdf');
    fake.step(big, { status: 'running', done: 3, total: 40 });
    await says('big.pdf', 'Being read: 3 of 40 pieces');
    // A line that breaks is taken up again; where nothing can stream, one asks.
    fake.breakStreams(false);
    fake.step(big, { status: 'running', done: 30, total: 40 });
    await says('big.pdf', /Being read: 30 of 40 pieces/);
    expect(fake.asked.filter((each) => each === `GET /jobs/job-${big}`).length).toBeGreaterThan(2);
    const fees = await documentNamed('fees.txt');
    fake.step(fees, { status: 'failed', error: 'There is no text in this file.' });
    fake.step(big, { status: 'succeeded', done: 40, total: 40 });
    await says('big.pdf', 'Ready. Answers can come from it now.');
    await says('fees.txt', 'It could not be added: There is no text in this file.');
    await page
      .locator('[role=status]', { hasText: 'There is no text in this file.' })
      .or(page.locator('[role=status]', { hasText: 'Ready.' }))
      .first()
      .waitFor({ state: 'attached' });
    await page.locator('.documents', { hasText: '40 pieces' }).waitFor();
    expect(await look(page, 'library-done')).toEqual([]);

    // Taken away by keyboard: one stands on the next line, and at last on the chooser.
    for (const name of ['fees.txt', 'big.pdf', 'x-ray.dcm']) {
      await line(name).getByRole('button', { name: 'Take' }).focus();
      await page.keyboard.press('Enter');
      await line(name).waitFor({ state: 'detached' });
      expect(await focused()).toMatch(name === 'x-ray.dcm' ? 'Choose files' : /big\.pdf|x-ray\.dcm/);
    }
    expect(seen).toEqual({ strangers: [], complaints: [] });
  });

  it('says that a file is there already, why one was refused, and stops one that the box is reading', async ({ skip }) => {
    if (!browser) return skip();
    fake.documents.set('d-old', documentOf('d-old', 'hours.pdf'));
    fake.refusals.push(
      [503, failure('OVERLOADED', 'The box is taking in other files just now.')],
      [413, failure('TOO_LARGE', 'What you sent is too large.')],
    );
    await enter('/knowledge');
    await page.waitForSelector('.documents');
    await choose([file('atlas.pdf')]);
    await says('atlas.pdf', 'What you sent is too large.');
    // The box is taken away in the middle of a file, and comes back.
    await page.route('**/ingest-upload', (route) => route.abort());
    await choose([file('rules.md')]);
    await says('rules.md', /The line to the box broke/);
    await page.unroute('**/ingest-upload');
    await line('rules.md').getByRole('button', { name: 'Try again' }).click();
    await says('rules.md', /waits for its turn/);
    // Dropped anywhere on the page, as two copies of what is there.
    const dropped = await page.evaluateHandle(() => {
      const files = new DataTransfer();
      for (const name of ['hours.pdf', 'rules.md']) files.items.add(new File(['a'], name));
      return files;
    });
    await page.dispatchEvent('.top', 'dragover', { dataTransfer: dropped });
    await page.getByText('Let go to add these files').waitFor();
    await page.dispatchEvent('.top', 'drop', { dataTransfer: dropped });
    await says('hours.pdf', /there already/);
    await until(() => fake.asked.filter((each) => each.includes('ingest-upload')).length === 5, 'every file sent');

    const rules = await documentNamed('rules.md');
    fake.step(rules, { status: 'running', done: 1, total: 9 });
    // Loaded again in the middle: what the box reads for this person is found again.
    await page.reload();
    await says('rules.md', /1 of 9 pieces/);
    await line('rules.md').getByRole('button', { name: 'Stop' }).click();
    await says('rules.md', 'Stopped. Nothing was added.');
    await until(() => !fake.documents.has(rules), 'no half document');
    expect([...fake.documents.keys()]).toEqual(['d-old']);

    // Another person at the same desk sees nothing of it.
    fake.pace = MB;
    await choose([file('secret.pdf', 9 * MB)]);
    await says('secret.pdf', /Sending/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.fill('#login', clinic.users.nurse?.email ?? '');
    await page.fill('#password', clinic.users.nurse?.password ?? '');
    await page.press('#password', 'Enter');
    await page.locator('.documents').waitFor();
    expect(await page.locator('.upload-line, .upload-box').count()).toBe(0);
    // Whoever may only read has nothing to press in a document.
    await page.locator('.document-title').first().click();
    await page.getByText('What the box read').waitFor();
    expect(await page.locator('.document-panel button').count()).toBe(1);
    expect([...fake.documents.values()].some(({ file_name }) => file_name === 'secret.pdf')).toBe(false);
  });

  it('finds, shows, changes, replaces and deletes documents, and their words stay words', async ({ skip }) => {
    if (!browser) return skip();
    const texts = Array.from({ length: 45 }, (_, at) => ({
      text: `Piece ${at}. ${hostile}`,
      page: at + 1,
      headings: ['Fees', '<b>Rooms</b>'],
    }));
    fake.documents.set(
      'd-fees',
      documentOf('d-fees', 'fees.pdf', {
        title: `Fees ${hostile}`,
        tags: ['fees'],
        pages: 45,
        unread_pages: [2, 3, 4, 9],
        texts,
        chunks: 45,
      }),
    );
    fake.documents.set(
      'd-shared',
      documentOf('d-shared', 'fever.html', { title: 'Fever in children', shared: true, language: 'hi', tags: ['children'] }),
    );
    fake.documents.set(
      'd-broken',
      documentOf('d-broken', 'scan.pdf', { status: 'failed', chunks: 0, error: 'This file is locked with a password.' }),
    );
    await enter('/knowledge');
    await page.locator('.document').nth(2).waitFor();
    await page.getByText('Pages not read: 2–4, 9').waitFor();
    expect(await look(page, 'library')).toEqual([]);
    await page.getByLabel('Find by words').fill('fever');
    await page.getByText('1 of 3 documents').waitFor();
    await page.locator('.document-title').click();
    await page.getByText('Only the platform can change it').waitFor();
    expect(await page.getByRole('button', { name: /Delete|Change|Replace/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Close this document' }).click();
    await until(async () => (await focused()) === 'Fever in children', 'focus on the row');
    await page.keyboard.press('Enter');
    await page.locator('.document-panel').waitFor();
    await page.goBack();
    await until(async () => (await focused()) === 'Fever in children', 'focus on the row, by the way back');
    await page.getByLabel('Find by words').fill('');

    // Its pieces come some at a time, and one goes on reading where they begin.
    await page.locator('#document-d-fees').click();
    await page.locator('.chunks li').nth(19).waitFor();
    expect(await page.locator('.chunks li').first().textContent()).toContain('<img src="http://stranger.test/x.png"');
    await page.getByRole('button', { name: 'Show more pieces' }).click();
    await page.locator('.chunks li').nth(39).waitFor();
    await until(async () => ((await focused()) ?? '').includes('Piece 20.'), 'focus on the first new piece');
    await page.getByRole('button', { name: 'Show more pieces' }).click();
    await page.locator('.chunks li').nth(44).waitFor();
    expect(await page.getByRole('button', { name: 'Show more pieces' }).count()).toBe(0);
    expect(await page.locator('.knowledge img, .knowledge a[href^=http]').count()).toBe(0);
    expect(await look(page, 'library-document')).toEqual([]);

    await page.getByRole('button', { name: 'Change title' }).click();
    await page.getByLabel('Title', { exact: true }).fill('Fees of 2027');
    await page.locator('.document-form').getByLabel('Tags').fill('fees, rooms,fees');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Fees of 2027' }).waitFor();
    expect(fake.documents.get('d-fees')).toMatchObject({ title: 'Fees of 2027', tags: ['fees', 'rooms'] });
    await until(async () => (await focused())?.startsWith('Change title') ?? false, 'focus on the button it came from');

    // The old one answers until the new one is ready.
    await page.setInputFiles('.document-panel input[type=file]', [file('fees-2028.pdf')]);
    const next = await documentNamed('fees-2028.pdf');
    expect(fake.documents.get(next)?.replaces).toBe('d-fees');
    expect(fake.documents.has('d-fees')).toBe(true);
    fake.step(next, { status: 'succeeded', done: 5, total: 5 });
    await page.locator('#document-d-fees').waitFor({ state: 'detached' });
    await page.locator(`#document-${next}`).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Patients will no longer get answers from it.').waitFor();
    expect(await focused()).toBe('Keep it');
    expect(await look(page, 'library-delete')).toEqual([]);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.locator(`#document-${next}`).waitFor({ state: 'detached' });
    expect(fake.documents.has(next)).toBe(false);
    await until(async () => (await focused()) === 'scan', 'focus on the row after it');

    await page.selectOption('.locale', 'hi');
    await page.getByRole('heading', { name: 'संग्रह' }).waitFor();
    await page.evaluate(async () => void (await document.fonts.ready));
    expect(await look(page, 'library-hindi')).toEqual([]);
    expect(seen).toEqual({ strangers: [], complaints: [] });
  });

  it('shows what a search finds and why, and what an answer rests on', async ({ skip }) => {
    if (!browser) return skip();
    const passage = { document_id: 'd1', title: 'Opening hours', page: 2 };
    const results = [
      { ...passage, id: 'c1', excerpt: `The eye clinic opens at nine.\n${hostile}`, score: 0.91, rank: 1, keyword_rank: 1, vector_rank: 3 },
      { ...passage, id: 'c2', excerpt: 'Spectacles are made on Mondays.', score: 0.4, rank: 2, vector_rank: 1 },
    ];
    const late: (() => void)[] = [];
    fake.search = async (query) => {
      if (query.get('q') === 'slow question') await new Promise<void>((resolve) => late.push(resolve));
      const few = query.get('mode') === 'keyword' ? results.slice(0, 1) : results;
      return {
        results: query.get('q') === 'slow question' ? [{ ...results[1], title: 'Too late' }] : few,
        took_ms: 23.4,
        cache: 'semantic',
      };
    };
    fake.documents.set('d1', documentOf('d1', 'hours.pdf', { title: 'Opening hours', tags: ['eyes'] }));
    await enter('/knowledge?view=search');
    await page.getByText('See what the box would find').waitFor();
    const question = page.getByLabel('A question, as a patient would ask it');
    await question.fill('slow question');
    await page.keyboard.press('Enter');
    await page.getByText('Looking…').waitFor();
    // The second question is answered first, and the first one, late, does not push it away.
    await question.fill('When does the eye clinic open?');
    await page.locator('search').getByLabel('Tag').selectOption('eyes');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('.found').nth(1).waitFor();
    for (const answer of late) answer();
    await page.waitForTimeout(200);
    expect(await page.locator('.found').first().textContent()).not.toContain('Too late');
    expect(fake.asked.findLast((each) => each.includes('/search'))).toMatch(/q=When\+does.*mode=hybrid.*tag=eyes/);
    expect(await page.locator('.found').first().locator('mark').allTextContents()).toEqual(['eye', 'clinic', 'opens']);
    expect(await page.locator('.why').allInnerTexts()).toEqual([
      expect.stringMatching(/By words\s+place 1\s+By meaning\s+place 3\s+Together\s+the best/),
      expect.stringMatching(/By words\s+not found by words\s+By meaning\s+place 1\s+Together\s+44 % of the best/),
    ]);
    const width = (bar: string, nth: number) =>
      page.locator('.found').nth(nth).locator(`.bar.${bar} .part`).getAttribute('width').then(Number);
    expect(await width('words', 0)).toBe(100);
    expect(await width('meaning', 0)).toBeLessThan(await width('meaning', 1));
    await page.getByText('Remembered from a question that is very like this one, in 23 ms').waitFor();
    expect(await page.locator('.knowledge img, .knowledge a[href^=http]').count()).toBe(0);

    const sources = results.map(({ rank: _rank, vector_rank: _place, ...source }) => source);
    fake.answer = async function* (asked) {
      yield ['sources', { sources }];
      if (asked.includes('moon')) {
        yield [
          'done',
          {
            answer: 'The documents of this hospital do not say that.',
            abstained: true,
            answered_by: 'rules',
            demonstration: false,
            sources,
            citations: [],
          },
        ];
        return;
      }
      if (asked.includes('break')) return;
      yield ['delta', { text: 'It opens at nine ' }];
      const answer = 'It opens at nine [1]. See [7] <b>too</b>.';
      const citations = [{ source_id: 'c1', quote: 'The eye clinic opens at nine.', start: 0, end: 20 }];
      yield ['done', { answer, abstained: false, answered_by: 'model', demonstration: true, sources, citations }];
    };
    // The document opens beside the search, and closing it leads back to its passage.
    await page.locator('.found h3 a').first().click();
    await page.getByRole('heading', { name: 'Opening hours' }).and(page.locator('.document-panel h2')).waitFor();
    expect(await look(page, 'library-search-document')).toEqual([]);
    await page.getByRole('button', { name: 'Close this document' }).click();
    await until(async () => (await focused()) === 'Opening hours', 'focus on the passage');

    await page.getByRole('button', { name: 'Ask' }).click();
    await page.locator('.answer .cite').waitFor();
    expect(await page.locator('.answer div .answer-text').textContent()).toBe('It opens at nine 1. See [7] <b>too</b>.');
    expect(await look(page, 'library-search')).toEqual([]);
    await page.locator('.cite').click();
    await page.locator('.passage').waitFor();
    expect(await page.locator('.passage mark').textContent()).toBe('The eye clinic opens at nine.');
    expect(await look(page, 'library-quote')).toEqual([]);
    await page.keyboard.press('Escape');
    await until(async () => (await focused()) === 'Source 1: Opening hours', 'focus on the marker');
    await question.fill('Who built the moon?');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByRole('heading', { name: 'The documents do not say' }).waitFor();
    expect(await page.locator('.cite, .answer .chip').count()).toBe(0);
    await question.fill('break');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('The line broke before the answer was whole').waitFor();
    await page.selectOption('.locale', 'hi');
    await page.evaluate(async () => void (await document.fonts.ready));
    expect(await look(page, 'library-search-hindi')).toEqual([]);
    expect(seen).toEqual({ strangers: [], complaints: [] });
  });
});
