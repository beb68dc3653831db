import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder } from '../../test/contract/matrix.ts';
import { fakeLanguageModel } from '../../test/fakes/fake-language-model.ts';
import { startVoiceHouse, stubEngines } from '../../test/kit/voice-house.ts';
import {
  clinicUtterances,
  madeNoises,
  measureBargeIns,
  measureButton,
  measureLoad,
  measureNoise,
  measurePipeline,
  measureTurns,
  percentile,
  type SpokenTurn,
} from '../../test/kit/voice-measures.ts';

/**
 * Live voice through the real door: recorded people speak at real-time pace, the real engines answer. What the house adds is compared
 * with what its engines took in the same turn.
 *
 *   node scripts/bench/voice.ts [--turns 32] [--barge-ins 20] [--sockets 50] [--seconds 30] [--only turns|pipeline|barge-in|load|noise]
 */
const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '32' },
    'barge-ins': { type: 'string', default: '20' },
    sockets: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '30' },
    only: { type: 'string' },
  },
});
const wants = (part: string) => values.only === undefined || values.only === part;
const say = (text: string) => process.stdout.write(`${text}\n`);
const ms = (value: number) => `${value.toFixed(0)} ms`;
const utterances = clinicUtterances().slice(0, Number(values.turns));

if (wants('turns'))
  for (const [title, options] of [
    ['answers by rules', { policy: 'cited' }],
    ['answers by the model, read ahead', { policy: 'open', readsAhead: true }],
    ['answers by the model, not read ahead', { policy: 'open', readsAhead: false }],
  ] as const) {
    const house = await startVoiceHouse(options);
    tellTurns(title, await measureTurns(house, utterances));
    await house.stop();
  }

if (wants('turns')) {
  const house = await startVoiceHouse();
  for (const silence_ms of [300, 450])
    tellTurns(`pause of ${silence_ms} ms`, await measureTurns(house, utterances, { turn_detection: { silence_ms } }));
  await house.stop();
}

if (wants('pipeline')) {
  const model = fakeLanguageModel(() => 'I see. That is noted.', { beforeWord: () => new Promise((resolve) => setTimeout(resolve, 25)) });
  const house = await startVoiceHouse({
    policy: 'open',
    stubs: {
      ...stubEngines({ delayMs: 60, texts: ['What should I eat when I have a cold'] }),
      think: () => ({ engine: model, demonstration: false }),
    },
  });
  const ours = await measurePipeline(house, 40);
  say(
    `\nWhat the pipeline adds to stub engines (${ours.length} turns): p50 ${percentile(ours, 0.5).toFixed(1)} ms, p95 ${percentile(ours, 0.95).toFixed(1)} ms (bar p50 10 ms)`,
  );
  await house.stop();
}

if (wants('barge-in')) {
  const house = await startVoiceHouse();
  const spoken = await measureBargeIns(house, clinicUtterances().slice(0, Number(values['barge-ins'])));
  const pressed = await measureButton(house, Number(values['barge-ins']));
  const after = spoken.map((one) => one.ms);
  say(
    `\nBarge-in, from the first sound of the voice to \`interrupted\` at the client (${spoken.length}): p50 ${ms(percentile(after, 0.5))}, p95 ${ms(percentile(after, 0.95))} (bar 900 ms)`,
  );
  say(
    `By the button (${pressed.length}): p50 ${percentile(
      pressed.map((one) => one.ms),
      0.5,
    ).toFixed(1)} ms, p95 ${percentile(
      pressed.map((one) => one.ms),
      0.95,
    ).toFixed(1)} ms (bar 60 ms)`,
  );
  say(`Stale bytes after either: ${[...spoken, ...pressed].reduce((sum, one) => sum + one.staleBytes, 0)} (bar 0)`);
  await house.stop();
}

if (wants('load')) {
  const house = await startVoiceHouse({ stubs: stubEngines(), env: { MAX_SESSIONS: values.sockets } });
  const load = await measureLoad(house, Number(values.sockets), Number(values.seconds));
  say(
    `\n${load.sockets} people talk at once for ${values.seconds} s: loop delay p99 ${load.delayP99Ms.toFixed(1)} ms (idle ${load.idleP99Ms.toFixed(1)} ms; bar 20 ms), ` +
      `${load.framesHeard} of ${load.framesSent} frames heard, ${load.finals} finals; one more: ${load.refusedCode} after ${ms(load.refusedMs)} (bar 50 ms)`,
  );
  await house.stop();
}

if (wants('noise')) {
  const house = await startVoiceHouse();
  const sounds: [string, Buffer][] = Object.entries(madeNoises).map(([name, make]) => [name, make()]);
  for (const file of ['keyboard-typing.ogg', 'keyboard-typing2.ogg', 'office-ambience.ogg']) {
    const bytes = await import('node:fs/promises').then((fs) => fs.readFile(join(dataFolder, 'speech_formats/nonspeech', file)));
    const pieces: Buffer[] = [];
    for await (const { samples } of house.machines.sound.decode(bytes, 16_000, new AbortController().signal))
      pieces.push(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    sounds.push([file, Buffer.concat(pieces).subarray(0, 32_000 * 30)]);
  }
  say('\nSounds without speech: words heard, answers given (bar 0, 0)');
  for (const [name, pcm] of sounds) {
    const { words, answers } = await measureNoise(house, pcm);
    say(
      `  ${name.padEnd(24)} ${(pcm.length / 32_000).toFixed(0)} s  ${words.length} ${answers} ${words.length > 0 ? JSON.stringify(words) : ''}`,
    );
  }
  await house.stop();
}
process.exit(0);

function tellTurns(title: string, turns: readonly SpokenTurn[]): void {
  const sum = (of: (turn: SpokenTurn) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  const of = (value: (turn: SpokenTurn) => number) => turns.map(value).filter(Number.isFinite);
  const whole = turns.filter(
    (turn) => Number.isFinite(turn.voiceToVoiceMs) && turn.voiceToVoiceMs !== null && turn.enginesMs > 0 && !turn.cutOff,
  );
  const ratios = whole.map((turn) => (turn.voiceToVoiceMs - turn.endpointMs) / turn.enginesMs);
  const within = whole.filter(
    (turn) => turn.voiceToVoiceMs - turn.endpointMs <= Math.max(turn.enginesMs * 1.1, turn.enginesMs + 60),
  ).length;
  say(`\n${title} (${turns.length} turns)`);
  say(
    `  word errors            ${((100 * sum((turn) => turn.errors)) / sum((turn) => turn.words)).toFixed(1)} % of ${sum((turn) => turn.words)} words`,
  );
  say(
    `  first partial          at ${(
      100 *
        percentile(
          of((turn) => turn.firstPartialShare),
          0.5,
        )
    ).toFixed(0)} % of the clip, at the latest ${(100 * Math.max(...of((turn) => turn.firstPartialShare))).toFixed(0)} % (bar 60 %)`,
  );
  say(
    `  end of speech to sound p50 ${ms(
      percentile(
        of((turn) => turn.voiceToVoiceMs),
        0.5,
      ),
    )}, p95 ${ms(
      percentile(
        of((turn) => turn.voiceToVoiceMs),
        0.95,
      ),
    )} (at the client ${ms(
      percentile(
        of((turn) => turn.atClientMs),
        0.5,
      ),
    )}, ${ms(
      percentile(
        of((turn) => turn.atClientMs),
        0.95,
      ),
    )})`,
  );
  say(
    `  of it the wait         p50 ${ms(
      percentile(
        of((turn) => turn.endpointMs),
        0.5,
      ),
    )}; ${turns.filter((turn) => turn.cutOff).length} of ${turns.length} cut off`,
  );
  say(
    `  engines after the wait p50 ${ms(
      percentile(
        whole.map((turn) => turn.enginesMs),
        0.5,
      ),
    )}; all ÷ engines p50 ${percentile(ratios, 0.5).toFixed(2)}; within 1.10 or 60 ms: ${within} of ${whole.length}`,
  );
}
