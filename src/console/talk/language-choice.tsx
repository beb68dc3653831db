import { useCallback, useEffect, useState } from 'react';
import { type Bearer, failureOf, requestAs } from '../session/api.ts';
import { useWords } from '../words/use-words.tsx';
import { abilitiesOf, type Language, ownName, usable } from './language-abilities.ts';

const AGAIN_MS = 5_000;
/** Ears that are not there after a minute are not being warmed up. */
const MOST_LOOKS = 12;

/** What the box can do, asked again while its engines are still warming up, and while it does not answer. */
export function useLanguages(bearer: Bearer): {
  languages: readonly Language[] | undefined;
  failed: string | undefined;
  again: () => void;
} {
  const { say } = useWords();
  const [languages, setLanguages] = useState<readonly Language[]>();
  const [failed, setFailed] = useState<string>();
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new look
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (looks: number) =>
      requestAs<{ items: Language[] }>(bearer, 'GET', '/api/v1/languages').then(
        ({ items }) => {
          if (left) return;
          setFailed(undefined);
          setLanguages(usable(items));
          const isWhole = items.length > 0 && items.every(({ hear }) => hear !== null);
          if (!isWhole && looks < MOST_LOOKS) timer = setTimeout(() => void look(looks + 1), AGAIN_MS);
        },
        (error: unknown) => {
          if (left) return;
          setFailed(failureOf(error)?.message ?? say('app.unreachable'));
          // A refusal stands; a box that is away comes back.
          if (failureOf(error) === undefined) timer = setTimeout(() => void look(0), AGAIN_MS);
        },
      );
    void look(0);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [bearer, say, round]);
  return { languages, failed, again: useCallback(() => setRound((before) => before + 1), []) };
}

/** The language of the conversation, and plainly what the box can and cannot do in it. */
export function LanguageChoice({
  languages,
  value,
  onChange,
}: {
  readonly languages: readonly Language[] | undefined;
  readonly value: Language | undefined;
  readonly onChange: (code: string) => void;
}) {
  const { say } = useWords();
  if (languages?.length === 0) return <p className="notice look">{say('talk.no-languages')}</p>;
  const { can, cannot } = value ? abilitiesOf(value) : { can: [], cannot: [] };
  return (
    <div className="language-choice">
      <label htmlFor="language">{say('talk.language')}</label>
      <select
        id="language"
        value={value?.code ?? ''}
        aria-describedby="abilities"
        disabled={!languages}
        onChange={(event) => onChange(event.target.value)}
      >
        {languages?.map(({ code }) => (
          <option key={code} value={code} lang={code}>
            {ownName(code)}
          </option>
        ))}
      </select>
      <ul id="abilities" className="abilities">
        {can.map((word) => (
          <li key={word}>{say(word)}</li>
        ))}
        {cannot.map((word) => (
          <li key={word} className="cannot">
            {say(word)}
          </li>
        ))}
      </ul>
    </div>
  );
}
