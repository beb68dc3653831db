import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../icons.tsx';
import { ApiError } from '../session/api.ts';
import type { Person } from '../session/staff-session.ts';
import { useWords } from '../words/use-words.tsx';
import { ChunkList } from './chunk-list.tsx';
import { DeleteQuestion } from './delete-question.tsx';
import { DocumentForm } from './document-form.tsx';
import { rowId, State } from './document-list.tsx';
import { KindPicture } from './kind-picture.tsx';
import { mayChange, pagesInWords } from './labels.ts';
import type { KnowledgeDocument } from './shapes.ts';
import { ENDINGS } from './upload-line.ts';
import { useAsk } from './use-ask.ts';
import { useUploads } from './use-uploads.tsx';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** One document, at the side: what is known of it, what may be done with it, and what the box read in it. */
export function DocumentPanel({
  id,
  known,
  person,
  onChanged,
  onClose,
  onNews,
}: {
  readonly id: string;
  /** As the library has it: shown until the box has told more, and whenever that changes. */
  readonly known: KnowledgeDocument | undefined;
  readonly person: Person;
  readonly onChanged: (id: string, document: KnowledgeDocument | undefined) => void;
  /** `next` is where to go on; without it one goes back to where one came from. */
  readonly onClose: (next?: HTMLElement) => void;
  readonly onNews: (news: string) => void;
}) {
  const { say } = useWords();
  const { tell, languageName, size, day } = useKnowledgeWords();
  const { ask, why } = useAsk();
  const { uploads } = useUploads();
  const [document, setDocument] = useState(known);
  const [fault, setFault] = useState<string>();
  const [edits, setEdits] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const editButton = useRef<HTMLButtonElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const path = `/api/v1/rag/documents/${encodeURIComponent(id)}`;

  useEffect(() => heading.current?.focus(), []);
  const edited = useRef(false);
  useEffect(() => {
    if (edited.current && !edits) editButton.current?.focus();
    edited.current = edits;
  }, [edits]);
  useEffect(() => {
    if (known) setDocument(known);
  }, [known]);
  useEffect(() => {
    let left = false;
    ask<KnowledgeDocument>('GET', path).then(
      (found) => !left && setDocument(found),
      (error: unknown) => {
        if (left) return;
        setFault(error instanceof ApiError && error.status === 404 ? tell('document.gone') : why(error));
        if (error instanceof ApiError && error.status === 404) onChanged(id, undefined);
      },
    );
    return () => {
      left = true;
    };
  }, [ask, path, id, tell, why, onChanged]);

  /** To the row after it, or to the list: the one that was stood on is gone. */
  async function remove() {
    await ask('DELETE', path);
    const row = window.document.getElementById(rowId(id))?.closest('li');
    const near = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector('a');
    onNews(tell('document.deleted', { title: document?.title ?? '' }));
    onChanged(id, undefined);
    onClose(near ?? undefined);
  }

  const unread = document?.unread_pages ?? [];
  const writes = document !== undefined && mayChange(person.role, document);
  return (
    <aside className="document-panel" aria-labelledby="document-heading">
      <div className="panel-head">
        {document && <KindPicture name={document.file_name} />}
        <h2 id="document-heading" ref={heading} tabIndex={-1}>
          <bdi>{document?.title ?? say('app.loading')}</bdi>
        </h2>
        <Button className="button plain" aria-label={tell('document.close')} onPress={() => onClose()}>
          <Icon name="close" />
        </Button>
      </div>
      {fault && (
        <p className="notice look" role="alert">
          {fault}
        </p>
      )}
      {document && (
        <>
          <State status={document.status} />
          <dl className="facts">
            <div>
              <dt>{tell('document.file')}</dt>
              <dd>
                <bdi>{document.file_name}</bdi>, {size(document.bytes)}
              </dd>
            </div>
            <div>
              <dt>{tell('add.language')}</dt>
              <dd>{languageName(document.language)}</dd>
            </div>
            <div>
              <dt>{tell('document.added')}</dt>
              <dd>
                {day(document.created_at)}
                {document.created_by === person.user_id && `, ${tell('document.by-you')}`}
              </dd>
            </div>
          </dl>
          {document.status === 'failed' && document.error && <p className="notice look">{document.error}</p>}
          {unread.length > 0 && (
            <p className="notice look">
              {unread.length === document.pages ? tell('document.unread-all') : tell('document.unread', { pages: pagesInWords(unread) })}
            </p>
          )}
          {document.shared && (
            <p className="notice">
              <Icon name="shared" />
              <span>
                <strong>{tell('document.shared')}</strong> {tell('document.shared-why')}
              </span>
            </p>
          )}
          {writes && !edits && (
            <div className="panel-actions">
              <Button ref={editButton} className="button" onPress={() => setEdits(true)}>
                <Icon name="pencil" />
                {tell('document.edit')}
              </Button>
              <Button className="button" onPress={() => chooser.current?.click()} aria-describedby="replace-why">
                <Icon name="upload" />
                {tell('document.replace')}
              </Button>
              <p id="replace-why" className="visually-hidden">
                {tell('document.replace-why')}
              </p>
              <input
                ref={chooser}
                type="file"
                hidden
                accept={ENDINGS.join(',')}
                onChange={(event) => {
                  const [file] = event.target.files ?? [];
                  if (file) uploads.add([file], { replaces: id, shared: document.shared });
                  event.target.value = '';
                  if (file) onClose();
                }}
              />
              <DeleteQuestion title={document.title} onDelete={remove} />
            </div>
          )}
          {writes && edits && (
            <DocumentForm
              document={document}
              onDone={(changed) => {
                if (changed) {
                  setDocument(changed);
                  onChanged(id, changed);
                  onNews(tell('document.saved'));
                }
                setEdits(false);
              }}
            />
          )}
          <ChunkList key={document.status} path={path} isReady={document.status === 'ready'} onNews={onNews} />
        </>
      )}
    </aside>
  );
}
