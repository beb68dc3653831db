import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder } from '../contract/matrix.ts';
import { hasHearing } from '../contract/sherpa.ts';
import { callWith, present, readClip } from '../contract/sounds.ts';
import { startVoiceHouse, type VoiceHouse } from '../kit/voice-house.ts';
import {
  clinicAudio,
  clinicUtterances,
  madeNoises,
  measureBargeIns,
  measureButton,
  measureNoise,
  measureTurns,
  type SpokenTurn,
} from '../kit/voice-measures.ts';
import { wordErrors } from './word-errors.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';
const speech = join(dataFolder, 'speech_clinic/dev');
const noises = join(dataFolder, 'speech_formats/nonspeech');
const hasVoice = spawnSync('espeak-ng', ['--version']).status === 0;
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

describe.skipIf(!hasHearing('live voice on real engines') || !present('live voice', speech))('a person speaks and the box answers', () => {
  let house: VoiceHouse;
  let turns: SpokenTurn[];
  const utterances = long ? clinicUtterances() : clinicUtterances().filter((_, i) => i % 11 === 0);
  beforeAll(async () => {
    house = await startVoiceHouse();
    turns = await measureTurns(house, utterances);
  }, 600_000);
  afterAll(() => house?.stop());

  test('the words are those that the recogniser hears in the whole clip', async () => {
    let alone = 0;
    for (const { id, text } of utterances) {
      const { transcript } = await house.machines
        .hear('en')
        .engine.transcribe(await readClip(clinicAudio(id)), { language: 'en' }, callWith());
      alone += wordErrors(text, transcript.text).errors;
    }
    const words = turns.reduce((sum, turn) => sum + turn.words, 0);
    const live = turns.reduce((sum, turn) => sum + turn.errors, 0);
    console.log(
      `live ${((100 * live) / words).toFixed(1)} %, the recogniser alone ${((100 * alone) / words).toFixed(1)} % of ${words} words`,
    );
    // Two points, or two words where the sample is small.
    expect(live).toBeLessThanOrEqual(alone + Math.max(2, 0.02 * words));
  }, 120_000);

  test('the first partial comes before 60 % of the clip was sent', () => {
    // "Okay" and "thank you" are over before anything can be heard of them.
    for (const turn of turns.filter(({ words }) => words > 4)) expect(turn.firstPartialShare, turn.id).toBeLessThan(0.6);
  });

  test('nobody is cut off, and everybody is answered after the wait', () => {
    expect(turns.filter(({ cutOff }) => cutOff).map(({ id }) => id)).toEqual([]);
    for (const turn of turns) expect(turn.endpointMs, turn.id).toBeGreaterThanOrEqual(550);
  });

  test.skipIf(!hasVoice)('the answer can be heard', () => {
    for (const turn of turns) expect(turn.soundBytes, turn.id).toBeGreaterThan(10_000);
  });

  test.skipIf(!hasVoice)(
    'speech stops a reply, and so does the button: nothing of it comes after',
    async () => {
      const spoken = await measureBargeIns(house, clinicUtterances().slice(0, long ? 20 : 2));
      const pressed = await measureButton(house, long ? 20 : 3);
      expect([...spoken, ...pressed].map(({ staleBytes }) => staleBytes)).toEqual([...spoken, ...pressed].map(() => 0));
      expect(spoken.length).toBe(long ? 20 : 2);
    },
    600_000,
  );

  test('what is no speech has no words and brings no answer', async () => {
    const sounds = Object.entries(madeNoises).map(([name, make]): [string, Buffer] => [name, make()]);
    if (hasFfmpeg && present('real noises', noises))
      for (const file of ['keyboard-typing.ogg', 'keyboard-typing2.ogg', 'office-ambience.ogg']) {
        const pieces: Buffer[] = [];
        for await (const { samples } of house.machines.sound.decode(readFileSync(join(noises, file)), 16_000, callWith().signal))
          pieces.push(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
        sounds.push([file, Buffer.concat(pieces).subarray(0, 32_000 * (long ? 30 : 8))]);
      }
    const heard = await Promise.all(sounds.map(async ([name, pcm]) => ({ name, ...(await measureNoise(house, pcm)) })));
    expect(heard.filter(({ words, answers }) => words.length > 0 || answers > 0)).toEqual([]);
    expect(heard.length).toBeGreaterThanOrEqual(9);
  }, 120_000);
});
