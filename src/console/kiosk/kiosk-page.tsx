import '../style/talk.css';
import { useWords } from '../words/use-words.tsx';
import { KioskFloor } from './kiosk-floor.tsx';
import { KioskStart } from './kiosk-start.tsx';

/** Before it is locked, a member of the staff chooses the PIN here; after, it belongs to the patients. */
export default function KioskPage({ locked, onLocked }: { readonly locked: boolean; readonly onLocked: (locked: boolean) => void }) {
  const { say } = useWords();
  return (
    <main id="content" className={locked ? 'kiosk' : 'narrow'}>
      <title>{`${say('kiosk.title')} · ${say('app.name')}`}</title>
      {locked ? <KioskFloor onLeft={() => onLocked(false)} /> : <KioskStart onBegun={() => onLocked(true)} />}
    </main>
  );
}
