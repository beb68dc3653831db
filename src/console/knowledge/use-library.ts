import { useCallback, useEffect, useState } from 'react';
import { failureOf } from '../session/api.ts';
import type { KnowledgeDocument } from './shapes.ts';
import { useAsk } from './use-ask.ts';

const PAGE = 200;
/** What others send is not followed here, only looked at now and then. */
const LOOK_MS = 8_000;
const AGAIN_MS = 5_000;
/** Many files at once are one look. */
const GATHER_MS = 250;

export interface Library {
  readonly documents: readonly KnowledgeDocument[] | undefined;
  readonly failed: string | undefined;
  again(): void;
  /** One that was changed here, or undefined in its place where it is gone. */
  put(id: string, document: KnowledgeDocument | undefined): void;
}

/** Every document that may be seen, loaded again when `changes` rises. What was shown stays until the new is there. */
export function useLibrary(changes: number): Library {
  const { ask, why } = useAsk();
  const [documents, setDocuments] = useState<readonly KnowledgeDocument[]>();
  const [failed, setFailed] = useState<string>();
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((before) => before + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round, or another library, is a new look
  useEffect(() => {
    let left = false;
    const load = async () => {
      const all: KnowledgeDocument[] = [];
      for (let cursor: string | null = ''; cursor !== null && !left; ) {
        const path: string = `/api/v1/rag/documents?limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
        const page: { items: KnowledgeDocument[]; next_cursor: string | null } = await ask('GET', path);
        all.push(...page.items);
        cursor = page.next_cursor;
      }
      return all;
    };
    const look = () =>
      load().then(
        (all) => {
          if (left) return;
          setFailed(undefined);
          setDocuments(all);
          if (all.some(({ status }) => status === 'queued' || status === 'processing')) timer = setTimeout(again, LOOK_MS);
        },
        (error: unknown) => {
          if (left) return;
          setFailed(why(error));
          // A refusal stands; a box that is away comes back.
          if (failureOf(error) === undefined) timer = setTimeout(again, AGAIN_MS);
        },
      );
    let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(() => void look(), changes === 0 ? 0 : GATHER_MS);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [ask, why, changes, round, again]);

  const put = useCallback(
    (id: string, document: KnowledgeDocument | undefined) =>
      setDocuments((all) => all?.flatMap((each) => (each.document_id !== id ? [each] : document ? [document] : []))),
    [],
  );
  return { documents, failed, again, put };
}
