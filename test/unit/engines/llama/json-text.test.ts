import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLooping, jsonText, spacedJson } from '../../../../src/engines/llama/json-text.ts';

describe('JSON read as it comes', () => {
  test('is complete at its last character and not before, however it is cut', () => {
    fc.assert(
      fc.property(fc.oneof(fc.object(), fc.array(fc.jsonValue())), fc.integer({ min: 1, max: 7 }), (value, size) => {
        const text = spacedJson(JSON.parse(JSON.stringify(value)));
        const json = jsonText();
        for (let at = 0; at < text.length; at += size) {
          if (json.complete) return false;
          json.add(text.slice(at, at + size));
        }
        return json.complete && json.text === text;
      }),
    );
  });

  test('knows the string that is being written', () => {
    const json = jsonText();
    json.add('{"plan": "rest, \\"much');
    expect(json.inString).toBe(true);
    expect(json.string).toBe('rest, \\"much');
    json.add(' water\\""');
    expect(json.inString).toBe(false);
    expect(json.string).toBe('');
    expect(json.complete).toBe(false);
    json.add('}');
    expect(json.complete).toBe(true);
  });

  test('is written with a space after commas and colons, and nowhere within strings', () => {
    expect(spacedJson({ a: [1, null, true], 'b,c': 'x":y,z', d: {} })).toBe('{"a": [1, null, true], "b,c": "x\\":y,z", "d": {}}');
    fc.assert(fc.property(fc.jsonValue(), (value) => JSON.stringify(JSON.parse(spacedJson(value))) === JSON.stringify(value)));
  });
});

describe('a text that goes round in circles', () => {
  test.each([
    ['gggggggggggggggggggg', true],
    ['Take rest. Take rest. Take rest. Take rest. ', true],
    ['दवा लें। दवा लें। दवा लें। दवा लें। ', true],
    ['Take two tablets of paracetamol after meals, three times a day, for five days.', false],
    ['10:00, 10:30, 11:00, 11:30, 12:00', false],
    ['', false],
  ])('is noticed: %s', (text, looping) => {
    expect(isLooping(text)).toBe(looping);
  });
});
