import { useCallback, useEffect, useState } from 'react';
import { type Bearer, failureOf, requestAs } from '../session/api.ts';
import { useWords } from '../words/use-words.tsx';
import { abilitiesOf, type Language, ownName, usable } from './language-abilities.ts';

export function useLanguages(bearer: Bearer): {
  languages: readonly Language[] | undefined;
  failed: string | undefined;
  again: () => void;
} {
  const { say } = useWords();
  const [languages, setLanguages] = useState<readonly Language[]>();
  const [failed, setFailed] = useState<string>();
  const again = useCallback(() => {
    setFailed(undefined);
    requestAs<{ items: Language[] }>(bearer, 'GET', '/api/v1/languages').then(
      ({ items }) => setLanguages(usable(items)),
      (error: unknown) => setFailed(failureOf(error)?.message ?? say('app.unreachable')),
    );
  }, [bearer, say]);
  useEffect(again, [again]);
  return { languages, failed, again };
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
