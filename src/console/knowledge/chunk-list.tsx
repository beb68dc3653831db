import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useWords } from '../words/use-words.tsx';
import type { Chunk } from './shapes.ts';
import { useAsk } from './use-ask.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

const PAGE = 20;

/** The pieces of a document as searches find them, some at a time. Everything in them is text and stays text. */
export function ChunkList({
  path,
  isReady,
  onNews,
}: {
  readonly path: string;
  readonly isReady: boolean;
  readonly onNews: (news: string) => void;
}) {
  const { say } = useWords();
  const { tell } = useKnowledgeWords();
  const { ask, why } = useAsk();
  const [chunks, setChunks] = useState<readonly Chunk[]>();
  const [cursor, setCursor] = useState<string | null>('');
  const busy = useRef(false);
  const [fault, setFault] = useState<string>();
  const list = useRef<HTMLOListElement>(null);
  const goOnAt = useRef<number>(undefined);

  async function load(from: string, before: readonly Chunk[], isLeft: () => boolean = () => false) {
    if (busy.current) return;
    busy.current = true;
    setFault(undefined);
    try {
      const page = await ask<{ items: Chunk[]; next_cursor: string | null }>(
        'GET',
        `${path}/chunks?limit=${PAGE}${from && `&cursor=${encodeURIComponent(from)}`}`,
      );
      if (isLeft()) return;
      setChunks([...before, ...page.items]);
      setCursor(page.next_cursor);
      if (before.length === 0) return;
      onNews(tell('document.more-came', { n: page.items.length }));
      goOnAt.current = before.length;
    } catch (error) {
      if (!isLeft()) setFault(why(error));
    } finally {
      busy.current = false;
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each document, and when it becomes ready
  useEffect(() => {
    if (!isReady) return;
    let left = false;
    void load('', [], () => left);
    return () => {
      left = true;
    };
  }, [path, isReady]);
  // On to the first of those that came: the button that was pressed may be gone.
  useEffect(() => {
    if (!chunks || goOnAt.current === undefined) return;
    (list.current?.children[goOnAt.current] as HTMLElement | undefined)?.focus();
    goOnAt.current = undefined;
  }, [chunks]);

  return (
    <section aria-labelledby="document-text">
      <h3 id="document-text">{tell('document.text')}</h3>
      <p className="quiet small">{isReady && chunks?.length !== 0 ? tell('document.text-why') : tell('document.no-text')}</p>
      <ol className="chunks" ref={list}>
        {chunks?.map((chunk) => (
          <li key={chunk.chunk_id} tabIndex={-1}>
            <WhereItStands page={chunk.page ?? undefined} headings={chunk.headings} />
            {chunk.table_head && (
              <p className="table-head" lang={chunk.language}>
                <span className="quiet small block">{tell('document.table-head')}</span>
                {chunk.table_head}
              </p>
            )}
            <p className="verbatim" lang={chunk.language}>
              {chunk.text}
            </p>
          </li>
        ))}
      </ol>
      {fault && (
        <p className="notice look" role="alert">
          {fault}
        </p>
      )}
      {isReady && !chunks && !fault && <p className="quiet">{say('app.loading')}</p>}
      {isReady && cursor !== null && (chunks || fault) && (
        <Button className="button" onPress={() => void load(cursor, chunks ?? [])}>
          {fault ? say('app.try-again') : tell('document.more')}
        </Button>
      )}
    </section>
  );
}

export function WhereItStands({ page, headings }: { readonly page?: number | undefined; readonly headings?: readonly string[] }) {
  const { tell } = useKnowledgeWords();
  if (page === undefined && !headings?.length) return null;
  return (
    <p className="where small">
      {page !== undefined && <span className="page">{tell('document.page', { page })}</span>}
      {headings?.join(' › ')}
    </p>
  );
}
