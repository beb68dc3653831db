import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useWords } from '../words/use-words.tsx';
import { languageCodes, tagsOf } from './labels.ts';
import type { KnowledgeDocument } from './shapes.ts';
import { useAsk } from './use-ask.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** Title, language and tags of a document. `onDone` gets what the box made of them, or nothing where it was given up. */
export function DocumentForm({
  document,
  onDone,
}: {
  readonly document: KnowledgeDocument;
  readonly onDone: (changed: KnowledgeDocument | undefined) => void;
}) {
  const { say } = useWords();
  const { tell, languageName } = useKnowledgeWords();
  const { ask, why } = useAsk();
  const [title, setTitle] = useState(document.title);
  const [language, setLanguage] = useState(document.language ?? '');
  const [tags, setTags] = useState(document.tags.join(', '));
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const codes = language === '' || (languageCodes as readonly string[]).includes(language) ? languageCodes : [language, ...languageCodes];

  async function save(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      const change = { title, tags: tagsOf(tags), ...(language ? { language } : {}) };
      onDone(await ask<KnowledgeDocument>('PATCH', `/api/v1/rag/documents/${encodeURIComponent(document.document_id)}`, change));
    } catch (error) {
      setFault(why(error));
      setBusy(false);
    }
  }

  return (
    <form className="document-form" onSubmit={save}>
      <label htmlFor="document-title">{tell('document.title')}</label>
      <input id="document-title" ref={first} required maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
      <label htmlFor="document-language">{tell('add.language')}</label>
      <select id="document-language" value={language} onChange={(event) => setLanguage(event.target.value)}>
        {language === '' && <option value="">{languageName(null)}</option>}
        {codes.map((code) => (
          <option key={code} value={code}>
            {languageName(code)}
          </option>
        ))}
      </select>
      <label htmlFor="document-tags">{tell('add.tags')}</label>
      <input id="document-tags" value={tags} maxLength={1_000} onChange={(event) => setTags(event.target.value)} />
      <p className="fault" role="alert">
        {fault}
      </p>
      <div className="panel-actions">
        <Button type="submit" className="button primary">
          {tell('document.save')}
        </Button>
        <Button className="button" onPress={() => onDone(undefined)}>
          {say('app.cancel')}
        </Button>
      </div>
    </form>
  );
}
