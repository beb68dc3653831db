import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Popover } from 'react-aria-components/Popover';
import { useWords } from '../words/use-words.tsx';
import { WhereItStands } from './chunk-list.tsx';
import { citationFor, markersIn } from './citations.ts';
import { markQuote } from './marked.ts';
import { Marked } from './marked-text.tsx';
import type { Answered, Citation, Source } from './shapes.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** A question to the box and how far its answer is. */
export interface Asked {
  readonly at: 'nothing' | 'working' | 'writing' | 'done' | 'failed';
  readonly question: string;
  /** What came so far. */
  readonly text: string;
  readonly sources: readonly Source[];
  readonly answered?: Answered;
  /** Of a failure; without one the line broke in the middle. */
  readonly why?: string | undefined;
}
export const nothingAsked: Asked = { at: 'nothing', question: '', text: '', sources: [] };

const made = ['sources', 'model', 'rules'] as const;

/** What a patient would be told, with its markers as chips that show the words they rest on; or honestly nothing. */
export function AnswerView({ asked }: { readonly asked: Asked }) {
  const { tell } = useKnowledgeWords();
  const { at, question, text, answered, why } = asked;
  const by = made.find((each) => each === answered?.answered_by);
  return (
    <section
      className={answered?.abstained || at === 'failed' ? 'answer abstained' : 'answer'}
      aria-labelledby="answer-title"
      aria-busy={at === 'working' || at === 'writing'}
    >
      <h2 id="answer-title">{answered?.abstained ? tell('answer.abstained') : tell('answer.title')}</h2>
      <p className="quiet">
        <bdi>{question}</bdi>
      </p>
      {/* Said when it is whole: a screen reader would stumble over every word that comes. */}
      <div aria-live="polite">
        {at === 'working' && <p className="quiet">{tell('answer.working')}</p>}
        {at === 'writing' && <p className="visually-hidden">{tell('answer.writing')}</p>}
        {answered && <AnswerText answered={answered} />}
      </div>
      {at === 'writing' && (
        <p className="answer-text" aria-hidden="true">
          {text}
        </p>
      )}
      {at === 'failed' && (
        <p className="notice look" role="alert">
          {why ?? tell('answer.stopped')}
        </p>
      )}
      {answered && !answered.abstained && (
        <>
          <UsedSources answered={answered} />
          <p className="quiet small">{by && tell(`answer.${by}`)}</p>
        </>
      )}
      {answered?.demonstration && <p className="badge">{tell('answer.demonstration')}</p>}
    </section>
  );
}

function AnswerText({ answered }: { readonly answered: Answered }) {
  const { answer, sources, citations } = answered;
  return (
    <p className="answer-text">
      {markersIn(answer, sources.length).map((part) =>
        part.n === undefined ? (
          part.text
        ) : (
          <SourceChip
            key={part.at}
            n={part.n}
            source={sources[part.n - 1] as Source}
            citation={citationFor(citations, sources[part.n - 1] as Source, part.at)}
            isSmall
          />
        ),
      )}
    </p>
  );
}

function UsedSources({ answered: { answer, sources, citations } }: { readonly answered: Answered }) {
  const used = [...new Set(markersIn(answer, sources.length).flatMap(({ n }) => n ?? []))].sort((a, b) => a - b);
  return (
    <ul className="used-sources">
      {used.map((n) => {
        const source = sources[n - 1] as Source;
        return (
          <li key={n}>
            <SourceChip n={n} source={source} citation={citationFor(citations, source, 0)} />
          </li>
        );
      })}
    </ul>
  );
}

function SourceChip({
  n,
  source,
  citation,
  isSmall = false,
}: {
  readonly n: number;
  readonly source: Source;
  readonly citation: Citation | undefined;
  readonly isSmall?: boolean;
}) {
  const { say } = useWords();
  const { tell } = useKnowledgeWords();
  const quote = citation?.quote ?? source.quote;
  const inPlace = quote === undefined ? undefined : markQuote(source.excerpt, quote);
  return (
    <DialogTrigger>
      <Button className={isSmall ? 'cite' : 'chip'} {...(isSmall ? { 'aria-label': tell('answer.chip', { n, title: source.title }) } : {})}>
        {isSmall ? n : <b>{n}</b>}
        {!isSmall && <span>{source.title}</span>}
      </Button>
      <Popover className="passage" placement="bottom start">
        <Dialog>
          {({ close }) => (
            <>
              <Heading slot="title">
                <bdi>{source.title}</bdi>
              </Heading>
              <WhereItStands page={source.page} />
              {quote !== undefined && !inPlace && (
                <>
                  <p className="quiet small">{tell('answer.quote')}</p>
                  <blockquote>{quote}</blockquote>
                </>
              )}
              <p className="quiet small">{tell('answer.passage')}</p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
              <blockquote className="verbatim" tabIndex={0}>
                {inPlace ? <Marked pieces={inPlace} /> : source.excerpt}
              </blockquote>
              {source.gloss && <p className="quiet">{source.gloss}</p>}
              <Button className="button" onPress={close}>
                {say('app.close')}
              </Button>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
