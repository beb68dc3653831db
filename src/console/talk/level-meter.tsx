import { useEffect, useRef } from 'react';
import { meterShare } from '../sound/pcm.ts';
import { useWords } from '../words/use-words.tsx';
import type { Talk } from './drive.ts';

/** Proves that the microphone works: it moves when one speaks. Drawn past React, as the face is. */
export function LevelMeter({ talk, listening }: { readonly talk: Talk; readonly listening: boolean }) {
  const { say } = useWords();
  const meter = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const draw = (share: number) => {
      bar.current?.style.setProperty('transform', `scaleX(${share.toFixed(3)})`);
      meter.current?.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    };
    draw(0);
    if (!listening) return;
    let frame = 0;
    let shown = 0;
    let loudest = 0;
    const step = () => {
      const now = meterShare(talk.microphoneLevel());
      // Up at once, down slowly, as the eye wants it.
      shown = Math.max(now, shown * 0.9);
      draw(shown);
      if (now > loudest) {
        loudest = now;
        meter.current?.setAttribute('data-loudest', String(Math.round(loudest * 1000)));
      }
      frame = requestAnimationFrame(step);
    };
    step();
    return () => {
      cancelAnimationFrame(frame);
      draw(0);
    };
  }, [talk, listening]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> is drawn by the browser, each in its own way, and not as a level
    <div ref={meter} className="level" role="meter" aria-valuemin={0} aria-valuemax={100} aria-valuenow={0} aria-label={say('talk.level')}>
      <div ref={bar} />
    </div>
  );
}
