import { type FormEvent, useId, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../icons.tsx';
import { AnswerView, type Asked, nothingAsked } from './answer-view.tsx';
import { askQuestion, BrokenAnswer } from './ask-question.ts';
import { Choice } from './document-list.tsx';
import { distinct } from './labels.ts';
import { Passages } from './passages.tsx';
import type { KnowledgeDocument, Searched } from './shapes.ts';
import { useAsk } from './use-ask.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

const modes = ['hybrid', 'keyword', 'vector'] as const;
/** Twice what an answer reads, so that one sees what just missed it. */
const PASSAGES = 10;

type Search =
  | { readonly at: 'idle' | 'working' }
  | { readonly at: 'found'; readonly question: string; readonly searched: Searched }
  | { readonly at: 'failed'; readonly why: string };

/** A question, what the box finds for it and why, and what it would answer. */
export function SearchView({ documents }: { readonly documents: readonly KnowledgeDocument[] }) {
  const { tell, languageName } = useKnowledgeWords();
  const { bearer, ask, why } = useAsk();
  const [question, setQuestion] = useState('');
  const [mode, setMode] = useState<(typeof modes)[number]>('hybrid');
  const [language, setLanguage] = useState('');
  const [tag, setTag] = useState('');
  const [search, setSearch] = useState<Search>({ at: 'idle' });
  const [asked, setAsked] = useState<Asked>(nothingAsked);
  /** Only the last question of each kind counts, however late an earlier one is answered. */
  const lastSearch = useRef(0);
  const answering = useRef<AbortController>(undefined);
  const id = useId();
  const words = question.trim();

  async function look(event: FormEvent) {
    event.preventDefault();
    if (!words) return;
    const mine = ++lastSearch.current;
    setSearch({ at: 'working' });
    const query = new URLSearchParams({ q: words, k: String(PASSAGES), mode });
    if (language) query.set('language', language);
    if (tag) query.set('tag', tag);
    const next = await ask<Searched>('GET', `/api/v1/rag/search?${query}`).then(
      (searched): Search => ({ at: 'found', question: words, searched }),
      (error: unknown): Search => ({ at: 'failed', why: why(error) }),
    );
    if (mine === lastSearch.current) setSearch(next);
  }

  async function answer() {
    if (!words) return;
    answering.current?.abort();
    const mine = new AbortController();
    answering.current = mine;
    const show = (change: (before: Asked) => Asked) => {
      if (!mine.signal.aborted) setAsked(change);
    };
    show(() => ({ ...nothingAsked, at: 'working', question: words }));
    try {
      for await (const part of askQuestion(bearer, { question: words }, mine.signal)) {
        if (part.type === 'sources') show((before) => ({ ...before, sources: part.sources }));
        else if (part.type === 'delta') show((before) => ({ ...before, at: 'writing', text: before.text + part.text }));
        else show((before) => ({ ...before, at: 'done', answered: part.answered }));
      }
    } catch (error) {
      show((before) => ({ ...before, at: 'failed', why: error instanceof BrokenAnswer ? undefined : why(error) }));
    }
  }

  return (
    <>
      <search>
        <form className="search-form" onSubmit={look}>
          <label htmlFor={`${id}-question`}>{tell('search.question')}</label>
          <input
            id={`${id}-question`}
            type="search"
            maxLength={1_000}
            autoComplete="off"
            placeholder={tell('search.example')}
            value={question}
            onChange={(event) => setQuestion(event.target.value)}
          />
          <div className="search-how">
            <fieldset className="modes">
              <legend>{tell('search.mode')}</legend>
              {modes.map((each) => (
                <label key={each}>
                  <input type="radio" name={`${id}-mode`} value={each} checked={mode === each} onChange={() => setMode(each)} />
                  <span>
                    <Icon name={each === 'hybrid' ? 'joint' : each === 'keyword' ? 'letters' : 'meaning'} />
                    {tell(`search.${each}`)}
                  </span>
                </label>
              ))}
            </fieldset>
            <Choice id={`${id}-language`} label={tell('list.language')} value={language} onChange={setLanguage} all={tell('list.all')}>
              {distinct(documents.map((each) => each.language ?? '')).map((code) => [code, languageName(code)])}
            </Choice>
            <Choice id={`${id}-tag`} label={tell('list.tag')} value={tag} onChange={setTag} all={tell('list.all')}>
              {distinct(documents.flatMap(({ tags }) => tags)).map((each) => [each, each])}
            </Choice>
            <div className="search-buttons">
              <Button type="submit" className="button primary" isDisabled={words === ''}>
                <Icon name="search" />
                {tell('search.search')}
              </Button>
              <Button className="button" isDisabled={words === ''} onPress={() => void answer()}>
                <Icon name="talk" />
                {tell('search.ask')}
              </Button>
            </div>
          </div>
        </form>
      </search>
      {search.at === 'idle' && asked.at === 'nothing' && (
        <div className="empty">
          <Icon name="search" />
          <p>{tell('search.start')}</p>
          <p className="quiet">{tell('search.start-why')}</p>
        </div>
      )}
      <div className="search-results">
        {asked.at !== 'nothing' && <AnswerView asked={asked} />}
        <div role="status" className={search.at === 'working' ? 'quiet' : 'visually-hidden'}>
          {search.at === 'working' && tell('search.working')}
          {search.at === 'found' &&
            (search.searched.results.length === 0
              ? tell('search.nothing')
              : tell(search.searched.results.length === 1 ? 'search.found.one' : 'search.found', {
                  count: search.searched.results.length,
                }))}
        </div>
        {search.at === 'failed' && (
          <p className="notice look" role="alert">
            {search.why}
          </p>
        )}
        {search.at === 'found' && <Passages question={search.question} searched={search.searched} />}
      </div>
    </>
  );
}
