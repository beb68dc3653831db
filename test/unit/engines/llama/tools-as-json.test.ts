import { describe, expect, test } from 'vitest';
import type { Message, Prompt } from '../../../../src/engines/language-model.ts';
import { readUnion, unionSchema, withToolsAsJson } from '../../../../src/engines/llama/tools-as-json.ts';

const says = (role: Message['role'], text: string): Message => ({ role, content: [{ type: 'text', text }] });
const tools: NonNullable<Prompt['tools']> = [
  {
    name: 'find_slots',
    description: 'Finds free times.',
    input: { type: 'object', properties: { doctor: { type: 'string' } }, required: ['doctor'] },
  },
];

/** Reads a text cut into pieces of this size. */
function read(text: string, size: number) {
  const reader = readUnion();
  let said = '';
  for (let at = 0; at < text.length; at += size) said += reader.add(text.slice(at, at + size));
  return { said, call: reader.call() };
}

describe('an answer that is either words or a call', () => {
  for (const size of [1, 2, 3, 5, 100]) {
    test(`gives the words as they come, in pieces of ${size}`, () => {
      const words = 'Dr. Rao says: "rest" \\ \n नमस्ते 🙂 {"say": "}"}';
      expect(read(`{"say": ${JSON.stringify(words)}}`, size)).toEqual({ said: words, call: undefined });
    });
    test(`gives a call when it is whole, in pieces of ${size}`, () => {
      const call = { name: 'find_slots', input: { doctor: 'Dr. "R" }' } };
      expect(read('{"tool": "find_slots", "input": {"doctor": "Dr. \\"R\\" }"}}', size)).toEqual({ said: '', call });
    });
    test(`gives a filled form without what is around it, in pieces of ${size}`, () => {
      expect(read('{"answer": {"days": 2, "list": [{}, {"a": "}"}]}}', size)).toEqual({
        said: '{"days": 2, "list": [{}, {"a": "}"}]}',
        call: undefined,
      });
    });
  }

  test('does not say half of a character that was written as an escape', () => {
    const reader = readUnion();
    expect(reader.add('{"say": "a\\')).toBe('a');
    expect(reader.add('u00e')).toBe('');
    expect(reader.add('9b')).toBe('éb');
  });

  test('calls nothing while the call is not whole', () => {
    expect(read('{"tool": "find_slots", "input": {"doctor": "Dr. R', 4).call).toBeUndefined();
  });
});

describe('a prompt for a model that was taught no tools', () => {
  test('explains them behind the first system text, and shows what was called as it would be written', () => {
    const prompt: Prompt = {
      messages: [
        says('system', 'You are the receptionist.'),
        says('system', 'The patient is Asha.'),
        says('user', 'Is Dr. Rao free?'),
        { role: 'assistant', content: [{ type: 'tool-call', id: 'c1', name: 'find_slots', input: { doctor: 'Dr. Rao' } }] },
        { role: 'tool', content: [{ type: 'tool-result', id: 'c1', output: { slots: ['10:00'] } }] },
        says('assistant', 'At ten.'),
        says('user', 'Thank you'),
      ],
      tools,
    };
    const { messages } = withToolsAsJson(prompt);
    const texts = messages.map(
      ({ role, content }) => `${role}: ${content.map((part) => (part.type === 'text' ? part.text : part.type)).join(' | ')}`,
    );
    expect(texts[0]).toMatch(/^system: You are the receptionist\. \| You can use these tools:\n- find_slots: Finds free times\./);
    expect(texts.slice(1)).toEqual([
      'system: The patient is Asha.',
      'user: Is Dr. Rao free?',
      'assistant: {"tool": "find_slots", "input": {"doctor": "Dr. Rao"}}',
      'user: {"result_of": "find_slots", "output": {"slots": ["10:00"]}}',
      'assistant: {"say": "At ten."}',
      'user: Thank you',
    ]);
  });

  test('has a schema of one choice to speak and one for each tool', () => {
    expect(unionSchema(tools, undefined)).toMatchObject({
      anyOf: [{ required: ['say'] }, { properties: { tool: { const: 'find_slots' } } }],
    });
    expect(unionSchema(tools, { type: 'object' })).toMatchObject({ anyOf: [{ required: ['answer'] }, {}] });
  });
});
