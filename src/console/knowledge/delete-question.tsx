import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Icon } from '../icons.tsx';
import { useAsk } from './use-ask.ts';
import { useKnowledgeWords } from './words/use-knowledge-words.ts';

/** Asks before a document goes for good, and says what that means for patients. */
export function DeleteQuestion({ title, onDelete }: { readonly title: string; readonly onDelete: () => Promise<void> }) {
  const { tell } = useKnowledgeWords();
  const { why } = useAsk();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  return (
    <DialogTrigger onOpenChange={() => setFault(undefined)}>
      <Button className="button">
        <Icon name="bin" />
        {tell('document.delete')}
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog">
            {({ close }) => (
              <>
                <Heading slot="title">{tell('document.delete-title', { title })}</Heading>
                <p>{tell('document.delete-why')}</p>
                <p className="fault" role="alert">
                  {fault}
                </p>
                <div className="panel-actions">
                  <Button
                    className="button danger"
                    onPress={async () => {
                      if (busy) return;
                      setBusy(true);
                      try {
                        await onDelete();
                      } catch (error) {
                        setFault(why(error));
                        setBusy(false);
                      }
                    }}
                  >
                    {tell('document.delete')}
                  </Button>
                  <Button className="button" onPress={close} autoFocus>
                    {tell('document.delete-keep')}
                  </Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
