import '../style/talk.css';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ApiError, request } from '../session/api.ts';
import { type Line, type StoredMessage, storedLine } from '../talk/conversation.ts';
import type { RedFlag } from '../talk/messages.ts';
import { RedFlags } from '../talk/red-flags.tsx';
import { useWords } from '../words/use-words.tsx';
import { chooseLocale } from '../words/words.ts';
import { consultationOf } from './guest-token.ts';
import { lookAfterMs } from './look.ts';

interface Whole {
  readonly status: string;
  readonly language: string;
  readonly messages: readonly StoredMessage[];
  readonly red_flags: readonly RedFlag[];
}

const SIZES = [1.5, 2, 2.75, 3.5];

/** A conversation to read along, for somebody who does not hear it: large letters, both sides, nothing else. */
export default function CaptionsPage() {
  const { say, change } = useWords();
  const [token] = useState(() => location.hash.slice(1));
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [flags, setFlags] = useState<readonly RedFlag[]>([]);
  const [state, setState] = useState<'live' | 'over' | 'unreachable'>('live');
  const [size, setSize] = useState(1);
  const end = useRef<HTMLDivElement>(null);
  const consultationId = consultationOf(token);

  useEffect(() => {
    if (consultationId === undefined) return;
    const path = `/api/v1/consultations/${encodeURIComponent(consultationId)}`;
    let timer: ReturnType<typeof setTimeout>;
    let left = false;
    let said = 0;
    let newAt = performance.now();
    const look = async () => {
      try {
        // A phone in a pocket reads nothing: each look is an entry in the patient's access log.
        if (document.visibilityState === 'visible') {
          const whole = await request<Whole>('GET', path, { token });
          if (left) return;
          if (whole.messages.length !== said) newAt = performance.now();
          said = whole.messages.length;
          change(chooseLocale([whole.language]), false);
          // Only what is new changes the page: a screen reader says each word once.
          setLines((before) =>
            before.length === whole.messages.length ? before : whole.messages.map((message) => storedLine(message, whole.language)),
          );
          setFlags((before) => (before.length === whole.red_flags.length ? before : whole.red_flags));
          if (whole.status === 'ended') return setState('over');
          setState('live');
        }
      } catch (error) {
        if (left) return;
        if (error instanceof ApiError && error.status !== 429 && error.status < 500) return setState('over');
        setState('unreachable');
      }
      if (!left) timer = setTimeout(() => void look(), lookAfterMs(performance.now() - newAt));
    };
    void look();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [token, consultationId, change]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is new is to be seen
  useEffect(() => void end.current?.scrollIntoView({ block: 'nearest' }), [lines, size]);

  const trouble = { live: undefined, over: 'captions.over', unreachable: 'app.unreachable' } as const;
  const notice = consultationId === undefined ? 'captions.no-link' : trouble[state];

  return (
    <main id="content" className={`captions-page size-${size}`}>
      <header>
        <h1>{say('captions.title')}</h1>
        {state === 'live' && consultationId !== undefined && <span className="live-mark">{say('captions.live')}</span>}
        <Button className="button" isDisabled={size === 0} onPress={() => setSize(size - 1)}>
          A− <span className="visually-hidden">{say('captions.smaller')}</span>
        </Button>
        <Button className="button" isDisabled={size === SIZES.length - 1} onPress={() => setSize(size + 1)}>
          A+ <span className="visually-hidden">{say('captions.bigger')}</span>
        </Button>
      </header>
      <RedFlags flags={flags} />
      {lines.length === 0 && state === 'live' && consultationId !== undefined && <p className="quiet large">{say('captions.waiting')}</p>}
      <div role="log" aria-live="polite">
        <ol>
          {lines.map((line) => (
            <li key={line.id} className={`line ${line.who}`}>
              <span className="speaker">{say(`talk.${line.who}`)}</span>
              <span className="words" lang={line.language}>
                {line.text}
              </span>
            </li>
          ))}
        </ol>
      </div>
      <div role="status">{notice && <p className="notice look">{say(notice)}</p>}</div>
      <div ref={end} />
    </main>
  );
}
