import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitFrames } from '../../src/engines/pcm.ts';
import { fromMuLaw, toMuLaw } from '../../src/engines/wav.ts';
import { dataFolder } from '../contract/matrix.ts';
import { hasHearing } from '../contract/sherpa.ts';
import { callWith, present } from '../contract/sounds.ts';
import { type Caller, exchangeWith, socketCall, streamCall, telephoneSound } from '../kit/exchange.ts';
import { pcmOf } from '../kit/talk.ts';
import { until } from '../kit/until.ts';
import { startVoiceHouse, type VoiceHouse } from '../kit/voice-house.ts';
import { clinicAudio, clinicUtterances } from '../kit/voice-measures.ts';
import { wordErrors } from './word-errors.ts';

const speech = join(dataFolder, 'speech_clinic/dev');
const hasVoice = spawnSync('espeak-ng', ['--version']).status === 0;
const SECRET = 'a token that only the exchange knows';
const ids = ['dev-001', 'dev-007', 'dev-016', 'dev-021'];
const loud = (samples: Int16Array) => Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length) > 500;

describe.skipIf(!hasHearing('the telephone on real engines') || !hasVoice || !present('the telephone', speech))(
  'somebody telephones, and the box hears and answers',
  () => {
    let voices: VoiceHouse;
    const clips = clinicUtterances().filter(({ id }) => ids.includes(id));
    const soundOf = (id: string) => telephoneSound(pcmOf(clinicAudio(id)));
    beforeAll(async () => {
      voices = await startVoiceHouse({ env: { TWILIO_AUTH_TOKEN: SECRET, BEDSIDE_AUDIOSOCKET: '127.0.0.1:0' } });
    }, 120_000);
    afterAll(() => voices?.stop());

    /** Of the newest call through this exchange: only the one in the network tells a number. */
    async function messages(line: 'network' | 'premises' = 'network') {
      const { house, hospital } = voices;
      const { items } = (await house.call('GET', '/api/v1/calls', { token: hospital.tokens.nurse })).json;
      const call = items.find((one: { caller_phone: string | null }) => (one.caller_phone !== null) === (line === 'network'));
      const { json } = await house.call('GET', `/api/v1/consultations/${call.consultation_id}`, { token: hospital.tokens.nurse });
      return json as {
        messages: { sender_type: string; message_text: string; interrupted: boolean }[];
        red_flags: { code: string }[];
      };
    }
    const spokenBy = async (who: string, line: 'network' | 'premises') =>
      (await messages(line)).messages.filter(({ sender_type }) => sender_type === who).map(({ message_text }) => message_text);
    const quiet = (caller: Caller) =>
      until(() => caller.heard.length > 20 && performance.now() - (caller.heard.at(-1)?.at ?? 0) > 700, 'the end of the reply', 60_000);

    /** Says each clip when the box has fallen silent; the words that were heard, and whether each was answered aloud. */
    async function talkThrough(caller: Caller, line: 'network' | 'premises'): Promise<{ heard: string; answered: number }> {
      let answered = 0;
      await quiet(caller);
      for (const { id } of clips) {
        const [said, frames] = [(await spokenBy('assistant', line)).length, caller.heard.length];
        await caller.say(soundOf(id));
        await until(async () => (await spokenBy('assistant', line)).length > said, `an answer to ${id}`, 30_000);
        await until(() => caller.heard.slice(frames).filter(({ samples }) => loud(samples)).length > 10, `the sound of it (${id})`, 30_000);
        answered++;
        await quiet(caller);
      }
      return { heard: (await spokenBy('patient', line)).join(' '), answered };
    }

    /** What the recogniser makes of the whole clips as a telephone line has them. */
    async function alone(): Promise<number> {
      let errors = 0;
      for (const { id, text } of clips) {
        const line = soundOf(id).map((sample) => fromMuLaw(toMuLaw(sample)));
        const { transcript } = await voices.machines.hear('en').engine.transcribe(splitFrames(line, 8_000), { language: 'en' }, callWith());
        errors += wordErrors(text, transcript.text).errors;
      }
      return errors;
    }

    test('through both exchanges, as well as the recogniser alone hears such a line', async () => {
      const { house } = voices;
      const callSid = 'CAweights';
      const streamed = await streamCall(await exchangeWith(house, SECRET).ring({ callSid }), callSid);
      const local = await socketCall(house.linesPort as number, randomUUID());
      const [network, premises] = await Promise.all([talkThrough(streamed, 'network'), talkThrough(local, 'premises')]);
      streamed.hangUp();
      local.hangUp();
      const said = clips.map(({ text }) => text).join(' ');
      const [best, a, b] = [await alone(), wordErrors(said, network.heard), wordErrors(said, premises.heard)];
      console.log(
        `${a.words} words: ${a.errors} wrong through the media stream, ${b.errors} through AudioSocket, ${best} by the recogniser alone on the same line\n  ${network.heard}\n  ${premises.heard}`,
      );
      expect([network.answered, premises.answered]).toEqual([clips.length, clips.length]);
      for (const { errors } of [a, b]) expect(errors).toBeLessThanOrEqual(best + 2);
    }, 300_000);

    test('an emergency told on the telephone is answered with its advice, and the call goes on', async () => {
      const callSid = 'CAemergency';
      const caller = await streamCall(await exchangeWith(voices.house, SECRET).ring({ callSid }), callSid);
      await quiet(caller);
      await caller.say(soundOf('dev-029'));
      await until(async () => (await messages()).red_flags.length > 0, 'the red flag', 30_000);
      expect((await messages()).red_flags[0]?.code).toBe('chest_pain');
      // Speech in the middle of the advice stops it, as on every other line.
      const from = caller.heard.length;
      await until(() => caller.heard.length > from + 60, 'the advice', 30_000);
      await caller.say(soundOf('dev-013'));
      await until(() => caller.clears.length > 0, 'silence');
      const [cleared] = caller.clears;
      expect(caller.heard.filter(({ at }) => at > (cleared as number) && at < (cleared as number) + 300)).toEqual([]);
      await until(async () => (await messages()).messages.some(({ interrupted }) => interrupted), 'the cut');
      caller.hangUp();
    }, 120_000);
  },
);
