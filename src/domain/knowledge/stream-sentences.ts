import type { GenerationPart } from '../../engines/language-model.ts';
import { sentencesOf } from './sentences.ts';

/**
 * Whole sentences out of a model's deltas, each with the markers that stand behind it. A sentence is given once the next one has begun,
 * the last one when the model has ended, unless it was cut off in the middle. Whatever is no text (a tool that is called) is left out.
 */
export async function* wholeSentences(parts: AsyncIterable<GenerationPart>): AsyncGenerator<string> {
  let open = '';
  let cut = false;
  for await (const part of parts) {
    if (part.type === 'generation-end') cut = part.reason === 'length';
    if (part.type !== 'text-delta') continue;
    open = markersInside(open + part.text);
    const sentences = sentencesOf(open);
    // What has just begun may still be a marker of the sentence before it.
    if (sentences.length < 2 || /^\s*\[[^\]]{0,24}$/.test(open.slice(sentences.at(-2)?.end))) continue;
    for (const { text } of sentences.slice(0, -1)) yield text;
    open = open.slice(sentences.at(-1)?.start);
  }
  for (const { text } of sentencesOf(markersInside(open))) if (!cut || /[.!?।…]["'”’)]*$/u.test(text)) yield text;
}

/** `… once a day. [S1] Take …` has its marker behind the stop: it is brought before it, so that it stays with its sentence. */
function markersInside(text: string): string {
  return text.replace(/([.!?।]["'”’)]*)((?:\s*\[[^[\]\n]{1,24}\])+)(?=\s|$)/gu, (_, stop: string, markers: string) => `${markers}${stop}`);
}
