import { join } from 'node:path';
import { sherpaSpeechToText } from '../../src/engines/sherpa/speech-to-text.ts';
import { fakeSpeechToText } from '../fakes/speech.ts';
import { dataFolder, tell } from './matrix.ts';
import { hasHearing, startHearing } from './sherpa.ts';
import { hum, present, readClip } from './sounds.ts';
import { speechToTextContract } from './speech-to-text.suite.ts';

speechToTextContract({
  implementation: 'fake',
  weights: 'scripted',
  open: async () => ({ engine: fakeSpeechToText({ texts: ['I have a fever', 'since Monday'] }), close: async () => {} }),
  speech: async () => ({ clip: hum(2_000), says: /fever|Monday/ }),
});

const fever = join(dataFolder, 'speech_clinic/dev/audio/dev-021.wav');
if (hasHearing('speech-to-text on sherpa-onnx') && present('speech-to-text on sherpa-onnx', fever)) {
  speechToTextContract({
    implementation: 'sherpa-onnx',
    weights: 'zipformer-en-3.3M + silero-vad',
    async open() {
      const process = startHearing();
      return { engine: sherpaSpeechToText('sherpa:zipformer-en-3.3M', process, ['en']), close: () => process.close() };
    },
    speech: async () => ({ clip: await readClip(fever), says: /fever and a cough since Monday/ }),
  });
}
tell('SpeechToText', 'sherpa-onnx', 'Whisper, Moonshine, offline transducer and CTC models in ONNX', false);
