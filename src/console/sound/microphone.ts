import workletUrl from './capture-worklet.ts?worker&url';

/** Why there is no sound from a microphone, in the page's own words (words/en.ts). */
export type MicrophoneTrouble = 'insecure' | 'refused' | 'absent' | 'busy';

export interface Microphone {
  stop(): void;
}

export class MicrophoneError extends Error {
  readonly trouble: MicrophoneTrouble;
  constructor(trouble: MicrophoneTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** Opens the microphone and hands over its frames. Throws a MicrophoneError. */
export async function openMicrophone(
  onFrame: (frame: ArrayBuffer, rms: number) => void,
  onLost: (trouble: MicrophoneTrouble) => void,
): Promise<Microphone> {
  // On plain http to another machine the browser has no microphone to give.
  if (!window.isSecureContext || !navigator.mediaDevices) throw new MicrophoneError('insecure');
  const stream = await navigator.mediaDevices
    .getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } })
    .catch((error: DOMException) => {
      throw new MicrophoneError(troubleOf(error.name));
    });
  const context = new AudioContext();
  try {
    await context.audioWorklet.addModule(workletUrl);
    const source = context.createMediaStreamSource(stream);
    const capture = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' });
    capture.port.onmessage = ({ data }: MessageEvent<{ frame: ArrayBuffer; rms: number }>) => onFrame(data.frame, data.rms);
    source.connect(capture);
    await context.resume();
    const [track] = stream.getAudioTracks();
    track?.addEventListener('ended', () => onLost('absent'));
    return {
      stop() {
        capture.port.onmessage = null;
        for (const each of stream.getTracks()) each.stop();
        void context.close();
      },
    };
  } catch {
    for (const each of stream.getTracks()) each.stop();
    void context.close();
    throw new MicrophoneError('busy');
  }
}

export function troubleOf(errorName: string): MicrophoneTrouble {
  if (errorName === 'NotAllowedError' || errorName === 'SecurityError') return 'refused';
  if (errorName === 'NotFoundError' || errorName === 'OverconstrainedError') return 'absent';
  return 'busy';
}
