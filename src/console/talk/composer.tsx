import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/use-words.tsx';

const DRAFT_KEY = 'bedside.draft';

/** Writing, always possible. What was not taken stays in the field, and outlives a reload where it may be kept. */
export function Composer({
  language,
  canSend,
  keepDraft,
  onSend,
}: {
  readonly language: string;
  readonly canSend: boolean;
  readonly keepDraft: boolean;
  readonly onSend: (text: string) => Promise<boolean>;
}) {
  const { say } = useWords();
  const [text, setText] = useState(() => (keepDraft ? (sessionStorage.getItem(DRAFT_KEY) ?? '') : ''));
  const change = (next: string) => {
    setText(next);
    if (keepDraft) sessionStorage.setItem(DRAFT_KEY, next);
  };
  async function send(event?: FormEvent) {
    event?.preventDefault();
    const words = text.trim();
    if (words === '' || !canSend) return;
    change('');
    if (!(await onSend(words))) change(words);
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) void send(event as unknown as FormEvent);
  };
  return (
    <form className="composer" onSubmit={send}>
      <label className="visually-hidden" htmlFor="words">
        {say('talk.write')}
      </label>
      <textarea
        id="words"
        rows={1}
        maxLength={5000}
        lang={language}
        placeholder={say('talk.write')}
        value={text}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKey}
      />
      <Button type="submit" className="button send" isDisabled={!canSend || text.trim() === ''} aria-label={say('talk.send')}>
        <Icon name="send" />
      </Button>
    </form>
  );
}
