import { Icon } from '../icons.tsx';
import { lengthOfPlace, lengthOfScore } from './lengths.ts';
import type { Found } from './shapes.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** Why a passage came, as a picture: its place in each of the two rankings, and what they make together. */
export function Why({ found, best }: { readonly found: Found; readonly best: number }) {
  const { tell } = useKnowledgeWords();
  const { keyword_rank: byWords, vector_rank: byMeaning, score } = found;
  const joint = lengthOfScore(score, best);
  return (
    <ul className="why" aria-label={tell('why.title')}>
      <li>
        <Icon name="letters" />
        <span>{tell('why.words')}</span>
        <Bar name="words" length={lengthOfPlace(byWords)} />
        <span className="quiet small">{byWords === undefined ? tell('why.not-by-words') : tell('why.place', { n: byWords })}</span>
      </li>
      <li>
        <Icon name="meaning" />
        <span>{tell('why.meaning')}</span>
        <Bar name="meaning" length={lengthOfPlace(byMeaning)} />
        <span className="quiet small">{byMeaning === undefined ? tell('why.not-by-meaning') : tell('why.place', { n: byMeaning })}</span>
      </li>
      <li>
        <Icon name="joint" />
        <span>{tell('why.joint')}</span>
        <Bar name="joint" length={joint} />
        <span className="quiet small">{score === best ? tell('why.best') : tell('why.of-best', { n: Math.round(joint * 100) })}</span>
      </li>
    </ul>
  );
}

function Bar({ name, length }: { readonly name: string; readonly length: number }) {
  return (
    <svg className={`bar ${name}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="whole" width="100" height="8" rx="2" />
      {length > 0 && <rect className="part" width={Math.max(3, length * 100)} height="8" rx="2" />}
    </svg>
  );
}
