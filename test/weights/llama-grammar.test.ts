import { getLlama, type LlamaGrammar, LlamaLogLevel } from 'node-llama-cpp';
import { beforeAll, describe, expect, test } from 'vitest';
import { spacedJson } from '../../src/engines/llama/json-text.ts';
import { frugalAnswer, grammarOf } from '../../src/engines/llama/schema-grammar.ts';
import { conforms } from '../contract/conforms.ts';
import { formMaker } from './llama-forms.ts';

/** Grammars are tried on llama.cpp itself, which says whether a text is one of theirs. It needs no weights for that. */
let accepts: (schema: object, text: string) => Promise<boolean>;
beforeAll(async () => {
  const llama = await getLlama({ build: 'never', gpu: false, progressLogs: false, logLevel: LlamaLogLevel.error });
  accepts = async (schema, text) => {
    const grammar: LlamaGrammar = await llama.createGrammar({ grammar: grammarOf(schema) });
    return (grammar as unknown as { _testText(text: string): boolean })._testText(text);
  };
});

const text = { type: 'string' };
const cases: readonly (readonly [name: string, schema: object, yes: readonly unknown[], no: readonly unknown[]])[] = [
  [
    'objects: required keys always, optional ones in any choice',
    {
      type: 'object',
      properties: { a: text, b: { type: 'integer' }, c: { type: 'boolean' } },
      required: ['b'],
      additionalProperties: false,
    },
    [{ b: 1 }, { b: 1, a: 'x' }, { b: 1, c: true }, { b: -20, a: '', c: false }],
    [{}, { a: 'x' }, { b: 1.5 }, { b: 1, d: 2 }, { b: '1' }, [], 'b'],
  ],
  [
    'objects with optional keys only',
    { type: 'object', properties: { a: text, b: text } },
    [{}, { a: '' }, { b: '' }, { a: '', b: '' }],
    [{ c: '' }],
  ],
  ['maps', { type: 'object', additionalProperties: { type: 'integer' } }, [{}, { x: 1, y: 2 }], [{ x: 'a' }]],
  ['lists', { type: 'array', items: text, minItems: 1, maxItems: 2 }, [['a'], ['a', 'b']], [[], ['a', 'b', 'c'], [1]]],
  ['lists of any length', { type: 'array', items: { type: 'integer' } }, [[], [1], [1, 2, 3, 4, 5, 6]], [['a']]],
  [
    'lists that begin in a fixed way',
    { type: 'array', prefixItems: [text, { type: 'integer' }], items: false },
    [['a', 1]],
    [['a'], [1, 'a'], ['a', 1, 2]],
  ],
  ['choices', { anyOf: [text, { type: 'null' }] }, ['a', null], [1, {}]],
  ['several types', { type: ['string', 'null'] }, ['a', null], [1]],
  ['values out of a list, quotes and all', { enum: ['mild', 'a "b" \\ c', 3, null] }, ['mild', 'a "b" \\ c', 3, null], ['severe', '3']],
  ['one value', { const: { a: 1 } }, [], [{ a: 2 }, 1]],
  ['whole numbers', { type: 'integer' }, [0, -1, 123456789], [1.5, '1', 1e21]],
  ['whole numbers within bounds', { type: 'integer', minimum: 1, maximum: 5 }, [1, 5], [0, 6, 10, -1]],
  ['whole numbers from zero', { type: 'integer', minimum: 0 }, [0, 7], [-1]],
  ['numbers', { type: 'number', minimum: 0 }, [0, 1.25, 98.6], [-1, '1']],
  ['short strings', { type: 'string', minLength: 2, maxLength: 4 }, ['ab', 'abcd', 'नमस्', '🙂🙂'], ['a', 'abcde', '']],
  ['strings of anything', text, ['', 'a "quoted" \\ back\nslash', 'नमस्ते 🙂', '{"x": 1}'], [1]],
  [
    'days and times',
    { type: 'object', properties: { d: { type: 'string', format: 'date' } }, required: ['d'] },
    [{ d: '2026-08-01' }],
    [{ d: '2026-13-01' }, { d: 'soon' }],
  ],
  [
    'definitions, also of things within themselves',
    {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: { name: text, inside: { type: 'array', items: { $ref: '#/$defs/node' } } },
          required: ['name'],
        },
      },
    },
    [{ name: 'a' }, { name: 'a', inside: [{ name: 'b', inside: [] }] }],
    [{}, { name: 'a', inside: [1] }],
  ],
  [
    'all of several',
    {
      allOf: [
        { type: 'object', properties: { a: text }, required: ['a'] },
        { properties: { b: text }, required: ['b'] },
      ],
    },
    [{ a: '', b: '' }],
    [{ a: '' }],
  ],
];

describe('a grammar made of a JSON Schema', () => {
  test.each(cases)('%s', async (_, schema, yes, no) => {
    for (const value of yes) expect(await accepts(schema, spacedJson(value)), JSON.stringify(value)).toBe(true);
    for (const value of no) expect(await accepts(schema, spacedJson(value)), JSON.stringify(value)).toBe(false);
  });

  test('agrees with forms of many shapes on whether nothing is enough, and the frugal answer of each is JSON', async () => {
    const make = formMaker(7);
    for (let i = 0; i < 40; i++) {
      const schema = make();
      expect(() => JSON.parse(frugalAnswer(schema))).not.toThrow();
      expect(await accepts(schema, '{}')).toBe(conforms({}, schema));
    }
  });

  test('refuses a reference to what is not there with a sentence', () => {
    expect(() => grammarOf({ $ref: '#/$defs/nowhere' })).toThrow(/refers to “#\/\$defs\/nowhere”/);
    expect(() => grammarOf({ $ref: 'https://example.org/x.json' })).toThrow(/refers to/);
  });
});
