import { follow } from '../address.ts';
import { Icon } from '../icons.tsx';
import { WhereItStands } from './chunk-list.tsx';
import { markWords } from './marked.ts';
import { Marked } from './marked-text.tsx';
import type { Found, Searched } from './shapes.ts';
import { type Rankings, Why } from './why.tsx';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** What a search found, best first, each with why it came. */
export function Passages({ question, searched }: { readonly question: string; readonly searched: Searched }) {
  const { tell } = useKnowledgeWords();
  const { results, took_ms: tookMs, cache } = searched;
  const best = Math.max(...results.map(({ score }) => score));
  const rankings: Rankings = {
    byWords: results.some((each) => each.keyword_rank !== undefined),
    byMeaning: results.some((each) => each.vector_rank !== undefined),
  };
  return (
    <section aria-labelledby="passages">
      <div className="section-head">
        <h2 id="passages">{tell('search.passages')}</h2>
        <p className="quiet small">
          {tell(`search.cache.${cache}`)}, {tell('search.took', { ms: Math.max(1, Math.round(tookMs)) })}
        </p>
      </div>
      {results.length === 0 ? (
        <div className="empty">
          <Icon name="search" />
          <p>{tell('search.nothing')}</p>
          <p className="quiet">{tell('search.nothing-why')}</p>
        </div>
      ) : (
        <ol className="passages">
          {results.map((found) => (
            <Passage key={found.id} found={found} question={question} best={best} rankings={rankings} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Passage({
  found,
  question,
  best,
  rankings,
}: {
  readonly found: Found;
  readonly question: string;
  readonly best: number;
  readonly rankings: Rankings;
}) {
  const { tell } = useKnowledgeWords();
  const address = `/knowledge?view=search&document=${encodeURIComponent(found.document_id)}`;
  return (
    <li className="found">
      <div className="found-what">
        <h3>
          <b className="rank">{found.rank}</b>
          <a href={address} aria-description={tell('search.open')} onClick={(event) => follow(event, address)}>
            <bdi>{found.title}</bdi>
          </a>
        </h3>
        <WhereItStands page={found.page} />
        <p className="verbatim">
          <Marked pieces={markWords(found.excerpt, question)} />
        </p>
      </div>
      <Why found={found} best={best} rankings={rankings} />
    </li>
  );
}
