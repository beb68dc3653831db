import '../style/talk.css';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Switch } from 'react-aria-components/Switch';
import { requestAs } from '../session/api.ts';
import type { Person } from '../session/staff-session.ts';
import { useSession } from '../session/use-session.tsx';
import { useWords } from '../words/use-words.tsx';
import { makeTalk, type Opened } from './drive.ts';
import { LanguageChoice, useLanguages } from './language-choice.tsx';
import { readOpen, readWhole, rememberOpen } from './open-conversation.ts';
import { mayInvite, modeFor } from './role.ts';
import { TalkView } from './talk-view.tsx';

const PhoneCaptions = lazy(() => import('./phone-captions.tsx'));

/** Talk: a conversation of the person who is signed in. */
export default function TalkPage({ person }: { readonly person: Person }) {
  const { say } = useWords();
  const { session } = useSession();
  // Without a sign-in there is the sign-in page; the conversation waits at the box, and is found again from here.
  const talk = useMemo(() => makeTalk(session, () => session.putAway()), [session]);
  const [open, setOpen] = useState(() => readOpen(sessionStorage, person.user_id));
  const [pushToTalk, setPushToTalk] = useState(false);
  const { languages, failed, again } = useLanguages(session);
  const [chosen, setChosen] = useState<string>();
  const language = languages?.find(({ code }) => code === (chosen ?? person.language)) ?? languages?.[0];
  const mode = modeFor(person.role);

  useEffect(() => () => talk.clear(), [talk]);
  useEffect(
    () =>
      talk.subscribe(() => {
        const { conversation } = talk.state();
        if (conversation.link !== 'idle') setOpen(rememberOpen(sessionStorage, person.user_id, conversation));
      }),
    [talk, person.user_id],
  );

  const start = (code: string, hears: boolean, withMicrophone: boolean, opening: () => Promise<Opened>) =>
    talk.start({ language: code, hears, pushToTalk, withMicrophone, open: opening });

  return (
    <main id="content">
      <TalkView
        talk={talk}
        canStart={language !== undefined}
        canHear={language?.hear !== null}
        pushToTalk={pushToTalk}
        keepDraft
        practice={mode === 'training'}
        onStart={async (withMicrophone) => {
          if (!language) return;
          const body = { consultation_type: 'voice', language: language.code, mode };
          await start(language.code, language.hear !== null, withMicrophone, () =>
            requestAs(session, 'POST', '/api/v1/consultation/create', body),
          );
        }}
        onFinished={() => talk.clear()}
        before={
          <>
            <h1>{say('talk.title')}</h1>
            <p className="quiet">{say(mode === 'training' ? 'talk.lead-practice' : 'talk.lead')}</p>
            {open && (
              <Button
                className="button"
                onPress={() => void start(open.language, open.hears, false, () => readWhole(session, open.consultationId))}
              >
                {say('talk.resume')}
              </Button>
            )}
            {failed ? (
              <p className="notice look" role="alert">
                <span>{failed}</span>
                <button type="button" className="button plain" onClick={again}>
                  {say('app.try-again')}
                </button>
              </p>
            ) : (
              <LanguageChoice languages={languages} value={language} onChange={setChosen} />
            )}
            <Switch className="switch" isSelected={pushToTalk} onChange={setPushToTalk}>
              <span className="track" />
              <span>
                {say('talk.push-to-talk')}
                <span className="quiet block">{say('talk.push-to-talk-why')}</span>
              </span>
            </Switch>
            {mayInvite(person.role) && (
              <p>
                <a className="link" href="/kiosk">
                  {say('kiosk.start')}
                </a>
              </p>
            )}
          </>
        }
        aside={
          mayInvite(person.role) && (
            <Suspense>
              <PhoneCaptions bearer={session} consultationId={() => talk.state().conversation.consultationId} />
            </Suspense>
          )
        }
      />
    </main>
  );
}
