import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { follow } from '../address.ts';
import { Icon } from '../icons.tsx';
import type { Person } from '../session/staff-session.ts';
import { useWords } from '../words/use-words.tsx';
import { KindPicture } from './kind-picture.tsx';
import { distinct, fitting, mayWrite, pagesInWords } from './labels.ts';
import type { KnowledgeDocument } from './shapes.ts';
import type { Library } from './use-library.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** So many rows are drawn at a time. */
const SHOWN = 60;

export const rowId = (id: string) => `document-${id}`;

/** The library: every document with what it is and how it stands, and a way to find one. */
export function DocumentList({
  library,
  person,
  openId,
}: {
  readonly library: Library;
  readonly person: Person;
  readonly openId: string | undefined;
}) {
  const { say } = useWords();
  const { tell, languageName } = useKnowledgeWords();
  const [words, setWords] = useState('');
  const [tag, setTag] = useState('');
  const [language, setLanguage] = useState('');
  const [shown, setShown] = useState(SHOWN);
  const id = useId();
  const { documents, failed, again } = library;
  const found = fitting(documents ?? [], { words, tag, language });
  const clear = () => {
    setWords('');
    setTag('');
    setLanguage('');
  };
  const total = documents?.length ?? 0;
  const counted =
    found.length < total
      ? tell('list.count-of', { count: found.length, total })
      : tell(total === 1 ? 'list.count.one' : 'list.count', { count: total });

  return (
    <section aria-labelledby={`${id}-title`}>
      <div className="section-head">
        <h2 id={`${id}-title`} tabIndex={-1}>
          {tell('list.title')}
        </h2>
        {total > 0 && (
          <p className="quiet" role="status">
            {counted}
          </p>
        )}
      </div>
      {failed && (
        <p className="notice look" role="alert">
          <span>{failed}</span>
          <Button className="button plain" onPress={again}>
            {say('app.try-again')}
          </Button>
        </p>
      )}
      {!documents && !failed && <p className="quiet">{say('app.loading')}</p>}
      {documents?.length === 0 && (
        <div className="empty">
          <Icon name="book" />
          <p>{tell('list.empty')}</p>
          <p className="quiet">{tell(mayWrite(person.role) ? 'list.empty-why' : 'list.empty-reader')}</p>
        </div>
      )}
      {total > 0 && (
        <div className="filter">
          <div className="filter-words">
            <label htmlFor={`${id}-words`}>{tell('list.filter')}</label>
            <input id={`${id}-words`} type="search" value={words} onChange={(event) => setWords(event.target.value)} />
          </div>
          <Choice id={`${id}-tag`} label={tell('list.tag')} value={tag} onChange={setTag} all={tell('list.all')}>
            {distinct((documents ?? []).flatMap(({ tags }) => tags)).map((each) => [each, each])}
          </Choice>
          <Choice id={`${id}-language`} label={tell('list.language')} value={language} onChange={setLanguage} all={tell('list.all')}>
            {distinct((documents ?? []).map((each) => each.language ?? '')).map((code) => [code, languageName(code)])}
          </Choice>
        </div>
      )}
      {total > 0 && found.length === 0 && (
        <p className="notice">
          <span>{tell('list.none')}</span>
          <Button className="button plain" onPress={clear}>
            {tell('list.clear')}
          </Button>
        </p>
      )}
      <ul className="documents">
        {found.slice(0, shown).map((document) => (
          <Row key={document.document_id} document={document} isOpen={document.document_id === openId} person={person} />
        ))}
      </ul>
      {found.length > shown && (
        <Button className="button" onPress={() => setShown(shown + SHOWN)}>
          {tell('list.more')}
        </Button>
      )}
    </section>
  );
}

export function Choice({
  id,
  label,
  value,
  onChange,
  all,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly all: string;
  readonly children: readonly (readonly [value: string, name: string])[];
}) {
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{all}</option>
        {children.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Row({ document, isOpen, person }: { readonly document: KnowledgeDocument; readonly isOpen: boolean; readonly person: Person }) {
  const { tell, languageName, size, day } = useKnowledgeWords();
  const { document_id: id, title, status, pages, chunks, tags, shared, unread_pages: unread, error } = document;
  const address = `/knowledge?document=${encodeURIComponent(id)}`;
  const { file_name: fileName } = document;
  const facts = [
    // Two with one title are told apart by their files.
    fileName.replace(/\.[^.]+$/, '') !== title && fileName,
    languageName(document.language),
    pages !== null && tell(pages === 1 ? 'document.pages.one' : 'document.pages', { n: pages }),
    status === 'ready' && tell(chunks === 1 ? 'document.pieces.one' : 'document.pieces', { n: chunks }),
    size(document.bytes),
    `${day(document.created_at)}${document.created_by === person.user_id ? `, ${tell('document.by-you')}` : ''}`,
  ];
  return (
    <li className={isOpen ? 'document open' : 'document'}>
      <KindPicture name={document.file_name} />
      <div className="document-what">
        <a
          id={rowId(id)}
          className="document-title"
          href={address}
          aria-current={isOpen ? 'true' : undefined}
          onClick={(event) => follow(event, address)}
        >
          <bdi>{title}</bdi>
        </a>
        <p className="quiet small">{facts.filter(Boolean).join(' · ')}</p>
        {(shared || tags.length > 0) && (
          <p className="tags">
            {shared && (
              <span className="tag shared">
                <Icon name="shared" />
                {tell('document.shared')}
              </span>
            )}
            {tags.map((tag) => (
              <span key={tag} className="tag">
                {tag}
              </span>
            ))}
          </p>
        )}
        {status === 'failed' && error && <p className="unread small">{error}</p>}
        {unread.length > 0 && <p className="unread small">{tell('document.unread-short', { pages: pagesInWords(unread) })}</p>}
      </div>
      <State status={status} />
    </li>
  );
}

export function State({ status }: { readonly status: KnowledgeDocument['status'] }) {
  const { tell } = useKnowledgeWords();
  return (
    <span className={`state ${status}`}>
      <Icon name={status === 'ready' ? 'done' : status === 'failed' ? 'alarm' : 'clock'} />
      {tell(`document.${status}`)}
    </span>
  );
}
