import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useSession } from '../session/use-session.tsx';
import { isInHand, isOver, type UploadLine } from './upload-line.ts';
import { makeUploads, type Uploads } from './uploads.ts';

const UploadsContext = createContext<Uploads | undefined>(undefined);

/** Above all places, so that a file goes on while its person looks at another. */
export function UploadsProvider({ children }: { readonly children: ReactNode }) {
  const { session, person } = useSession();
  const uploads = useMemo(() => makeUploads(session), [session]);
  const userId = person?.user_id;
  const last = useRef(userId);
  useEffect(() => {
    if (last.current !== undefined && last.current !== userId) uploads.clear();
    last.current = userId;
  }, [uploads, userId]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (uploads.lines().some(isInHand)) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [uploads]);
  return <UploadsContext value={uploads}>{children}</UploadsContext>;
}

export function useUploads(): { uploads: Uploads; lines: readonly UploadLine[]; underWay: number; changes: number } {
  const uploads = useContext(UploadsContext);
  if (!uploads) throw new Error('useUploads outside of UploadsProvider');
  const lines = useSyncExternalStore(uploads.subscribe, uploads.lines);
  return { uploads, lines, underWay: lines.filter((line) => !isOver(line)).length, changes: uploads.changes() };
}
