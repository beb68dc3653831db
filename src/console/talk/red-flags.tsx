import { Icon } from '../icons.tsx';
import { useWords } from '../words/use-words.tsx';
import type { RedFlag } from './messages.ts';

/** Emergencies take the top of the screen, in the patient's language, and stay there. */
export function RedFlags({ flags }: { readonly flags: readonly RedFlag[] }) {
  const { say } = useWords();
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
