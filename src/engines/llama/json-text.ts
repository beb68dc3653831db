/** Reads JSON as it comes: knows where in it the writing is. */
export interface JsonText {
  add(text: string): void;
  /** Everything so far. */
  readonly text: string;
  /** True when one whole value was read. */
  readonly complete: boolean;
  readonly inString: boolean;
  /** The string that is being written, as it stands in the text (escapes unread); empty between strings. */
  readonly string: string;
}

export function jsonText(): JsonText {
  let text = '';
  let depth = 0;
  let inString = false;
  let escaped = false;
  let stringStart = 0;
  let complete = false;
  return {
    add(more) {
      for (const character of more) {
        text += character;
        if (complete) continue;
        if (inString) {
          if (escaped) escaped = false;
          else if (character === '\\') escaped = true;
          else if (character === '"') {
            inString = false;
            complete = depth === 0;
          }
        } else if (character === '"') {
          inString = true;
          stringStart = text.length;
        } else if (character === '{' || character === '[') depth++;
        else if (character === '}' || character === ']') complete = --depth === 0;
      }
    },
    get text() {
      return text;
    },
    get complete() {
      return complete;
    },
    get inString() {
      return inString;
    },
    get string() {
      return inString ? text.slice(stringStart) : '';
    },
  };
}

/** True when a text goes round in circles: small models do, and would to their last token. */
export function isLooping(text: string): boolean {
  return /(.{4,80}?)\1{3}$/su.test(text.slice(-400));
}

/** JSON on one line with a space after commas and colons: the spelling that grammars here write and most models have read. */
export function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`).join(', ')}}`;
}
