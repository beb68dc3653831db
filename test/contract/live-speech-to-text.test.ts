import { join } from 'node:path';
import { sherpaLiveSpeechToText } from '../../src/engines/sherpa/live-speech-to-text.ts';
import { sherpaSpeechToText } from '../../src/engines/sherpa/speech-to-text.ts';
import { sherpaVoiceActivity } from '../../src/engines/sherpa/voice-activity.ts';
import { listenInClips } from '../../src/engines/wrap/listen-in-clips.ts';
import { fakeLiveSpeechToText } from '../fakes/speech.ts';
import { liveSpeechToTextContract } from './live-speech-to-text.suite.ts';
import { dataFolder } from './matrix.ts';
import { hasHearing, startHearing } from './sherpa.ts';
import { hum, present, readClip } from './sounds.ts';

liveSpeechToTextContract({
  implementation: 'fake',
  weights: 'scripted',
  open: async () => ({
    engine: fakeLiveSpeechToText({ texts: ['I have had a fever since Monday', 'and a cough'] }),
    close: async () => {},
  }),
  speech: async () => ({ clip: hum(2_000), says: /fever/ }),
});

const fever = join(dataFolder, 'speech_clinic/dev/audio/dev-021.wav');
if (hasHearing('live-speech-to-text on sherpa-onnx') && present('live-speech-to-text on sherpa-onnx', fever)) {
  liveSpeechToTextContract({
    implementation: 'sherpa-onnx',
    weights: 'zipformer-en-3.3M + silero-vad',
    async open() {
      const process = startHearing();
      return { engine: sherpaLiveSpeechToText('sherpa:zipformer-en-3.3M', process, 'en'), close: () => process.close() };
    },
    speech: async () => ({ clip: await readClip(fever), says: /fever and a cough since Monday/ }),
  });
  liveSpeechToTextContract({
    implementation: 'listenInClips over sherpa-onnx',
    weights: 'zipformer-en-3.3M + silero-vad',
    async open() {
      const process = startHearing();
      const [stt, vad] = [
        sherpaSpeechToText('sherpa:zipformer-en-3.3M', process, ['en']),
        sherpaVoiceActivity('sherpa:silero-vad', process),
      ];
      return { engine: listenInClips(stt, vad), close: () => process.close() };
    },
    speech: async () => ({ clip: await readClip(fever), says: /fever and a cough since Monday/ }),
  });
}
