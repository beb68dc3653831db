import { useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { go } from '../address.ts';
import { Icon } from '../icons.tsx';
import { KindPicture } from './kind-picture.tsx';
import { timeLeftS } from './time-left.ts';
import { isOver, type UploadLine } from './upload-line.ts';
import { useUploads } from './use-uploads.tsx';
import { type KnowledgeSay, useKnowledgeWords } from './words/use-knowledge-words.ts';

/** The state of a line in words; without figures that change all the time where it is to be spoken. */
export function stateInWords(tell: KnowledgeSay, { state }: UploadLine): string {
  switch (state.at) {
    case 'sending':
      return tell('line.sending', { percent: state.total > 0 ? Math.floor((100 * state.sent) / state.total) : 0 });
    case 'reading':
      return state.total > 0 ? tell('line.reading-of', { done: state.done, total: state.total }) : tell('line.reading');
    case 'ready':
      return tell(state.already ? 'line.already' : 'line.ready');
    case 'failed':
      return state.why === undefined ? tell(`line.${state.kind ?? 'line-broke'}`) : tell('line.failed', { why: state.why });
    default:
      return tell(`line.${state.at}`);
  }
}

/** Files on their way, each on a line of its own until its person takes it away. */
export function UploadLines() {
  const { tell } = useKnowledgeWords();
  const { uploads, lines } = useUploads();
  const list = useRef<HTMLUListElement>(null);
  if (lines.length === 0) return null;

  /** Whoever took a line away stands on the next one then, and not nowhere. */
  const putAway = (key: number) => {
    const at = lines.findIndex((line) => line.key === key);
    const near = lines[at + 1] ?? lines[at - 1];
    uploads.putAway(key);
    const next = near && list.current?.querySelector<HTMLElement>(`[data-line="${near.key}"] button`);
    (next ?? document.querySelector<HTMLElement>('.upload-box button'))?.focus();
  };
  const clearDone = () => {
    for (const line of lines) if (isOver(line)) uploads.putAway(line.key);
    document.querySelector<HTMLElement>('.upload-box button')?.focus();
  };

  return (
    <section className="upload-lines" aria-labelledby="on-their-way">
      <div className="section-head">
        <h2 id="on-their-way">{tell('line.title')}</h2>
        {lines.filter(isOver).length > 1 && (
          <Button className="button plain" onPress={clearDone}>
            {tell('line.clear')}
          </Button>
        )}
      </div>
      <ul ref={list}>
        {lines.map((line) => (
          <Line key={line.key} line={line} onPutAway={() => putAway(line.key)} />
        ))}
      </ul>
    </section>
  );
}

function Line({ line, onPutAway }: { readonly line: UploadLine; readonly onPutAway: () => void }) {
  const { tell, size, lasting } = useKnowledgeWords();
  const { uploads } = useUploads();
  const { state, name, key, documentId } = line;
  const begun = useRef<{ at: string; sinceMs: number; done: number } | undefined>(undefined);
  const { done, total } = progressOf(line);
  if (begun.current?.at !== state.at) begun.current = { at: state.at, sinceMs: Date.now(), done };
  const left = total > 0 ? timeLeftS({ elapsedMs: Date.now() - begun.current.sinceMs, from: begun.current.done, done, total }) : undefined;
  const over = isOver(line);
  const opens = state.at === 'ready' && documentId !== undefined;

  return (
    <li data-line={key} data-state={state.at} className="upload-line">
      <KindPicture name={name} />
      <div className="upload-what">
        <p className="upload-name">
          <bdi>{name}</bdi> <span className="quiet small">{size(line.bytes)}</span>
        </p>
        {!over && (
          <progress
            aria-label={tell('line.progress', { name })}
            {...(total > 0 ? { value: done / total, max: 1, 'aria-valuetext': stateInWords(tell, line) } : {})}
          />
        )}
        <p className={state.at === 'failed' ? 'trouble' : state.at === 'ready' ? 'done-well' : 'quiet'}>
          {state.at === 'ready' && <Icon name="done" />}
          {state.at === 'failed' && <Icon name="alarm" />}
          <span>
            {stateInWords(tell, line)}
            {left !== undefined && ` · ${tell('line.time-left', { time: lasting(left) })}`}
          </span>
        </p>
      </div>
      <div className="upload-actions">
        {/* One button all along: whoever stands on it stays there when the state changes. */}
        {(!over || opens || line.hasFile) && (
          <Button
            className="button"
            aria-label={tell(!over ? 'line.cancel-name' : opens ? 'line.open-name' : 'line.again-name', { name })}
            onPress={() => {
              if (!over) uploads.cancel(key);
              else if (opens) go(`/knowledge?document=${encodeURIComponent(documentId)}`);
              else uploads.again(key);
            }}
          >
            {tell(!over ? 'line.cancel' : opens ? 'line.open' : 'line.again')}
          </Button>
        )}
        {over && (
          <Button className="button plain" aria-label={tell('line.put-away', { name })} onPress={onPutAway}>
            <Icon name="close" />
          </Button>
        )}
      </div>
    </li>
  );
}

function progressOf({ state, bytes }: UploadLine): { done: number; total: number } {
  if (state.at === 'sending') return { done: state.sent, total: state.total || bytes };
  if (state.at === 'reading') return { done: state.done, total: state.total };
  return { done: 0, total: 0 };
}
