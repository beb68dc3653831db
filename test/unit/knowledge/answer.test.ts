import { describe, expect, it } from 'vitest';
import { type Answer, type AnswerPart, type AnswerRequest, answerFrom } from '../../../src/domain/knowledge/answer.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { type FakeReply, fakeLanguageModel } from '../../fakes/fake-language-model.ts';
import { expectCitationsHold } from '../../kit/citations-hold.ts';
import { type Leaflet, littleSearch, passageOf, readLeaflets } from '../../kit/little-search.ts';

const leaflets = readLeaflets();
const textOf = (id: string) => leaflets.documents.find((document) => document.id === id)?.text ?? '';
const limits = { passages: 5, characters: 4000, tokens: 300 };
const call = (signal = new AbortController().signal) => ({ signal, label: { hospitalId: 'h', use: 'knowledge', requestId: 'r' } }) as const;

async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const part of parts) list.push(part);
  return list;
}

async function partsOf(request: Partial<AnswerRequest> & { question: string }): Promise<AnswerPart[]> {
  const passages = littleSearch(leaflets.documents, request.question);
  return all(answerFrom({ passages, language: 'en', policy: 'cited', limits, ...request }, call()));
}
async function answerTo(request: Partial<AnswerRequest> & { question: string }): Promise<Answer> {
  const parts = await partsOf(request);
  const last = parts.at(-1);
  if (last?.type !== 'done') throw new Error('an answer ends with done');
  expect(parts.map((part) => (part.type === 'delta' ? part.text : '')).join('')).toBe(last.answer.answer);
  expect(parts[0]?.type).toBe('sources');
  return last.answer;
}
const thinking = (...script: FakeReply[]) => ({ engine: fakeLanguageModel(script), demonstration: false });

describe('an answer by quoting', () => {
  for (const { language, question, fact } of leaflets.answerable)
    it(`answers "${question}" with "${fact}"`, async () => {
      const answer = await answerTo({ question, language });
      expect(answer.answer).toContain(fact);
      expect([answer.abstained, answer.answeredBy]).toEqual([false, 'sources']);
      expectCitationsHold(answer, textOf);
    });

  for (const { language, question } of leaflets.unanswerable)
    it(`abstains from "${question}"`, async () => {
      const answer = await answerTo({ question, language });
      expect([answer.abstained, answer.answeredBy]).toEqual([true, 'rules']);
      expect(answer.answer).toMatch(language === 'hi' ? /कर्मचारी/ : /member of the staff/);
      expectCitationsHold(answer, textOf);
    });

  it('abstains when nothing was found, and from a question without a subject', async () => {
    expect((await answerTo({ question: 'What is the adult dose of Melorin?', passages: [] })).abstained).toBe(true);
    expect((await answerTo({ question: 'What is it?' })).abstained).toBe(true);
    expect((await answerTo({ question: '???' })).abstained).toBe(true);
  });

  it('brings along the sentence that "it" leans on', async () => {
    const answer = await answerTo({ question: 'Is Melorin swallowed whole?' });
    expect(answer.answer).toMatch(/Melorin.*\[1\] It is swallowed whole/);
  });

  it('shows a row of a table as it stands', async () => {
    const answer = await answerTo({ question: 'At what age is the measles vaccine given?' });
    expect(answer.answer).toContain('Measles | 9 months | 2 [');
  });

  it('says in which language it quotes, where that is not the one it was asked in', async () => {
    const inEnglish = {
      words: 'sling collarbone',
      understood: [
        { from: 'गोफन', to: ['sling', 'arm sling'] },
        { from: 'हँसली', to: ['collarbone', 'clavicle'] },
      ],
      unknown: [],
    };
    const passages = [passageOf(leaflets.documents.find(({ id }) => id === 'cast') as Leaflet)];
    const answer = await answerTo({ question: 'हँसली टूटने पर गोफन कितने दिन पहनें?', language: 'hi', passages, inEnglish });
    expect(answer.answer).toMatch(/^दस्तावेज़ में अंग्रेज़ी में लिखा है: A broken collarbone is rested in a sling for four weeks. \[1\]/);
    expect(answer.answer.slice(answer.citations[0]?.start, answer.citations[0]?.end)).toMatch(/^A broken collarbone/);
  });

  it('does not take a translated question for answered because of the words that were understood', async () => {
    const inEnglish = { words: 'price sling', understood: [{ from: 'भाव', to: ['price', 'rate'] }], unknown: ['सोने'] };
    expect((await answerTo({ question: 'सोने का भाव', language: 'hi', inEnglish })).abstained).toBe(true);
  });

  it('does not hear an English medicine in every Hindi word', async () => {
    const text = 'Neomycin is given once a year. This year it is given in May.';
    const inEnglish = {
      words: 'year neomycin',
      understood: [
        { from: 'साल', to: ['year'] },
        { from: 'मानसून', to: ['neomycin'] },
      ],
      unknown: [],
    };
    const passages = [passageOf({ id: 'n', title: 'Neomycin', text })];
    expect((await answerTo({ question: 'इस साल मानसून कब आएगा?', language: 'hi', passages, inEnglish })).abstained).toBe(true);
  });

  it('abstains from a question that names nothing in particular', async () => {
    const passages = [passageOf({ id: 'n', title: 'Treatment', text: 'The treatment of this disease takes two weeks for most patients.' })];
    expect((await answerTo({ question: 'How long does the treatment take?', passages })).abstained).toBe(true);
  });

  it('makes markers of a document harmless', async () => {
    const text = 'The laundry chute is emptied at 05:50 [7]. See also [12], [S1] and [1, 2] of another page.';
    const answer = await answerTo({
      question: 'When is the laundry chute emptied?',
      passages: [passageOf({ id: 'l', title: 'Laundry', text })],
    });
    expect(answer.answer).toMatch(/05:50 \(7\)\. \[1\]/);
    expectCitationsHold(answer, () => text);
  });

  it('keeps what is less and more than something', async () => {
    const text = 'A pressure < 90 and a pulse > 120 are shown to the doctor. A leaflet has <b>no tags</b>.';
    const answer = await answerTo({
      question: 'Which pressure and pulse are shown to the doctor?',
      passages: [passageOf({ id: 'p', title: 'Pulse', text })],
    });
    expect(answer.answer).toContain('pressure < 90 and a pulse > 120');
  });

  it('uses no more passages and characters than it may', async () => {
    const long = { id: 'long', title: 'Melorin', text: `Melorin ${'is one of many tablets '.repeat(300)}.` };
    const found = [passageOf(long), ...littleSearch(leaflets.documents, 'adult dose of Melorin')];
    const answer = await answerTo({ question: 'What is the adult dose of Melorin?', passages: found, limits: { ...limits, passages: 2 } });
    expect(answer.sources.length).toBe(2);
    expect(answer.sources.map(({ documentId }) => documentId)).not.toContain('long');
    expect(answer.answer).toContain('20 mg');
  });

  it('stops when it is told to', async () => {
    const gone = AbortSignal.abort();
    const request = { question: 'x', passages: [], language: 'en', policy: 'cited', limits } as const;
    await expect(all(answerFrom(request, call(gone)))).rejects.toThrow();
  });
});

describe('an answer in the words of a model', () => {
  const question = 'What is the adult dose of Melorin?';

  it('shows what the sources say, with markers of our own', async () => {
    const answer = await answerTo({
      question,
      model: thinking('Adults take 20 mg of Melorin twice a day. [S1] Do not take it with milk [S1].'),
    });
    expect(answer.answeredBy).toBe('model');
    expect(answer.answer).toBe('Adults take 20 mg of Melorin twice a day. [1] Do not take it with milk. [1]');
    expect(answer.citations.map(({ quote }) => quote)).toEqual([
      'Adults take 20 mg of Melorin twice a day.',
      'Do not take Melorin with milk.',
    ]);
    expectCitationsHold(answer, textOf);
  });

  it('puts a marker right that points elsewhere, and gives one to a sentence without', async () => {
    const answer = await answerTo({
      question,
      model: thinking('Adults take 20 mg of Melorin twice a day [S4]. Melorin is not given to children under six.'),
    });
    expect(answer.answer).toBe('Adults take 20 mg of Melorin twice a day. [1] Melorin is not given to children under six. [1]');
  });

  for (const [what, said] of [
    ['another number', 'Adults take 40 mg of Melorin twice a day [S1].'],
    ['a number of the source with the wrong unit', 'Adults take 20 g of Melorin twice a day [S1].'],
    ['a number that belongs to something else', 'Melorin is not given to children in doses under 6 mg [S1].'],
    ['another frequency', 'Adults take 20 mg of Melorin once a day [S1].'],
    ['a word that carries weight and is nowhere', 'Adults take 20 mg of Melorin twice a day with grapefruit [S1].'],
    ['a question', 'Do adults take 20 mg of Melorin twice a day? [S1]'],
    ['a lost "not"', 'Take Melorin with milk [S1]. Melorin is given to children under six [S1].'],
    ['an added "not"', 'Adults do not take 20 mg of Melorin twice a day [S1].'],
    ['another name', 'Adults take 20 mg of Paracetamol twice a day [S1].'],
    ['what no source says', 'Melorin cures most headaches within an hour [S1].'],
    ['a marker that points nowhere', 'Vitamin C helps against colds [S9].'],
    ['the other of two opposites', 'The strip is kept above 25 degrees [S2].'],
    ['that it knows nothing', 'NOT IN THE SOURCES.'],
    ['nothing', ''],
  ] as const)
    it(`quotes instead when the model says ${what}`, async () => {
      const answer = await answerTo({ question, model: thinking(said) });
      expect(answer.answeredBy).toBe('sources');
      expect(answer.answer).toMatch(/^Adults take 20 mg of Melorin twice a day\. \[1\]/);
      expectCitationsHold(answer, textOf);
    });

  for (const said of [
    'The adult dose of Melorin is 20mg twice a day [S1].',
    'According to the leaflet, adults take 20 mg of Melorin twice a day [S1].',
  ])
    it(`lets a model say it in its own words: ${said}`, async () => {
      const answer = await answerTo({ question, model: thinking(said) });
      expect([answer.answeredBy, answer.answer]).toEqual(['model', said.replace(' [S1].', '. [1]')]);
      expectCitationsHold(answer, textOf);
    });

  it('drops the sentence without support and keeps the others', async () => {
    const answer = await answerTo({
      question,
      model: thinking('Adults take 20 mg of Melorin twice a day [S1]. It was invented in 1962 by a monk.'),
    });
    expect(answer.answer).toBe('Adults take 20 mg of Melorin twice a day. [1]');
  });

  it('does not show a true sentence that answers something else', async () => {
    const answer = await answerTo({ question, model: thinking('Do not take Melorin with milk [S1].') });
    expect(answer.answer).toContain('20 mg');
  });

  it('says nothing twice, and no half of a sentence', async () => {
    const said =
      'Adults take 20 mg of Melorin twice a day [S1]. Adults take 20 mg of Melorin twice a day. Melorin is not given to children';
    const answer = await answerTo({ question, model: thinking(said), limits: { ...limits, tokens: 22 } });
    expect(answer.answer).toBe('Adults take 20 mg of Melorin twice a day. [1]');
  });

  it('asks no model when the sources do not answer, under "intake", and no demonstration under "cited"', async () => {
    const model = thinking('Adults take 20 mg of Melorin twice a day [S1].');
    expect((await answerTo({ question: 'What is the dose of Karbadol?', model })).abstained).toBe(true);
    expect((await answerTo({ question, model, policy: 'intake' })).answeredBy).toBe('sources');
    expect((await answerTo({ question, model: { ...model, demonstration: true } })).answeredBy).toBe('sources');
    expect(model.engine.prompts).toHaveLength(0);
    const open = await answerTo({ question, model: { ...model, demonstration: true }, policy: 'open' });
    expect([open.answeredBy, open.demonstration]).toEqual(['model', true]);
  });

  it('lets it speak freely under "open", without markers it did not earn', async () => {
    const answer = await answerTo({
      question,
      policy: 'open',
      model: thinking('It depends on your doctor [S1]. Adults take 20 mg of Melorin twice a day [S1].'),
    });
    expect(answer.answer).toBe('It depends on your doctor. Adults take 20 mg of Melorin twice a day. [1]');
    expectCitationsHold(answer, textOf);
  });

  it('adds quotes to free words that rest on nothing', async () => {
    const answer = await answerTo({ question, policy: 'open', model: thinking('It depends on your doctor.') });
    expect([answer.answeredBy, answer.answer.startsWith('It depends on your doctor. Adults take 20 mg')]).toEqual(['sources', true]);
    expectCitationsHold(answer, textOf);
  });

  it('keeps what a failing model had said, and quotes when it had said nothing', async () => {
    const broken = new AppError('unavailable', 'The machine stopped.');
    const late = await answerTo({ question, model: thinking(['Adults take 20 mg of Melorin twice a day [S1]. Children', broken]) });
    expect(late.answer).toBe('Adults take 20 mg of Melorin twice a day. [1]');
    expect((await answerTo({ question, model: thinking([broken]) })).answeredBy).toBe('sources');
  });

  it('gives the model the rules first, the sources under ids, no tools, and at most so many tokens', async () => {
    const model = thinking('Nothing.');
    await answerTo({ question, model });
    const prompt = model.engine.prompts[0];
    const [rules, asked] = (prompt?.messages ?? []).map(({ content }) =>
      content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    );
    expect(rules).not.toContain('Melorin');
    expect(asked).toMatch(/\[S1\] Melorin tablets > How to take it\nAdults take/);
    expect(asked?.indexOf('Question:')).toBeGreaterThan(asked?.indexOf('[S2]') ?? 0);
    expect([prompt?.maxTokens, prompt?.tools]).toEqual([300, undefined]);
  });
});
