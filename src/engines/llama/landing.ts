import type { TokenBias } from 'node-llama-cpp';
import { isLooping, type JsonText } from './json-text.ts';

/**
 * Brings an answer under a grammar to a whole end before its tokens run out: from then on what closes a string, a list or an object is
 * preferred to all else, and the grammar does the rest. The same is done for one string when it goes round in circles.
 */
export interface Landing {
  /** What the sampler is to prefer for the next token. Asked once for each token. */
  bias(): TokenBias;
  /** True when the end came from here and not from the model. */
  readonly engaged: boolean;
}

export function makeLanding(options: {
  /** The answer so far. */
  readonly json: JsonText;
  /** How many tokens may be written freely. */
  readonly freeTokens: number;
  readonly free: TokenBias;
  /** Prefers what closes a string. */
  readonly closeString: TokenBias;
  /** Prefers what closes a list or an object. */
  readonly closeRest: TokenBias;
}): Landing {
  let written = 0;
  let engaged = false;
  return {
    bias() {
      written++;
      if (written > options.freeTokens) {
        engaged = true;
        return options.json.inString ? options.closeString : options.closeRest;
      }
      return options.json.inString && isLooping(options.json.string) ? options.closeString : options.free;
    },
    get engaged() {
      return engaged;
    },
  };
}

/** Pieces of JSON that close something. Those that are one token of a model are what its landing prefers, the longer ones more. */
export const stringClosers: readonly string[] = ['"', '"}', '"]', '"}}', '"}]', '"]}', '"]}}', '"}]}'];
export const restClosers: readonly string[] = ['"', '}', ']', '}}', ']}', '}]'];
