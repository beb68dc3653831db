import type { Content, Message, Prompt } from '../language-model.ts';
import { jsonText, spacedJson } from './json-text.ts';

/**
 * Tools for models that were not taught any: each answer is one JSON object under a grammar, either something to say or one call of a
 * tool. This file has the object's schema, the words that explain it to the model, and the reader that takes it apart as it comes.
 */
type Tools = NonNullable<Prompt['tools']>;

export function unionSchema(tools: Tools, answerSchema: object | undefined): object {
  const speak = answerSchema
    ? { type: 'object', properties: { answer: answerSchema }, required: ['answer'] }
    : { type: 'object', properties: { say: { type: 'string', minLength: 1 } }, required: ['say'] };
  const calls = tools.map(({ name, input }) => ({
    type: 'object',
    properties: { tool: { const: name }, input },
    required: ['tool', 'input'],
  }));
  // References inside a schema are looked up from its root, so definitions have to be there.
  const $defs = Object.assign(
    {},
    ...[answerSchema, ...tools.map((tool) => tool.input)].map((schema) => (schema as { $defs?: object })?.$defs),
  );
  return { anyOf: [speak, ...calls], $defs };
}

/** The prompt as such a model sees it: tools in the system text, earlier calls and results as the JSON they were. */
export function withToolsAsJson(prompt: Prompt): Prompt {
  const { tools = [], answerSchema } = prompt;
  const lines = tools.map(
    ({ name, description, input }) => `- ${name}: ${description} Its input, as JSON Schema: ${JSON.stringify(input)}`,
  );
  const speak = answerSchema ? '{"answer": …} to answer' : '{"say": "…"} to speak to the person';
  const explained = `You can use these tools:\n${lines.join('\n')}\n\nWrite one JSON object: ${speak}, or {"tool": "…", "input": {…}} to use a tool and see its result.`;

  const names = new Map<string, string>();
  const messages = prompt.messages.flatMap((message): Message[] => {
    if (message.role === 'system' || message.role === 'user') return [message];
    return message.content.flatMap((content): Message[] => {
      if (content.type === 'tool-call') {
        names.set(content.id, content.name);
        return [said('assistant', { tool: content.name, input: content.input })];
      }
      if (content.type === 'tool-result') return [said('user', { result_of: names.get(content.id) ?? '', output: content.output })];
      if (content.type === 'text') return answerSchema ? [one('assistant', content.text)] : [said('assistant', { say: content.text })];
      return [];
    });
  });
  const [first, ...rest] = messages;
  if (first?.role === 'system')
    return { ...prompt, messages: [{ role: 'system', content: [...first.content, { type: 'text', text: explained }] }, ...rest] };
  return { ...prompt, messages: [{ role: 'system', content: [{ type: 'text', text: explained }] }, ...messages] };
}

function said(role: 'assistant' | 'user', value: object): Message {
  return one(role, spacedJson(value));
}

function one(role: 'assistant' | 'user', text: string): Message {
  return { role, content: [{ type: 'text', text } satisfies Content] };
}

export interface UnionReader {
  /** What of the new text is to be said aloud. */
  add(text: string): string;
  /** The tool call, once the object is whole and is one. */
  call(): { name: string; input: unknown } | undefined;
}

export function readUnion(): UnionReader {
  const json = jsonText();
  let given = 0;

  /** The words of `say` that have arrived whole: an escape that is cut in two waits for its other half. */
  function spoken(): string {
    const start = /^\{"say": "/.exec(json.text);
    if (!start) return '';
    const body = /^(?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*/su.exec(json.text.slice(start[0].length));
    return JSON.parse(`"${body?.[0] ?? ''}"`) as string;
  }
  function answered(): string {
    const start = /^\{"answer": /.exec(json.text);
    if (!start) return '';
    return json.text.slice(start[0].length, json.complete ? json.text.lastIndexOf('}') : undefined);
  }

  return {
    add(text) {
      json.add(text);
      const all = spoken() || answered();
      // While the object is open, its own closing brace may be the last thing seen of an answer.
      const safe = json.complete || !all.endsWith('}') || all === spoken() ? all.length : all.length - 1;
      const fresh = all.slice(given, safe);
      given = Math.max(given, safe);
      return fresh;
    },
    call() {
      if (!json.complete) return undefined;
      const value = JSON.parse(json.text) as { tool?: string; input?: unknown };
      return value.tool === undefined ? undefined : { name: value.tool, input: value.input };
    },
  };
}
