import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { follow, useAddress } from './address.ts';
import { Icon } from './icons.tsx';
import { useUploads } from './knowledge/use-uploads.tsx';
import { places } from './places.ts';
import { useSession } from './session/use-session.tsx';
import { useWords } from './words/use-words.tsx';
import { type Locale, locales } from './words/words.ts';

/** What stands around every page of the staff: the rail of places, who is signed in, and the language of the page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { say } = useWords();
  const { session, person } = useSession();
  const { underWay } = useUploads();
  const here = useAddress().split('?')[0];
  const name = [person?.first_name, person?.last_name].filter(Boolean).join(' ') || person?.email;
  return (
    <div className={person ? 'shell' : 'shell signed-out'}>
      <a className="skip" href="#content">
        {say('app.skip')}
      </a>
      {person && (
        <nav className="rail" aria-label={say('app.places')}>
          {places.map(({ path, word, icon }) => (
            <a key={path} href={path} aria-current={here === path ? 'page' : undefined} onClick={(event) => follow(event, path)}>
              <Icon name={icon} />
              {say(word)}
              {path === '/knowledge' && underWay > 0 && (
                <span className="count" role="img" aria-label={say('place.under-way', { count: underWay })}>
                  {underWay}
                </span>
              )}
            </a>
          ))}
        </nav>
      )}
      <header className="top">
        <span className="brand">{person?.hospital_name ?? say('app.name')}</span>
        <LocaleSwitch />
        {person && (
          <>
            <span className="who">{name}</span>
            <Button className="button plain" onPress={() => void session.signOut()} aria-label={say('app.sign-out')}>
              <Icon name="leave" />
              <span className="wide-only">{say('app.sign-out')}</span>
            </Button>
          </>
        )}
      </header>
      {children}
    </div>
  );
}

export function LocaleSwitch({ remember = true }: { readonly remember?: boolean }) {
  const { say, locale, change } = useWords();
  return (
    <select
      className="locale"
      aria-label={say('app.language')}
      value={locale}
      onChange={(event) => change(event.target.value as Locale, remember)}
    >
      {locales.map((each) => (
        <option key={each.locale} value={each.locale} lang={each.locale}>
          {each.name}
        </option>
      ))}
    </select>
  );
}
