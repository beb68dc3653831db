import type { TokenBias } from 'node-llama-cpp';
import { describe, expect, test } from 'vitest';
import { jsonText } from '../../../../src/engines/llama/json-text.ts';
import { makeLanding } from '../../../../src/engines/llama/landing.ts';

const [free, closeString, closeRest] = ['free', 'string', 'rest'] as unknown as [TokenBias, TokenBias, TokenBias];

describe('the end of a form', () => {
  test('is brought about when the free tokens are used up: strings first, then all that is open', () => {
    const json = jsonText();
    const landing = makeLanding({ json, freeTokens: 2, free, closeString, closeRest });
    json.add('{"a": "x');
    expect([landing.bias(), landing.bias(), landing.engaged]).toEqual([free, free, false]);
    expect(landing.bias()).toBe(closeString);
    json.add('"');
    expect(landing.bias()).toBe(closeRest);
    expect(landing.engaged).toBe(true);
  });

  test('comes to one string alone when that goes round in circles', () => {
    const json = jsonText();
    const landing = makeLanding({ json, freeTokens: 100, free, closeString, closeRest });
    json.add('{"a": "rest. rest. rest. rest. rest. ');
    expect(landing.bias()).toBe(closeString);
    json.add('", "b": "');
    expect(landing.bias()).toBe(free);
    expect(landing.engaged).toBe(false);
  });
});
