import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEspeak } from '../../src/engines/espeak/text-to-speech.ts';
import type { VoiceModel } from '../../src/engines/sherpa/models.ts';
import { sherpaTextToSpeech } from '../../src/engines/sherpa/text-to-speech.ts';
import { fakeTextToSpeech } from '../fakes/speech.ts';
import { tell } from './matrix.ts';
import { startHearing } from './sherpa.ts';
import { callWith, streamOf } from './sounds.ts';
import { textToSpeechContract } from './text-to-speech.suite.ts';

const environment = { PATH: process.env.PATH ?? '' };
const live = new AbortController().signal;

textToSpeechContract({
  implementation: 'fake',
  weights: 'scripted',
  voice: 'fake-en',
  open: async () => ({ engine: fakeTextToSpeech(), close: async () => {} }),
});

if (spawnSync('espeak-ng', ['--version']).status === 0) {
  for (const voice of ['espeak-en-gb', 'espeak-hi']) {
    textToSpeechContract({
      implementation: 'espeak-ng',
      weights: `its own rules (${voice})`,
      voice,
      open: async () => ({ engine: await openEspeak({ environment }, live), close: async () => {} }),
    });
  }
} else console.log('skipped: text-to-speech on espeak-ng (not installed: apt-get install espeak-ng)');

// Only its errors are tested below.
tell('TextToSpeech', 'sherpa-onnx', 'Piper, Kokoro and Matcha voices', false);

test('a missing espeak-ng is unavailable, with the command that installs it', async () => {
  await expect(openEspeak({ environment, program: 'espeak-that-is-not-there' }, live)).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'ENGINE_UNAVAILABLE', context: { purpose: 'text-to-speech', fix: 'apt-get install espeak-ng' } },
  });
});

const voices: readonly VoiceModel[] = [
  { kind: 'piper', model: 'voice.onnx', tokens: 'tokens.txt' },
  { kind: 'kokoro', model: 'model.onnx', voices: 'voices.bin', tokens: 'tokens.txt', dataDir: 'espeak-ng-data' },
  { kind: 'matcha', acousticModel: 'model.onnx', vocoder: 'vocos.onnx', tokens: 'tokens.txt' },
];
const speak = async (voice: VoiceModel, folder: string) => {
  const placed = Object.fromEntries(
    Object.entries(voice).map(([key, value]) => [key, key === 'kind' ? value : join(folder, value)]),
  ) as unknown as VoiceModel;
  const engine = startHearing({}, { voice: placed, threads: 1 });
  try {
    const speech = sherpaTextToSpeech('sherpa:voice', engine, [{ id: 'amy', language: 'en', speaker: 0 }]);
    for await (const _ of speech.speak(streamOf(['Good morning.']), { voice: 'amy' }, callWith()));
  } finally {
    await engine.close();
  }
};

test.each(voices)('a $kind voice whose files are missing is unavailable and says which', async (voice) => {
  await expect(speak(voice, '/nowhere')).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'ENGINE_UNAVAILABLE', context: { fix: 'bedside models verify' } },
  });
});

test.each(voices)('a $kind voice whose files are damaged costs its process and not the service', async (voice) => {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-voice-'));
  try {
    for (const [key, name] of Object.entries(voice)) if (key !== 'kind') writeFileSync(join(folder, name), 'not a model');
    await expect(speak(voice, folder)).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'ENGINE_UNAVAILABLE' } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
