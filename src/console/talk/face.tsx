import { useEffect, useRef } from 'react';
import { useWords } from '../words/use-words.tsx';
import type { Talk } from './drive.ts';
import { mouthAt, towards } from './mouth.ts';

/** A friendly face whose mouth follows the sound. Drawn past React: sixty times a second is no matter of state. */
export function Face({ talk, sounding, listening }: { readonly talk: Talk; readonly sounding: boolean; readonly listening: boolean }) {
  const { say } = useWords();
  const mouth = useRef<SVGEllipseElement>(null);
  const face = useRef<SVGSVGElement>(null);

  useEffect(() => {
    if (!sounding) {
      draw(mouth.current, mouthAt([], 0, 0));
      return;
    }
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let shape = mouthAt([], 0, 0);
    let loudest = 0;
    let frame = 0;
    const step = () => {
      const level = talk.replyLevel();
      if (level > loudest) {
        loudest = level;
        // How loud this reply came out of the page, in thousandths: what a test, or a puzzled technician, looks at.
        face.current?.setAttribute('data-loudest', String(Math.round(loudest * 1000)));
      }
      if (!still) {
        shape = towards(shape, mouthAt(talk.visemes(), talk.replyPlayedMs(), level), 0.45);
        draw(mouth.current, shape);
      }
      frame = requestAnimationFrame(step);
    };
    step();
    return () => cancelAnimationFrame(frame);
  }, [talk, sounding]);

  return (
    <svg
      ref={face}
      className={`face${listening ? ' listening' : ''}${sounding ? ' speaking' : ''}`}
      viewBox="0 0 120 120"
      role="img"
      aria-label={say('mouth.label')}
    >
      <circle className="skin" cx="60" cy="60" r="54" />
      <path className="hair" d="M10 52C14 22 36 8 60 8s46 14 50 44c-16-3-30-12-38-22-12 14-38 22-62 22z" />
      <circle className="eye" cx="41" cy="60" r="5" />
      <circle className="eye" cx="79" cy="60" r="5" />
      <circle className="cheek" cx="30" cy="76" r="7" />
      <circle className="cheek" cx="90" cy="76" r="7" />
      <path className="smile" d="M44 84q16 8 32 0" />
      <ellipse ref={mouth} className="mouth" cx="60" cy="87" rx="12" ry="1" />
    </svg>
  );
}

function draw(mouth: SVGEllipseElement | null, { width, height }: { width: number; height: number }): void {
  mouth?.setAttribute('rx', (width * 19).toFixed(1));
  mouth?.setAttribute('ry', Math.max(1, height * 13).toFixed(1));
}
