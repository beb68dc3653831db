import { makeFramer } from './framer.ts';
import { loudness, toPcm16 } from './pcm.ts';
import { makeResampler } from './resample.ts';

// Runs on the browser's audio thread, where neither the page nor its types are.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare const AudioWorkletProcessor: new () => { readonly port: MessagePort };

const RATE = 16_000;
const FRAME_SAMPLES = RATE / 50;

/** What the microphone hears, as 20 ms frames of 16-bit sound at 16 kHz, each with its loudness for the meter. */
class Capture extends AudioWorkletProcessor {
  readonly #resampler = makeResampler(sampleRate, RATE);
  readonly #framer = makeFramer(FRAME_SAMPLES);

  process(inputs: Float32Array[][]): boolean {
    const channel = inputs[0]?.[0];
    if (!channel) return true;
    for (const frame of this.#framer(this.#resampler.push(channel))) {
      const { buffer } = toPcm16(frame);
      this.port.postMessage({ frame: buffer, rms: loudness(frame) }, [buffer]);
    }
    return true;
  }
}

registerProcessor('capture', Capture);
