import { join } from 'node:path';
import { sherpaLiveSpeechToText } from '../../src/engines/sherpa/live-speech-to-text.ts';
import { sherpaSpeechToText } from '../../src/engines/sherpa/speech-to-text.ts';
import { sherpaVoiceActivity } from '../../src/engines/sherpa/voice-activity.ts';
import { whisperSpec, whisperSpeechToText } from '../../src/engines/whisper/speech-to-text.ts';
import { listenInClips } from '../../src/engines/wrap/listen-in-clips.ts';
import { fakeLiveSpeechToText } from '../fakes/speech.ts';
import { startForTest } from './engines.ts';
import { liveSpeechToTextContract } from './live-speech-to-text.suite.ts';
import { dataFolder, tell, weights } from './matrix.ts';
import { hasHearing, hearingInit, startHearing } from './sherpa.ts';
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

const whisper = weights('whisper-clinic-tiny', 'ggml-clinic-tiny.bin');
const tuesday = join(dataFolder, 'speech_espeak/en_001.wav');
if (whisper && hasHearing('live-speech-to-text on whisper.cpp') && present('live-speech-to-text on whisper.cpp', tuesday)) {
  liveSpeechToTextContract({
    implementation: 'listenInClips over whisper.cpp',
    weights: 'whisper-clinic-tiny + silero-vad',
    async open() {
      const [ear, detector] = [
        startForTest(
          whisperSpec({ id: 'whisper:clinic-tiny', modelPath: whisper, windowMs: 10_000, threads: 1, takesTerms: false, retries: false }),
        ),
        startHearing({}, { detector: hearingInit.detector as string, threads: 1 }),
      ];
      return {
        engine: listenInClips(whisperSpeechToText(ear), sherpaVoiceActivity('sherpa:silero-vad', detector)),
        close: async () => void (await Promise.all([ear.close(), detector.close()])),
      };
    },
    speech: async () => ({ clip: await readClip(tuesday), says: /appointment on Tuesday/ }),
  });
} else tell('LiveSpeechToText', 'listenInClips over whisper.cpp', 'whisper-clinic-tiny + silero-vad', false);
