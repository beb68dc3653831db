import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Popover } from 'react-aria-components/Popover';
import { useWords } from '../words/use-words.tsx';
import type { Source } from './messages.ts';

/** Numbered as the answer's [n]; each opens the passage that was quoted. */
export function SourceChips({ sources }: { readonly sources: readonly Source[] }) {
  const { say } = useWords();
  if (sources.length === 0) return null;
  return (
    <ul className="chips" aria-label={say('talk.sources')}>
      {sources.map((source, index) => (
        <li key={source.id}>
          <DialogTrigger>
            <Button className="chip">
              <b>{index + 1}</b>
              <span>{source.title}</span>
            </Button>
            <Popover className="passage" placement="top start">
              <Dialog>
                {({ close }) => (
                  <>
                    <Heading slot="title">{source.title}</Heading>
                    {source.page !== undefined && <p className="quiet">{say('talk.source-page', { page: source.page })}</p>}
                    <blockquote>{source.quote ?? source.excerpt}</blockquote>
                    <Button className="button" onPress={close}>
                      {say('app.close')}
                    </Button>
                  </>
                )}
              </Dialog>
            </Popover>
          </DialogTrigger>
        </li>
      ))}
    </ul>
  );
}
