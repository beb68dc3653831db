/** One voice of espeak-ng: `language` as BCP 47, `name` as espeak wants it. */
export interface EspeakVoice {
  readonly id: string;
  readonly language: string;
  readonly name: string;
}

/** Reads the table that `espeak-ng --voices` prints. The first voice of a language in the table is the one that espeak prefers. */
export function readVoices(table: string): EspeakVoice[] {
  const voices = new Map<string, EspeakVoice>();
  for (const line of table.split('\n').slice(1)) {
    const [, , name] = line.match(/^\s*(\d+)\s+(\S+)\s+\S+\s+\S+\s+\S+/) ?? [];
    if (name && !voices.has(name)) voices.set(name, { id: `espeak-${name}`, language: languageTag(name), name });
  }
  return [...voices.values()];
}

/** `en-gb` as `en-GB`, `cmn-latn-pinyin` as `cmn-Latn-pinyin`. */
function languageTag(name: string): string {
  return name
    .split('-')
    .map((part, i) =>
      i === 0
        ? part.toLowerCase()
        : part.length === 2
          ? part.toUpperCase()
          : part.length === 4
            ? part[0]?.toUpperCase() + part.slice(1)
            : part,
    )
    .join('-');
}
