import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../icons.tsx';
import type { KnowledgeDocument } from './shapes.ts';
import { useAsk } from './use-ask.ts';
import type { Library } from './use-library.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** Documents that came with the box, to share with every hospital: offered as long as some of them are not in the library. */
export function StarterOffer({ library }: { readonly library: Library }) {
  const { tell } = useKnowledgeWords();
  const { ask, why } = useAsk();
  const [names, setNames] = useState<readonly string[]>([]);
  const [fault, setFault] = useState<string>();
  const [taken, setTaken] = useState(false);
  const { documents, again } = library;

  useEffect(() => {
    ask<{ items: { name: string }[] }>('GET', '/api/v1/rag/starter').then(
      ({ items }) => setNames(items.map(({ name }) => name)),
      () => {}, // a box that came without any offers none
    );
  }, [ask]);
  const missing = names.filter((name) => !documents?.some((each: KnowledgeDocument) => each.shared && each.file_name === name));
  if (!documents || missing.length === 0) return null;

  async function take() {
    if (taken) return;
    setTaken(true);
    setFault(undefined);
    try {
      await ask('POST', '/api/v1/rag/starter', { names: missing });
      again();
    } catch (error) {
      setFault(why(error));
    }
    setTaken(false);
  }

  return (
    <section className="notice" aria-label={tell('starter.title')}>
      <Icon name="book" />
      <span className="starter-words">
        {tell('starter.title')} <span className="quiet block">{fault ?? missing.join(', ')}</span>
      </span>
      <Button className="button plain" onPress={() => void take()}>
        {tell('starter.take', { n: missing.length })}
      </Button>
    </section>
  );
}
