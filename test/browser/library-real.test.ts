import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../contract/matrix.ts';
import { openBrowser } from '../kit/browser.ts';
import { seedHospital, startHouse } from '../kit/house.ts';
import { watch } from '../kit/page-checks.ts';

const hours = `# Eye clinic

The eye clinic is open from Monday to Friday, from nine to one. Spectacles are made on Tuesdays.

# Rooms

| Room | Price |
| --- | --- |
| Shared | 500 |
| Single | 1500 |

<img src="http://stranger.test/x.png"> ![picture](http://stranger.test/y.png)
`;

describe('the page of documents before the real doors', () => {
  it('takes files in, shows what was read, finds it, answers from it, and forgets it', async ({ skip }) => {
    const browser = await openBrowser();
    if (!browser) return skip();
    const house = await startHouse();
    const folder = mkdtempSync(join(tmpdir(), 'bedside-library-'));
    try {
      const clinic = await seedHospital(house, await house.login(), 'Real Clinic', ['doctor']);
      const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
      page.setDefaultTimeout(20_000);
      const seen = watch(page, house.base);
      await page.goto(`${house.base}/knowledge`);
      await page.fill('#login', clinic.users.doctor?.email ?? '');
      await page.fill('#password', clinic.users.doctor?.password ?? '');
      await page.press('#password', 'Enter');
      await page.waitForSelector('.upload-box');
      const line = (name: string) => page.locator('.upload-line', { hasText: name });

      const files = ['hours.md', 'not-one.pdf', 'empty.txt'].map((name) => join(folder, name));
      writeFileSync(files[0] as string, hours);
      writeFileSync(files[1] as string, 'no PDF at all');
      writeFileSync(files[2] as string, '');
      const scanned = join(dataFolder, 'docs_ingest/pdf_variety/grayscale-image.pdf');
      if (existsSync(scanned)) files.push(scanned);
      else console.log(`skipped: a scanned PDF (no ${scanned}; set BEDSIDE_TEST_DATA)`);
      await page.setInputFiles('.upload-box input[type=file]', files);
      await line('hours.md').getByText('Ready. Answers can come from it now.').waitFor();
      await line('not-one.pdf')
        .getByText(/could not be added: .*PDF/)
        .waitFor();
      await line('empty.txt')
        .getByText(/could not be added: /)
        .waitFor();
      if (existsSync(scanned))
        await line('grayscale-image.pdf')
          .getByText(/could not be added: /)
          .waitFor();
      await page.setInputFiles('.upload-box input[type=file]', files.slice(0, 1));
      await page.locator('.upload-line').getByText('This very file is there already.').waitFor();

      await line('hours.md').first().getByRole('button', { name: 'Open' }).click();
      await page.locator('.chunks', { hasText: 'Spectacles are made on Tuesdays.' }).waitFor();
      await page.locator('.chunks', { hasText: 'Single' }).waitFor();
      await page.getByRole('button', { name: 'Change title' }).click();
      await page.getByLabel('Title', { exact: true }).fill('Hours and prices');
      await page.locator('.document-form').getByLabel('Tags').fill('eyes');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Hours and prices' }).waitFor();

      await page.getByRole('link', { name: 'Try a search' }).click();
      const question = page.getByLabel('A question, as a patient would ask it');
      await question.fill('When is the eye clinic open?');
      await page.locator('search').getByLabel('Tag').selectOption('eyes');
      await page.keyboard.press('Tab');
      await page.getByRole('button', { name: 'Search' }).click();
      const first = page.locator('.found').first();
      await first.getByText('place 1').first().waitFor();
      expect(await first.locator('mark').allTextContents()).toEqual(expect.arrayContaining(['eye', 'clinic', 'open']));
      await page.getByText(/^Looked up anew, in/).waitFor();
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByText(/^Remembered: this very question was asked before, in/).waitFor();

      await page.getByRole('button', { name: 'Ask' }).click();
      await page.locator('.answer .cite').first().click();
      expect(hours).toContain(await page.locator('.passage mark').textContent());
      await page.keyboard.press('Escape');
      await question.fill('Who was the first man on the moon?');
      await page.getByRole('button', { name: 'Ask' }).click();
      await page.getByRole('heading', { name: 'The documents do not say' }).waitFor();

      await page.getByRole('link', { name: 'Documents' }).click();
      await page.locator('.document', { hasText: 'Hours and prices' }).locator('a').click();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
      await page.locator('.document', { hasText: 'Hours and prices' }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Try a search' }).click();
      await question.fill('When is the eye clinic open?');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByText('Nothing was found.').last().waitFor();
      expect(seen).toEqual({ strangers: [], complaints: [] });
    } finally {
      await browser.close();
      await house.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
