import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanFileName, promisedKind, titleOfFile } from '../../../src/domain/knowledge/file-name.ts';

describe('the name of a file', () => {
  it.each([
    ['leaflet.pdf', 'leaflet.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\fever chart.docx', 'fever chart.docx'],
    ['a\u0000b\u0007c.txt', 'abc.txt'],
    ['\u202etxt.exe\u2066.txt', 'txt.exe.txt'],
    ['बुख़ार.txt', 'बुख़ार.txt'.normalize('NFC')],
    ['', 'document'],
    ['///', 'document'],
    [`${'x'.repeat(400)}.pdf`, `${'x'.repeat(196)}.pdf`],
  ])('%j becomes %j', (given, wanted) => expect(cleanFileName(given)).toBe(wanted));

  it('is short, whole and shows itself, whatever came', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (given) => {
        const clean = cleanFileName(given);
        expect(clean.length).toBeGreaterThan(0);
        expect(clean.length).toBeLessThanOrEqual(200);
        expect(clean).not.toMatch(/[/\\\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    ));

  it('is a title until somebody says another', () => {
    expect(titleOfFile('Fever_chart  2026.pdf')).toBe('Fever chart 2026');
    expect(titleOfFile('.pdf')).toBe('.pdf');
    expect(titleOfFile('no ending')).toBe('no ending');
  });

  it('promises a kind', () => {
    expect(['A.PDF', 'b.htm', 'c.markdown', 'd.csv', 'e.exe', 'f'].map(promisedKind)).toEqual(['pdf', 'html', 'md', 'csv', 'txt', 'txt']);
  });
});
