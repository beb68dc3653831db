import { join } from 'node:path';
import { sherpaVoiceActivity } from '../../src/engines/sherpa/voice-activity.ts';
import { fakeVoiceActivity } from '../fakes/speech.ts';
import { dataFolder } from './matrix.ts';
import { hasHearing, hearingInit, startHearing } from './sherpa.ts';
import { hum, present, readClip } from './sounds.ts';
import { voiceActivityContract } from './voice-activity.suite.ts';

voiceActivityContract({
  implementation: 'fake',
  weights: 'scripted',
  open: async () => ({ engine: fakeVoiceActivity(), close: async () => {} }),
  speech: async () => ({ clip: hum(2_000) }),
});

const fever = join(dataFolder, 'speech_clinic/dev/audio/dev-021.wav');
if (hasHearing('voice-activity on sherpa-onnx') && present('voice-activity on sherpa-onnx', fever)) {
  voiceActivityContract({
    implementation: 'sherpa-onnx',
    weights: 'silero-vad',
    async open() {
      const process = startHearing({}, { detector: hearingInit.detector as string, threads: 1 });
      return { engine: sherpaVoiceActivity('sherpa:silero-vad', process), close: () => process.close() };
    },
    speech: async () => ({ clip: await readClip(fever) }),
  });
}
