import { Icon, type IconName } from '../icons.tsx';
import { lengthOfPlace, lengthOfScore } from './lengths.ts';
import type { Found } from './shapes.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** Which rankings had a part in a search: one that nobody looked in explains nothing. */
export interface Rankings {
  readonly byWords: boolean;
  readonly byMeaning: boolean;
}

/** Why a passage came, as a picture: its place in each ranking, and what they make together. */
export function Why({ found, best, rankings }: { readonly found: Found; readonly best: number; readonly rankings: Rankings }) {
  const { tell } = useKnowledgeWords();
  const { keyword_rank: byWords, vector_rank: byMeaning, score } = found;
  const joint = lengthOfScore(score, best);
  return (
    <ul className="why" aria-label={tell('why.title')}>
      {rankings.byWords && (
        <Row icon="letters" name="words" label={tell('why.words')} length={lengthOfPlace(byWords)}>
          {byWords === undefined ? tell('why.not-by-words') : tell('why.place', { n: byWords })}
        </Row>
      )}
      {rankings.byMeaning && (
        <Row icon="meaning" name="meaning" label={tell('why.meaning')} length={lengthOfPlace(byMeaning)}>
          {byMeaning === undefined ? tell('why.not-by-meaning') : tell('why.place', { n: byMeaning })}
        </Row>
      )}
      {rankings.byWords && rankings.byMeaning && (
        <Row icon="joint" name="joint" label={tell('why.joint')} length={joint}>
          {score === best ? tell('why.best') : tell('why.of-best', { n: Math.round(joint * 100) })}
        </Row>
      )}
    </ul>
  );
}

function Row({
  icon,
  name,
  label,
  length,
  children,
}: {
  readonly icon: IconName;
  readonly name: string;
  readonly label: string;
  readonly length: number;
  readonly children: string;
}) {
  return (
    <li>
      <Icon name={icon} />
      <span>{label}</span>
      <Bar name={name} length={length} />
      <span className="quiet small">{children}</span>
    </li>
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
