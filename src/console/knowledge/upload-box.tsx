import { useEffect, useId, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../icons.tsx';
import { languageCodes, tagsOf } from './labels.ts';
import { ENDINGS } from './upload-line.ts';
import { useUploads } from './use-uploads.tsx';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** Where files come in: chosen, or dropped anywhere on the page. */
export function UploadBox({ mayShare }: { readonly mayShare: boolean }) {
  const { tell, languageName } = useKnowledgeWords();
  const { uploads } = useUploads();
  const [language, setLanguage] = useState('');
  const [tags, setTags] = useState('');
  const [shared, setShared] = useState(false);
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const id = useId();

  const add = (files: FileList | null | undefined) => {
    if (files?.length) uploads.add([...files], { language: language || undefined, tags: tagsOf(tags), shared });
  };
  const adding = useRef(add);
  adding.current = add;

  useEffect(() => {
    // A file that misses the box would otherwise open in the place of the page.
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const drag = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      setOver(false);
      adding.current(event.dataTransfer?.files);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);

  return (
    <section className={over ? 'upload-box over' : 'upload-box'} aria-label={tell('add.title')}>
      <div className="upload-call">
        <Icon name="upload" />
        <p>{over ? tell('add.let-go') : tell('add.drop')}</p>
        <Button className="button primary" onPress={() => chooser.current?.click()} aria-describedby={`${id}-kinds`}>
          {tell('add.choose')}
        </Button>
        <input
          ref={chooser}
          type="file"
          hidden
          multiple
          accept={ENDINGS.join(',')}
          onChange={(event) => {
            add(event.target.files);
            event.target.value = '';
          }}
        />
        <p id={`${id}-kinds`} className="quiet small">
          {tell('add.kinds')}
        </p>
      </div>
      {mayShare && (
        <label className="tick">
          <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />
          {tell('add.shared')}
        </label>
      )}
      <details>
        <summary>{tell('add.more')}</summary>
        <div className="fields">
          <div>
            <label htmlFor={`${id}-language`}>{tell('add.language')}</label>
            <select id={`${id}-language`} value={language} onChange={(event) => setLanguage(event.target.value)}>
              <option value="">{tell('add.language-by-itself')}</option>
              {languageCodes.map((code) => (
                <option key={code} value={code}>
                  {languageName(code)}
                </option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor={`${id}-tags`}>{tell('add.tags')}</label>
            <input
              id={`${id}-tags`}
              value={tags}
              placeholder={tell('add.tags-example')}
              maxLength={400}
              onChange={(event) => setTags(event.target.value)}
            />
          </div>
        </div>
      </details>
    </section>
  );
}
