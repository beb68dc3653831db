/**
 * Remembers questions by what they mean, so that one put in other words finds the answer of the first. Off unless a box switches it
 * on: a near miss gets another question's answer. What makes two questions different although they sound alike (a number, a
 * negation, a name that stands in one of them only) keeps them apart whatever their vectors say.
 */
export interface NearQuestions<V> {
  find(group: string, words: string, vector: Float32Array): V | undefined;
  keep(group: string, words: string, vector: Float32Array, value: V): void;
}

interface Kept<V> {
  readonly group: string;
  readonly marks: string;
  readonly vector: Float32Array;
  readonly value: V;
}

/** Measured on the pairs in test/fixtures/knowledge/near-questions.json. */
export const SAME = 0.92;

export function makeNearQuestions<V>(limit: number, alike = SAME): NearQuestions<V> {
  let kept: Kept<V>[] = [];
  return {
    find(group, words, vector) {
      const marks = marksOf(words);
      let best: Kept<V> | undefined;
      let nearest = alike;
      for (const one of kept) {
        if (one.group !== group || one.marks !== marks) continue;
        const near = dot(one.vector, vector);
        if (near < nearest) continue;
        nearest = near;
        best = one;
      }
      return best?.value;
    },
    keep(group, words, vector, value) {
      kept = [...kept.slice(-(limit - 1)), { group, marks: marksOf(words), vector, value }];
    },
  };
}

/** Pure: what must be the same in two questions that are one. */
export function marksOf(words: string): string {
  const lower = words.normalize('NFKC').toLowerCase();
  const numbers = lower.match(/\d+(?:[.,:/]\d+)*/g) ?? [];
  const turns = lower.match(turning) ?? [];
  const names = lower.match(/(?<![\p{L}\p{M}'’])[b-hj-z](?![\p{L}\p{M}])/gu) ?? []; // hepatitis B is not hepatitis C
  return [...numbers, ...turns, ...names].sort().join(' ');
}

/** Words that turn a question round. */
const turning =
  /(?<![\p{L}\p{M}])(?:not?|never|without|before|after|stop|start|avoid|less|more|low|high|under|over|hot|cold|child(?:ren)?|kids?|bab(?:y|ies)|infants?|adults?|pregnan(?:t|cy)|elderly|men|women|male|female|left|right|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|(?:mon|tues|wednes|thurs|fri|satur|sun)day|नहीं|मत|बिना|पहले|बाद|कम|ज़्यादा|ज्यादा|बच्चे|बच्चों|गर्भवती|nahin?|mat|bina|pehle|baad|kam|zyada|bacch?[eo]n?|garbhvati)(?![\p{L}\p{M}])/gu;

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
