import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noMachines } from '../../src/engines/no-machines.ts';
import { fakeEmbedder } from '../fakes/fake-embedder.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { until } from '../kit/until.ts';

const HOSPITALS = 10;
const QUERIES = process.env.BEDSIDE_TEST_LONG ? 10_000 : 1_000;
const SYLLABLES = ['bra', 'cel', 'dor', 'fen', 'gal', 'hum', 'jin', 'kel', 'lor', 'mab'] as const;

/** A word that stands in the documents of one hospital only. */
const canary = (hospital: number, page: number) => `zq${SYLLABLES[hospital]}${SYLLABLES[page]}vex`;

/** The same pages in every hospital but for their secrets: whatever leaks would look like an answer. */
const pages = (hospital: number) =>
  Array.from(
    { length: 4 },
    (_, page) =>
      `The door code of store ${page + 1} is ${canary(hospital, page)}. The door code of store ${page + 1} is changed every month by the head nurse.\n\n` +
      `Keep the key of store ${page + 1} in the blue cupboard. Fever is measured twice a day.`,
  );

describe('documents of ten hospitals', () => {
  let house: TestHouse;
  const clinics: (SeededHospital & { token: string })[] = [];

  beforeAll(async () => {
    house = await startHouse({
      env: { BEDSIDE_SEMANTIC_CACHE: '1' },
      machines: () => ({ ...noMachines(), embed: () => ({ engine: fakeEmbedder(), demonstration: false, languages: ['en'] }) }),
    });
    const root = await house.login();
    for (let at = 0; at < HOSPITALS; at++) {
      const clinic = await seedHospital(house, root, `Clinic ${at}`, ['hospital_admin', 'doctor', 'patient']);
      const token = clinic.tokens.hospital_admin ?? '';
      clinics.push({ ...clinic, token });
      for (const [page, text] of pages(at).entries()) {
        const form = new FormData();
        form.append('file', new Blob([text]), `store-${page}.txt`);
        const answer = await fetch(`${house.base}/api/v1/rag/ingest-upload`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
          body: form,
        });
        expect(answer.status).toBe(202);
      }
    }
    for (const { token } of clinics)
      await until(
        async () => {
          const { items } = (await house.call('GET', '/api/v1/rag/documents', { token })).json;
          return items.length === 4 && items.every((item: { status: string }) => item.status === 'ready');
        },
        'documents that are ready',
        60_000,
      );
  }, 180_000);
  afterAll(() => house?.stop());

  it(`are each other's secret, in ${QUERIES} questions through search, answers, conversations and every cache`, async () => {
    let crossed = 0;
    let own = 0;
    const caches = new Map<string, number>();
    const looked = (at: number, text: string) => {
      for (let other = 0; other < HOSPITALS; other++)
        for (let page = 0; page < 4; page++)
          if (text.includes(canary(other, page))) {
            if (other === at) own++;
            else crossed++;
          }
    };
    const forms = (at: number, page: number) => [
      `What is the door code of store ${page + 1}?`,
      `door code of store ${page + 1}`,
      `Which is the door code of the store ${page + 1}?`,
      `door code of store ${page + 1}?`,
      'the code of a store',
      canary((at + 1) % HOSPITALS, page), // another's secret, asked for by its name
      canary(at, page),
      'Where is the key kept?',
    ];
    const sessions = new Map<number, string>();
    for (let at = 0; at < HOSPITALS; at++) {
      const token = clinics[at]?.tokens.patient;
      const opened = await house.call('POST', '/api/v1/consultation/create', {
        token,
        body: { consultation_type: 'text', language: 'en' },
      });
      sessions.set(at, opened.json.session_id);
    }
    const ask = async (n: number) => {
      const at = n % HOSPITALS;
      const page = (n >> 3) % 4;
      const of = forms(at, page);
      const question = of[(n * 7 + (n >> 4)) % of.length] ?? '';
      const token = clinics[at]?.tokens[n % 3 === 0 ? 'patient' : 'doctor'];
      // What was asked stands in no result; in a conversation's own record it does.
      const without = (text: string) => text.replaceAll(question, '');
      if (n % 10 === 9) {
        const { json, text } = await house.call('POST', '/api/v1/rag/answer', { token, body: { question } });
        expect(json.answer, text).toBeTypeOf('string');
        looked(at, without(JSON.stringify([json.answer, json.sources, json.citations])));
      } else if (n % 50 === 8) {
        const body = { session_id: sessions.get(at), text: `${question.replace(/\?$/, '')}?` };
        const { json } = await house.call('POST', '/api/v1/conversation/message', { token: clinics[at]?.tokens.patient, body });
        looked(at, without(JSON.stringify([json.response, json.sources])));
      } else {
        const mode = ['hybrid', 'keyword', 'vector'][n % 3];
        const { json } = await house.call('GET', `/api/v1/rag/search?${new URLSearchParams({ q: question, mode: mode ?? '' })}`, { token });
        caches.set(json.cache, (caches.get(json.cache) ?? 0) + 1);
        looked(at, JSON.stringify(json.results));
      }
    };
    for (let n = 0; n < QUERIES; n += 4) await Promise.all([n, n + 1, n + 2, n + 3].map(ask));
    console.log(
      `${QUERIES} questions: ${crossed} canaries crossed, ${own} of their own seen; caches ${JSON.stringify(Object.fromEntries(caches))}`,
    );
    expect(crossed).toBe(0);
    expect(own).toBeGreaterThan(QUERIES / 2);
    for (const cache of ['miss', 'session', 'semantic']) expect(caches.get(cache) ?? 0, cache).toBeGreaterThan(0);
  }, 600_000);
});
