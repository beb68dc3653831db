import { fromBase64, fromPcm16, loudness } from './pcm.ts';
import { addPiece, completed, isSounding, type Playout, playedMs, silentPlayout } from './playout.ts';

/** The loudspeaker: plays a reply piece by piece, and knows how much of it was heard. */
export interface Speaker {
  /** Browsers let a page sound only after a press; call this from one. */
  unlock(): void;
  begin(sampleRate: number): void;
  play(base64: string, sampleRate: number): void;
  /** All pieces of this reply came. */
  complete(): void;
  /** Drops what has not sounded yet. */
  drop(): void;
  quieter(): void;
  normal(): void;
  playedMs(): number;
  isSounding(): boolean;
  /** How loud it sounds right now, 0 to 1. */
  level(): number;
  close(): void;
}

const QUIET = 0.15;

export function makeSpeaker(): Speaker {
  let context: AudioContext | undefined;
  let gain: GainNode | undefined;
  let tap: AnalyserNode | undefined;
  let playout: Playout = silentPlayout;
  const sounding = new Set<AudioBufferSourceNode>();

  /** One context at the voice's own rate: pieces that the browser resamples one by one would click where they meet. */
  function open(sampleRate: number): AudioContext {
    if (context && context.sampleRate === sampleRate && context.state !== 'closed') return context;
    void context?.close();
    context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
    gain = context.createGain();
    tap = context.createAnalyser();
    tap.fftSize = 1024;
    gain.connect(tap).connect(context.destination);
    playout = silentPlayout;
    return context;
  }
  /** What the ear hears now was handed to the sound card a moment ago. */
  const heardAt = () => (context ? context.currentTime - (context.outputLatency || context.baseLatency || 0) : 0);

  function drop(): void {
    for (const source of sounding) source.stop();
    sounding.clear();
    playout = silentPlayout;
  }
  const turnTo = (volume: number) => {
    if (context && gain) gain.gain.setTargetAtTime(volume, context.currentTime, 0.02);
  };

  return {
    unlock() {
      void open(24_000).resume();
    },
    begin(sampleRate) {
      drop();
      void open(sampleRate).resume();
      turnTo(1);
    },
    play(base64, sampleRate) {
      const place = open(sampleRate);
      const samples = fromPcm16(fromBase64(base64));
      if (samples.length === 0) return;
      const buffer = place.createBuffer(1, samples.length, sampleRate);
      buffer.copyToChannel(samples, 0);
      const source = place.createBufferSource();
      source.buffer = buffer;
      source.connect(gain as GainNode);
      const next = addPiece(playout, place.currentTime, buffer.duration);
      playout = next.playout;
      source.addEventListener('ended', () => sounding.delete(source));
      sounding.add(source);
      source.start(next.at);
    },
    complete() {
      playout = completed(playout);
    },
    drop,
    quieter: () => turnTo(QUIET),
    normal: () => turnTo(1),
    playedMs: () => playedMs(playout, heardAt()),
    isSounding: () => isSounding(playout, heardAt()),
    level() {
      if (!tap || sounding.size === 0) return 0;
      const samples = new Float32Array(tap.fftSize);
      tap.getFloatTimeDomainData(samples);
      return loudness(samples);
    },
    close() {
      drop();
      void context?.close();
      context = undefined;
    },
  };
}
