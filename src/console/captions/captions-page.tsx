import '../style/talk.css';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Line } from '../talk/conversation.ts';
import type { RedFlag } from '../talk/messages.ts';
import { RedFlags } from '../talk/red-flags.tsx';
import { useWords } from '../words/use-words.tsx';
import { chooseLocale } from '../words/words.ts';
import { consultationOf } from './guest-token.ts';
import { type Partial, readAlong } from './read-along.ts';

const SIZES = [1.5, 2, 2.75, 3.5];

/** A conversation to read along, for somebody who does not hear it: large letters, both sides, nothing else. */
export default function CaptionsPage() {
  const { say, change } = useWords();
  const [token] = useState(() => location.hash.slice(1));
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [flags, setFlags] = useState<readonly RedFlag[]>([]);
  const [state, setState] = useState<'live' | 'over' | 'unreachable'>('live');
  const [partial, setPartial] = useState<Partial | undefined>();
  const [size, setSize] = useState(1);
  const end = useRef<HTMLDivElement>(null);
  const consultationId = consultationOf(token);

  useEffect(() => {
    if (consultationId === undefined) return;
    const leaving = new AbortController();
    void readAlong({
      path: `/api/v1/consultations/${encodeURIComponent(consultationId)}`,
      token,
      signal: leaving.signal,
      onState: setState,
      onView({ language, lines, flags, partial }) {
        change(chooseLocale([language]), false);
        setLines(lines);
        setFlags(flags);
        setPartial(partial);
      },
    });
    return () => leaving.abort();
  }, [token, consultationId, change]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is new is to be seen
  useEffect(() => void end.current?.scrollIntoView({ block: 'nearest' }), [lines, partial, size]);

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
      {/* Words that may still change are for the eye: a screen reader waits for the final ones. */}
      {partial && (
        <p className={`line ${partial.who}`} aria-hidden="true">
          <span className="speaker">{say(`talk.${partial.who}`)}</span>
          <span className="words partial" lang={partial.language}>
            {partial.text}
          </span>
        </p>
      )}
      <div role="status">{notice && <p className="notice look">{say(notice)}</p>}</div>
      <div ref={end} />
    </main>
  );
}
