import { useEffect, useRef } from 'react';
import { meterShare } from '../sound/pcm.ts';
import { useWords } from '../words/use-words.tsx';
import type { Talk } from './drive.ts';

/** Proves that the microphone works: it moves when one speaks. */
export function LevelMeter({ talk, listening }: { readonly talk: Talk; readonly listening: boolean }) {
  const { say } = useWords();
  const bar = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    if (!listening) {
      if (bar.current) bar.current.value = 0;
      return;
    }
    let frame = 0;
    let shown = 0;
    let loudest = 0;
    const step = () => {
      const now = meterShare(talk.microphoneLevel());
      // Up at once, down slowly, as the eye wants it.
      shown = Math.max(now, shown * 0.9);
      if (bar.current) {
        bar.current.value = shown;
        if (now > loudest) {
          loudest = now;
          bar.current.setAttribute('data-loudest', String(Math.round(loudest * 1000)));
        }
      }
      frame = requestAnimationFrame(step);
    };
    step();
    return () => cancelAnimationFrame(frame);
  }, [talk, listening]);
  return <meter ref={bar} className="level" min={0} max={1} value={0} aria-label={say('talk.level')} />;
}
