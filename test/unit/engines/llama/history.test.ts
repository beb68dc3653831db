import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/engines/language-model.ts';
import { functionsOf, historyOf } from '../../../../src/engines/llama/history.ts';

const says = (role: Message['role'], text: string): Message => ({ role, content: [{ type: 'text', text }] });

describe('the history for the chat wrappers', () => {
  test('makes one answer of a call, its result and what was said after it', () => {
    const history = historyOf(
      [
        says('system', 'S'),
        says('user', 'U'),
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'One moment.' },
            { type: 'tool-call', id: 'a', name: 'find', input: { x: 1 } },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', id: 'a', output: [1, 2] }] },
        says('assistant', 'At ten.'),
        says('user', 'Thanks'),
      ],
      () => undefined,
    );
    expect(history).toEqual([
      { type: 'system', text: 'S' },
      { type: 'user', text: 'U' },
      { type: 'model', response: ['One moment.', { type: 'functionCall', name: 'find', params: { x: 1 }, result: [1, 2] }, 'At ten.'] },
      { type: 'user', text: 'Thanks' },
    ]);
  });

  test('puts in a call as the model wrote it, where that is known', () => {
    const call: Message = { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'find', input: {} }] };
    expect(historyOf([says('user', 'U'), call], (id) => (id === 'a' ? '||call: find()' : undefined))[1]).toMatchObject({
      response: [{ rawCall: '||call: find()', result: null }],
    });
  });

  test('refuses pictures with a sentence', () => {
    const picture: Message = { role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: new Uint8Array(1) }] };
    expect(() => historyOf([picture], () => undefined)).toThrow(/reads text only/);
  });
});

describe('tools for the chat wrappers', () => {
  test('keep what the library knows of a schema, in its order', () => {
    const functions = functionsOf([
      {
        name: 'book',
        description: 'Books.',
        input: {
          $schema: 'https://json-schema.org/draft/2020-12/schema',
          type: 'object',
          properties: {
            doctor: { type: 'string', pattern: '^Dr' },
            when: { type: 'string', format: 'email' },
            how: { anyOf: [{ type: 'null' }, { enum: ['x'] }] },
          },
          required: ['doctor'],
          additionalProperties: false,
        },
      },
      { name: 'end', description: '', input: { type: 'object', properties: {} } },
    ]);
    expect(functions).toEqual({
      book: {
        description: 'Books.',
        params: {
          type: 'object',
          properties: { doctor: { type: 'string' }, when: { type: 'string' }, how: { oneOf: [{ type: 'null' }, { enum: ['x'] }] } },
        },
      },
      end: {},
    });
    const params = functions.book?.params as unknown as { properties: object };
    expect(Object.keys(params.properties)).toEqual(['doctor', 'when', 'how']);
  });
});
