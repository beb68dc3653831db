import { useEffect, useRef } from 'react';
import { useWords } from '../words/use-words.tsx';
import type { Conversation, Line } from './conversation.ts';
import { SourceChips } from './source-chips.tsx';

/** What was said, large, each line in its speaker's own script; what is still being heard stands in a lighter tone. */
export function Captions({ conversation }: { readonly conversation: Conversation }) {
  const { say } = useWords();
  const end = useRef<HTMLDivElement>(null);
  const { lines, partial, awaitsAnswer } = conversation;
  const last = lines.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is new is to be seen
  useEffect(() => void end.current?.scrollIntoView({ block: 'nearest' }), [lines.length, last?.text, partial?.text, awaitsAnswer]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be scrolled by keys only where it takes the focus
    <section className="captions" aria-label={say('talk.conversation')} tabIndex={0}>
      {lines.length === 0 && !partial && !awaitsAnswer && (
        <div className="welcome">
          <p className="large">{say('talk.welcome')}</p>
          <p className="quiet">{say('talk.welcome-why')}</p>
        </div>
      )}
      <div role="log" aria-live="polite" aria-relevant="additions text">
        <ol>
          {lines.map((line) => (
            <SpokenLine key={line.id} line={line} />
          ))}
        </ol>
      </div>
      {partial && (
        <p className="line patient partial" lang={partial.language}>
          {partial.text}
          <span className="visually-hidden">{say('talk.still-hearing')}</span>
        </p>
      )}
      {awaitsAnswer && !partial && (
        <p className="line assistant thinking" role="status">
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {say('talk.thinking')}
        </p>
      )}
      <div ref={end} />
    </section>
  );
}

function SpokenLine({ line }: { readonly line: Line }) {
  const { say } = useWords();
  const who = { patient: 'talk.patient', assistant: 'talk.assistant', staff: 'talk.staff' } as const;
  return (
    <li className={`line ${line.who}`} aria-busy={!line.final}>
      <span className="speaker">{say(who[line.who])}</span>
      <span className="words" lang={line.language}>
        {line.text}
      </span>
      {line.interrupted && <span className="note"> — {say('talk.interrupted')}</span>}
      {line.demonstration && (
        <span className="badge" title={say('talk.demonstration-why')}>
          {say('talk.demonstration')}
        </span>
      )}
      {line.answeredInMs !== undefined && (
        <span className="note">{say('talk.answered-in', { seconds: Math.max(0.1, line.answeredInMs / 1000) })}</span>
      )}
      <SourceChips sources={line.sources} />
    </li>
  );
}
