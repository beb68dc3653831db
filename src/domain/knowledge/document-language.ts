import type { ReadDocument } from '../../engines/document-reader.ts';

/** Scripts that tell the language by themselves, nearly. */
const scripts: readonly (readonly [language: string, letters: RegExp])[] = [
  ['hi', /\p{Script=Devanagari}/gu],
  ['bn', /\p{Script=Bengali}/gu],
  ['pa', /\p{Script=Gurmukhi}/gu],
  ['gu', /\p{Script=Gujarati}/gu],
  ['or', /\p{Script=Oriya}/gu],
  ['ta', /\p{Script=Tamil}/gu],
  ['te', /\p{Script=Telugu}/gu],
  ['kn', /\p{Script=Kannada}/gu],
  ['ml', /\p{Script=Malayalam}/gu],
  ['si', /\p{Script=Sinhala}/gu],
  ['ar', /\p{Script=Arabic}/gu],
];

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));
/** The small words that every page of a language is full of. */
const smallWords: readonly (readonly [language: string, words: ReadonlySet<string>])[] = [
  ['en', list('the of and to in is that for with be are or on by this should have not from at when if your you may was than must which')],
  ['fr', list('le la les des du de et un une est pour dans que qui avec par au aux sur ne pas ou être sont ce cette plus vous')],
  ['es', list('el la los las de del y en que un una es por con para se no su al lo como más o son si este esta debe')],
  ['pt', list('o a os as de do da dos das e em que um uma é por com para se não no na ao mais ou são como ser deve')],
  ['de', list('der die das und ist von zu den dem des mit für auf nicht ein eine einer im bei sich oder werden sind als auch nach wird')],
  ['it', list('il lo la gli le di del della e un una che per con non si è in da dei sono come più o nel alla essere deve')],
];
const otherDevanagari: readonly (readonly [language: string, words: ReadonlySet<string>])[] = [
  ['mr', list('आहे आणि नाही किंवा आहेत करा असते तर मध्ये झाले पाहिजे साठी')],
  ['ne', list('छ छन् हुन्छ गर्न लाई गर्नुहोस् र पनि हो भने गर्नुपर्छ बिरामी')],
  ['hi', list('है हैं और के का की को में से नहीं पर यह करें भी या लिए')],
];

/** BCP 47 of what most of the document is written in; `und` where its words do not tell. */
export function languageOfDocument(read: Pick<ReadDocument, 'blocks'>): string {
  const step = Math.max(1, Math.floor(read.blocks.length / 60));
  const samples: string[] = [];
  for (let i = 0; i < read.blocks.length; i += step) {
    const block = read.blocks[i];
    if (!block) continue;
    samples.push(
      block.kind === 'table' ? [...block.header, ...block.rows.slice(0, 20).flat()].join(' ').slice(0, 500) : block.text.slice(0, 1_000),
    );
  }
  return languageOf(samples.join('\n'));
}

/** BCP 47 of what most of the text is written in; `und` where its words do not tell. */
export function languageOf(text: string): string {
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const all = text.match(/\p{L}/gu)?.length ?? 0;
  let best = { language: 'und', letters: 0 };
  for (const [language, letters] of scripts) {
    const found = text.match(letters)?.length ?? 0;
    if (found > best.letters) best = { language, letters: found };
  }
  // Names of medicines stand in Latin letters in any language: a quarter in another script decides.
  if (best.letters >= 4 && best.letters * 4 >= latin + best.letters && best.letters >= all * 0.2) {
    const words = wordsOf(text);
    if (best.language === 'hi') return strongest(otherDevanagari, words, 1)?.language ?? 'hi';
    if (best.language === 'ar') return /[ٹڈڑںےھ]/.test(text) ? 'ur' : 'ar';
    if (best.language === 'bn') return /[ৰৱ]/.test(text) ? 'as' : 'bn';
    return best.language;
  }
  if (latin < all * 0.5) return 'und';
  const words = wordsOf(text);
  return strongest(smallWords, words, Math.max(2, words.length * 0.08))?.language ?? 'und';
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
}

function strongest(
  lists: readonly (readonly [language: string, words: ReadonlySet<string>])[],
  words: readonly string[],
  atLeast: number,
): { language: string } | undefined {
  const counts = lists.map(([language, known]) => {
    const small = words.filter((word) => known.has(word));
    // An `a` here and there is in every language: several small words tell, and not one of them many times.
    return { language, found: atLeast > 1 && new Set(small.filter((word) => word.length > 1)).size < 2 ? 0 : small.length };
  });
  const [first, second] = counts.sort((a, b) => b.found - a.found);
  return first && first.found >= atLeast && first.found > (second?.found ?? 0) ? first : undefined;
}
