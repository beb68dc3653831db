import '../style/knowledge.css';
import { useCallback, useEffect, useRef, useState } from 'react';
import { follow, go, useAddress } from '../address.ts';
import { Icon } from '../icons.tsx';
import type { Person } from '../session/staff-session.ts';
import { DocumentList, rowId } from './document-list.tsx';
import { DocumentPanel } from './document-panel.tsx';
import { mayShare, mayWrite } from './labels.ts';
import { SearchView } from './search-view.tsx';
import { StarterOffer } from './starter-offer.tsx';
import { UploadBox } from './upload-box.tsx';
import type { UploadLine } from './upload-line.ts';
import { stateInWords, UploadLines } from './upload-lines.tsx';
import { useLibrary } from './use-library.ts';
import { useUploads } from './use-uploads.tsx';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

const LIBRARY = '/knowledge';
const SEARCH = '/knowledge?view=search';

/** Knowledge: the documents that answers come from, and what the box finds in them. */
export default function KnowledgePage({ person }: { readonly person: Person }) {
  const { tell } = useKnowledgeWords();
  const { uploads, lines, underWay, changes } = useUploads();
  const library = useLibrary(changes);
  const query = new URLSearchParams(useAddress().split('?')[1] ?? '');
  const view = query.get('view') === 'search' ? 'search' : 'library';
  const openId = query.get('document') ?? undefined;
  const [news, setNews] = useState('');
  const writes = mayWrite(person.role);
  const { documents } = library;

  // What this person sent before the page was loaded again goes on at the box, and is shown as before.
  useEffect(() => {
    for (const document of documents ?? [])
      if (document.created_by === person.user_id && (document.status === 'queued' || document.status === 'processing'))
        uploads.adopt(document);
  }, [documents, uploads, person.user_id]);
  useNews(lines, setNews);

  const cameFrom = useRef<Element | null>(null);
  const goOnAt = useRef<HTMLElement>(undefined);
  const wasOpen = useRef<string>(undefined);
  if (openId !== undefined) cameFrom.current ??= document.activeElement;
  const close = useCallback(
    (next?: HTMLElement) => {
      goOnAt.current = next;
      go(view === 'search' ? SEARCH : LIBRARY);
    },
    [view],
  );
  // Whoever closes a document, by whichever way, goes on where they came from.
  useEffect(() => {
    const closed = openId === undefined ? wasOpen.current : undefined;
    wasOpen.current = openId;
    if (closed === undefined) return;
    const there = (each: Element | null | undefined): each is HTMLElement =>
      each instanceof HTMLElement && each !== document.body && each.isConnected && each.checkVisibility();
    const headings = document.querySelectorAll('.knowledge h2[tabindex]');
    [goOnAt.current, cameFrom.current, document.getElementById(rowId(closed)), ...headings].find(there)?.focus();
    goOnAt.current = undefined;
    cameFrom.current = null;
  }, [openId]);
  const address = (to: 'library' | 'search') => (to === 'search' ? SEARCH : LIBRARY);

  return (
    <main id="content" className={openId ? 'knowledge with-document' : 'knowledge'}>
      <div className="knowledge-middle">
        <header className="knowledge-head">
          <h1>{tell('title')}</h1>
          <p className="quiet">{tell('lead')}</p>
          <nav className="views" aria-label={tell('title')}>
            {(['library', 'search'] as const).map((each) => (
              <a
                key={each}
                href={address(each)}
                aria-current={view === each ? 'page' : undefined}
                onClick={(event) => follow(event, address(each))}
              >
                <Icon name={each === 'library' ? 'book' : 'search'} />
                {tell(`view.${each}`)}
                {each === 'library' && underWay > 0 && view === 'search' && <span className="count">{underWay}</span>}
              </a>
            ))}
          </nav>
        </header>
        <div hidden={view !== 'library'} className="view">
          {writes && <UploadBox mayShare={mayShare(person.role)} />}
          {mayShare(person.role) && <StarterOffer library={library} />}
          {writes && <UploadLines />}
          <DocumentList library={library} person={person} openId={openId} />
        </div>
        <div hidden={view !== 'search'} className="view">
          <SearchView documents={documents ?? []} />
        </div>
      </div>
      {openId && (
        <DocumentPanel
          key={openId}
          id={openId}
          known={documents?.find(({ document_id }) => document_id === openId)}
          person={person}
          onChanged={library.put}
          onClose={close}
          onNews={setNews}
        />
      )}
      <p className="visually-hidden" role="status">
        {news}
      </p>
    </main>
  );
}

/** Says what became of each file, once; how far it is, its own bar tells whoever asks. */
function useNews(lines: readonly UploadLine[], say: (news: string) => void): void {
  const { tell } = useKnowledgeWords();
  const before = useRef(new Map<number, string>());
  useEffect(() => {
    const news: string[] = [];
    for (const line of lines) {
      const { at } = line.state;
      if (before.current.get(line.key) === at) continue;
      before.current.set(line.key, at);
      if (at === 'queued' || at === 'ready' || at === 'failed' || at === 'stopped')
        news.push(tell('line.news', { name: line.name, state: stateInWords(tell, line) }));
    }
    if (news.length > 0) say(news.join(' '));
  }, [lines, tell, say]);
}
