import { create } from 'qrcode';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Icon } from '../icons.tsx';
import { type Bearer, failureOf, requestAs } from '../session/api.ts';
import { useWords } from '../words/use-words.tsx';

/** A link to this one conversation, as a QR code for a patient's own phone. */
export default function PhoneCaptions({
  bearer,
  consultationId,
}: {
  readonly bearer: Bearer;
  readonly consultationId: () => string | undefined;
}) {
  const { say } = useWords();
  const [link, setLink] = useState<string>();
  const [fault, setFault] = useState<string>();

  async function invite() {
    const id = consultationId();
    if (id === undefined) return;
    setFault(undefined);
    setLink(undefined);
    try {
      const { url } = await requestAs<{ url: string }>(bearer, 'POST', `/api/v1/consultations/${encodeURIComponent(id)}/guest`);
      // The same link, the same rights: the other page writes as well, this one only reads.
      setLink(url.replace('/guest#', '/captions#'));
    } catch (error) {
      setFault(failureOf(error)?.message ?? say('app.unreachable'));
    }
  }

  return (
    <DialogTrigger onOpenChange={(opens) => opens && void invite()}>
      <Button className="button plain" aria-label={say('phone.open')}>
        <Icon name="phone" />
        <span className="wide-only">{say('phone.open')}</span>
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog>
            {({ close }) => (
              <>
                <Heading slot="title">{say('phone.title')}</Heading>
                <p>{say('phone.why')}</p>
                {fault && (
                  <p className="fault" role="alert">
                    {fault}
                  </p>
                )}
                {link ? <QrCode text={link} label={say('phone.qr')} /> : <div className="qr" />}
                {link && (
                  <a className="link" href={link} target="_blank" rel="noreferrer">
                    {say('phone.link')}
                  </a>
                )}
                <Button className="button primary" onPress={close}>
                  {say('app.close')}
                </Button>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, data } = create(text, { errorCorrectionLevel: 'L' }).modules;
  let path = '';
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) if (data[row * size + column]) path += `M${column + 4} ${row + 4}h1v1h-1z`;
  return (
    <svg className="qr" viewBox={`0 0 ${size + 8} ${size + 8}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width="100%" height="100%" fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
