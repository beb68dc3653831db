import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { toFailure } from '../errors.ts';
import type { SocketRoom } from './server.ts';

/** The voice socket until live voice moves in: it knows its owner, checks what it is sent, and says what is missing. */
export function makeVoiceConnection(): SocketRoom {
  return (socket, _caller, language) => {
    const tell = (error: AppError) => socket.send(JSON.stringify({ type: 'error', payload: toFailure(error, newId(), language).body }));
    socket.on('message', (data, isBinary) => {
      if (isBinary) {
        tell(new AppError('invalid', 'Sound came before init-session.'));
        socket.close(4400, 'VALIDATION_ERROR');
        return;
      }
      if (typeOf(String(data)) === 'init-session')
        tell(
          new AppError('unavailable', 'This box cannot listen live yet. Write, or send a recording.', {
            context: { purpose: 'live-speech-to-text', fix: 'bedside models pull' },
          }),
        );
      else tell(new AppError('invalid', 'This message is not understood here.'));
    });
  };
}

function typeOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
