import { join } from 'node:path';
import type { EngineProcess } from '../../src/engines/engine-process.ts';
import { type HostPolicy, startEngineProcess } from '../../src/engines/host/process.ts';
import { sherpaEngine } from '../../src/engines/sherpa/engine.ts';
import type { SherpaInit } from '../../src/engines/sherpa/models.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Log } from '../../src/shared/log.ts';
import { weightsFolder } from './matrix.ts';
import { present } from './sounds.ts';

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

const zipformer = join(weightsFolder, 'zipformer-en-3.3M');
export const hearingInit: SherpaInit = {
  detector: join(weightsFolder, 'silero-vad/silero_vad.onnx'),
  recogniser: {
    kind: 'streaming-transducer',
    encoder: join(zipformer, 'encoder.int8.onnx'),
    decoder: join(zipformer, 'decoder.onnx'),
    joiner: join(zipformer, 'joiner.int8.onnx'),
    tokens: join(zipformer, 'tokens.txt'),
    bpeVocab: join(zipformer, 'bpe.vocab'),
    modelType: 'zipformer2',
  },
  threads: 1,
};

export const hasHearing = (what: string) => present(what, zipformer, hearingInit.detector as string);

export function startHearing(policy: Partial<HostPolicy> = {}, init: SherpaInit = hearingInit, log: Log = quiet): EngineProcess {
  return startEngineProcess(
    sherpaEngine({ id: 'sherpa:zipformer-en-3.3M', purpose: 'live-speech-to-text', init, fix: 'bedside models pull zipformer-en-3.3M' }),
    {
      log,
      clock: systemClock,
      environment: { PATH: process.env.PATH ?? '' },
      policy,
    },
  );
}
