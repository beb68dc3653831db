import type { ChatHistoryItem, ChatModelFunctionCall, ChatModelFunctions, ChatModelResponse, LlamaTextJSON } from 'node-llama-cpp';
import { AppError } from '../../shared/errors.ts';
import type { Content, Message, Prompt } from '../language-model.ts';

/**
 * The conversation as node-llama-cpp's chat wrappers take it: a tool's call and its result are parts of the one answer that
 * goes on after them. `rawCall` gives the exact text of a call as the model wrote it, so that what was read stays as it was.
 */
export function historyOf(messages: readonly Message[], rawCall: (id: string) => LlamaTextJSON | undefined): ChatHistoryItem[] {
  const results = new Map(
    messages.flatMap(({ content }) => content).flatMap((part) => (part.type === 'tool-result' ? [[part.id, part.output]] : [])),
  );
  const history: ChatHistoryItem[] = [];
  let answer: ChatModelResponse | undefined;
  for (const message of messages) {
    if (message.role === 'tool') continue;
    if (message.role === 'assistant') {
      if (!answer) {
        answer = { type: 'model', response: [] };
        history.push(answer);
      }
      for (const part of message.content) {
        if (part.type === 'text') answer.response.push(part.text);
        else if (part.type === 'tool-call') answer.response.push(callOf(part, results.get(part.id), rawCall(part.id)));
      }
      continue;
    }
    answer = undefined;
    history.push({ type: message.role, text: textOf(message) });
  }
  return history;
}

function callOf(call: Extract<Content, { type: 'tool-call' }>, result: unknown, rawCall: LlamaTextJSON | undefined): ChatModelFunctionCall {
  return { type: 'functionCall', name: call.name, params: call.input, result: result ?? null, ...(rawCall ? { rawCall } : {}) };
}

function textOf(message: Message): string {
  if (message.content.some((part) => part.type === 'image'))
    throw new AppError('invalid', 'The language model of this box reads text only; it cannot look at pictures.', {
      reason: 'VALIDATION_ERROR',
    });
  return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

/** Tools as the chat wrappers take them. Only what the library's grammar knows of a schema is handed on. */
export function functionsOf(tools: NonNullable<Prompt['tools']>): ChatModelFunctions {
  return Object.fromEntries(
    tools.map(({ name, description, input }) => {
      const params = plainSchema(input as Record<string, unknown>);
      const takesNothing = params.type === 'object' && Object.keys((params.properties as object) ?? {}).length === 0;
      return [name, { ...(description ? { description } : {}), ...(takesNothing ? {} : { params }) }];
    }),
  ) as ChatModelFunctions;
}

const kept = ['type', 'enum', 'const', 'description', 'format', 'minLength', 'maxLength', 'minItems', 'maxItems', '$ref'];

function plainSchema(schema: Record<string, unknown>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const key of kept) if (schema[key] !== undefined) plain[key] = schema[key];
  if (plain.format !== undefined && !['date', 'time', 'date-time'].includes(plain.format as string)) delete plain.format;
  const choices = (schema.anyOf ?? schema.oneOf) as Record<string, unknown>[] | undefined;
  if (choices) plain.oneOf = choices.map(plainSchema);
  for (const key of ['properties', '$defs']) {
    const members = schema[key] as Record<string, Record<string, unknown>> | undefined;
    if (members) plain[key] = Object.fromEntries(Object.entries(members).map(([name, member]) => [name, plainSchema(member)]));
  }
  if (typeof schema.items === 'object') plain.items = plainSchema(schema.items as Record<string, unknown>);
  return plain;
}
