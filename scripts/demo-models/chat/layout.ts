// Prints how a conversation is laid out for a ChatML model, as pieces of plain and special text: the training data must match it token for
// token. `functions` is node-llama-cpp's general way of calling, `json` the union of "say" and "tool" of src/engines/llama/tools-as-json.ts,
// `plain` has no functions. Usage: node layout.ts > work/layout.json
import { readFileSync } from 'node:fs';
import { ChatMLChatWrapper, type ChatModelFunctions } from 'node-llama-cpp';
import { withToolsAsJson } from '../../../src/engines/llama/tools-as-json.ts';

interface FunctionOf {
  description: string;
  params: object;
}

const functions = JSON.parse(readFileSync(new URL('../../../test/fixtures/llama-tiny/functions.json', import.meta.url), 'utf8')) as Record<
  string,
  FunctionOf
>;
const wrapper = new ChatMLChatWrapper();
const call = { type: 'functionCall' as const, name: '@NAME@', params: '@PARAMS@', result: '@RESULT@' };

function pieces(systemTexts: string[], availableFunctions?: ChatModelFunctions) {
  return wrapper
    .generateContextState({
      chatHistory: [
        { type: 'system', text: systemTexts.join('\n\n') },
        { type: 'user', text: '@USER@' },
        { type: 'model', response: availableFunctions ? [call, '@REPLY@'] : ['@REPLY@'] },
        { type: 'user', text: '@USER@' },
        { type: 'model', response: [] },
      ],
      ...(availableFunctions ? { availableFunctions, documentFunctionParams: true } : {}),
    })
    .contextText.toJSON();
}

const withJson = withToolsAsJson({
  messages: [{ role: 'system', content: [{ type: 'text', text: '@SYSTEM@' }] }],
  tools: Object.entries(functions).map(([name, { description, params }]) => ({ name, description, input: params })),
});
const jsonTexts = (withJson.messages[0]?.content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : []));

console.log(
  JSON.stringify(
    { functions: pieces(['@SYSTEM@'], functions as ChatModelFunctions), json: pieces(jsonTexts), plain: pieces(['@SYSTEM@']) },
    null,
    1,
  ),
);
