import { Icon } from '../icons.tsx';
import { useWords } from '../words/use-words.tsx';
import type { RedFlag } from './messages.ts';

/** Emergencies take the top of the screen, in the patient's language, and stay there. */
export function RedFlags({ flags, practice = false }: { readonly flags: readonly RedFlag[]; readonly practice?: boolean }) {
  const { say } = useWords();
  if (practice)
    return (
      <div className="notices" aria-live="polite">
        {flags.map((flag) => (
          <p key={flag.code} className="notice look">
            <span>
              {say('red-flag.practice')} <span lang={flag.language}>{flag.advice}</span>
            </span>
          </p>
        ))}
      </div>
    );
  return (
    <div className="red-flags" role="alert">
      {flags.map((flag) => (
        <div key={flag.code} className="red-flag" lang={flag.language}>
          <Icon name="alarm" />
          <div>
            <strong>{say(flag.severity === 'emergency' ? 'red-flag.emergency' : 'red-flag.urgent')}</strong>
            <p>{flag.advice}</p>
          </div>
        </div>
      ))}
    </div>
  );
}
