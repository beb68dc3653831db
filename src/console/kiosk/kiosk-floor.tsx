import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ApiError } from '../session/api.ts';
import { makeTalk } from '../talk/drive.ts';
import { LanguageChoice, useLanguages } from '../talk/language-choice.tsx';
import { TalkView } from '../talk/talk-view.tsx';
import { useWords } from '../words/use-words.tsx';
import { chooseLocale } from '../words/words.ts';
import { idleState } from './idle.ts';
import { type GuestLink, readKiosk, takeLink, writeKiosk } from './kiosk-record.ts';
import { endLinks } from './prepare.ts';
import { StaffDoor } from './staff-door.tsx';

const THANKS_MS = 6_000;

/** The kiosk as patients meet it. It holds a guest's link for one conversation at a time, and forgets it with the patient. */
export function KioskFloor({ onLeft }: { readonly onLeft: () => void }) {
  const { say } = useWords();
  const [link, setLink] = useState(takeNext);
  const [round, setRound] = useState(0);
  const next = useCallback(() => {
    setLink(takeNext());
    setRound((before) => before + 1);
  }, []);
  return (
    <>
      {link ? (
        <Patient key={round} link={link} onGone={next} />
      ) : (
        <div className="kiosk-empty">
          <h1>{say('kiosk.empty')}</h1>
          <p className="quiet">{say('kiosk.empty-why')}</p>
        </div>
      )}
      <StaffDoor
        onLeft={() => {
          if (link) void endLinks([link]);
          onLeft();
        }}
        onRefilled={() => link ?? next()}
      />
    </>
  );
}

/** Takes a link for good: after a reload the one before is left behind, and nobody reads its words. */
function takeNext(): GuestLink | undefined {
  const kept = readKiosk(localStorage);
  if (!kept) return undefined;
  const { link, record } = takeLink(kept, Date.now());
  writeKiosk(localStorage, record);
  return link;
}

function Patient({ link, onGone }: { readonly link: GuestLink; readonly onGone: () => void }) {
  const { say, change } = useWords();
  const bearer = useMemo(
    () => ({
      async token(fresh: boolean) {
        if (fresh) throw new ApiError(401, { message: '', error_code: 'AUTHENTICATION_ERROR' });
        return link.token;
      },
    }),
    [link],
  );
  const talk = useMemo(() => makeTalk(bearer, onGone), [bearer, onGone]);
  const { languages, failed } = useLanguages(bearer);
  const [chosen, setChosen] = useState<string>();
  const language = languages?.find(({ code }) => code === (chosen ?? document.documentElement.lang)) ?? languages?.[0];
  const [warnSeconds, setWarnSeconds] = useState<number>();
  const touchedAt = useRef(performance.now());

  const forget = useCallback(async () => {
    await talk.finish();
    talk.clear();
    onGone();
  }, [talk, onGone]);

  useEffect(() => {
    const touched = () => {
      touchedAt.current = performance.now();
      setWarnSeconds(undefined);
    };
    const kinds = ['pointerdown', 'keydown', 'touchstart', 'input'] as const;
    for (const kind of kinds) addEventListener(kind, touched);
    // Somebody who speaks, or is spoken to, is there.
    const leave = talk.subscribe(() => {
      const { conversation, hearing } = talk.state();
      if (conversation.someoneSpeaks || hearing.sounding) touchedAt.current = performance.now();
    });
    const clock = setInterval(() => {
      const { conversation, hearing } = talk.state();
      if (conversation.link === 'idle') return;
      const quietMs = performance.now() - touchedAt.current;
      if (conversation.link === 'ended') {
        if (conversation.redFlags.length === 0 && quietMs > THANKS_MS) onGone();
        else if (idleState(quietMs, { flagged: true, busy: false }).forget) onGone();
        return;
      }
      const busy = hearing.sounding || conversation.awaitsAnswer || conversation.someoneSpeaks;
      const idle = idleState(quietMs, { flagged: conversation.redFlags.length > 0, busy });
      setWarnSeconds(idle.warnSeconds);
      if (idle.forget) void forget();
    }, 500);
    return () => {
      for (const kind of kinds) removeEventListener(kind, touched);
      leave();
      clearInterval(clock);
    };
  }, [talk, forget, onGone]);
  useEffect(() => () => talk.clear(), [talk]);

  return (
    <>
      <TalkView
        talk={talk}
        canStart={language !== undefined}
        canHear={language?.hear !== null}
        pushToTalk={false}
        keepDraft={false}
        onStart={async (withMicrophone) => {
          if (!language) return;
          await talk.start({
            language: language.code,
            hears: language.hear !== null,
            pushToTalk: false,
            withMicrophone,
            open: async () => ({ consultation_id: link.consultationId, session_id: link.sessionId }),
          });
        }}
        onFinished={onGone}
        before={
          <>
            <h1 className="large">{say('kiosk.welcome')}</h1>
            <p>{say('kiosk.choose')}</p>
            {failed ? (
              <p className="notice look" role="alert">
                {failed}
              </p>
            ) : (
              <LanguageChoice
                languages={languages}
                value={language}
                onChange={(code) => {
                  setChosen(code);
                  change(chooseLocale([code]), false);
                }}
              />
            )}
            <p className="quiet">{say('talk.lead')}</p>
          </>
        }
        aside={null}
      />
      {warnSeconds !== undefined && (
        <div className="idle" role="alert">
          <p>{say('kiosk.idle', { seconds: warnSeconds })}</p>
          <Button className="button primary">{say('kiosk.still-here')}</Button>
        </div>
      )}
    </>
  );
}
