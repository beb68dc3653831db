import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Icon } from '../icons.tsx';
import { failureOf } from '../session/api.ts';
import { SignInForm } from '../session/sign-in-page.tsx';
import { useSession } from '../session/use-session.tsx';
import { isStaff } from '../talk/role.ts';
import { useWords } from '../words/use-words.tsx';
import { readKiosk, writeKiosk } from './kiosk-record.ts';
import { PinField } from './kiosk-start.tsx';
import { afterWrong, isShut, MOST_TRIES, noTries, open, seal } from './pin-lock.ts';
import { endLinks, PREPARED, prepareLinks } from './prepare.ts';

/** The only way out of the kiosk: the PIN, or after too many wrong ones a sign-in. */
export function StaffDoor({ onLeft, onRefilled }: { readonly onLeft: () => void; readonly onRefilled: () => void }) {
  const { say } = useWords();
  return (
    <DialogTrigger>
      <Button className="button plain staff-door" aria-label={say('kiosk.unlock')}>
        <Icon name="lock" />
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog>
            {({ close }) => (
              <>
                <Heading slot="title">{say('kiosk.unlock')}</Heading>
                <Unlock
                  onLeft={onLeft}
                  onRefilled={() => {
                    close();
                    onRefilled();
                  }}
                />
                <Button className="button" onPress={close}>
                  {say('app.cancel')}
                </Button>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function Unlock({ onLeft, onRefilled }: { readonly onLeft: () => void; readonly onRefilled: () => void }) {
  const { say } = useWords();
  const { session } = useSession();
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<string>();
  const kept = readKiosk(localStorage);

  async function leave(): Promise<void> {
    const rest = readKiosk(localStorage)?.links ?? [];
    writeKiosk(localStorage, undefined);
    await document.exitFullscreen?.().catch(() => {}); // it may not have filled the screen
    onLeft();
    await endLinks(rest);
  }

  /** Opens the sealed sign-in; false, with the reason on the screen, where the PIN is wrong. */
  async function unlock(): Promise<boolean> {
    const record = readKiosk(localStorage);
    if (!record?.sealed) return false;
    const waitMs = record.tries.waitUntilMs - Date.now();
    if (waitMs > 0) {
      setFault(say('kiosk.wait', { seconds: Math.ceil(waitMs / 1000) }));
      return false;
    }
    const entered = pin;
    const secret = await open(record.sealed, entered);
    setPin('');
    if (secret === undefined) {
      const tries = afterWrong(record.tries, Date.now());
      writeKiosk(localStorage, { ...record, tries, sealed: isShut(tries) ? undefined : record.sealed });
      setFault(isShut(tries) ? undefined : say('kiosk.wrong', { left: MOST_TRIES - tries.wrong }));
      return false;
    }
    // The sign-in may have run out meanwhile: then the PIN still opens the door, to the sign-in page.
    await session.resume(secret).catch((error: unknown) => {
      if (!failureOf(error)) throw error;
    });
    const renewed = session.renewal();
    // A token that renewed once is spent: its successor takes its place before anything else may fail.
    if (renewed !== undefined) writeKiosk(localStorage, { ...record, tries: noTries, sealed: await seal(renewed, entered) });
    return true;
  }

  async function act(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const refill = ((event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement | null)?.value === 'refill';
    setBusy(refill ? 'refill' : 'leave');
    setFault(undefined);
    try {
      if (!(await unlock())) return;
      const person = session.person();
      if (!refill || !person) return await leave();
      const more = await prepareLinks(session, person.role, PREPARED, () => {});
      const record = readKiosk(localStorage);
      if (record) writeKiosk(localStorage, { ...record, links: [...record.links, ...more] });
      session.putAway();
      onRefilled();
    } catch (error) {
      session.putAway();
      setFault(failureOf(error)?.message ?? say('app.unreachable'));
    } finally {
      setBusy(undefined);
    }
  }

  function signedIn(): void {
    if (isStaff(session.person()?.role ?? '')) void leave();
    else {
      void session.signOut();
      setFault(say('kiosk.not-staff'));
    }
  }

  if (!kept?.sealed) return <SignInForm reason={fault ?? say('kiosk.shut')} onSignedIn={signedIn} />;
  return (
    <form className="sign-in" onSubmit={act}>
      <PinField id="unlock-pin" label={say('kiosk.enter-pin')} value={pin} onChange={setPin} />
      <p className="fault" role="alert">
        {fault}
      </p>
      <Button type="submit" value="leave" className="button primary" isPending={busy === 'leave'}>
        {say('kiosk.leave')}
      </Button>
      <Button type="submit" value="refill" className="button" isPending={busy === 'refill'}>
        {say('kiosk.refill')}
      </Button>
    </form>
  );
}
