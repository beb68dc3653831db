import type { Purpose } from './call.ts';

/** What a receptionist calls the machine. */
export function machineName(purpose: Purpose): string {
  return names[purpose];
}

const names: Record<Purpose, string> = {
  'speech-to-text': 'speech recogniser',
  'live-speech-to-text': 'live speech recogniser',
  'voice-activity': 'speech detector',
  'language-model': 'language model',
  'text-to-speech': 'voice',
  embedder: 'document search engine',
  reranker: 'document ranking engine',
  translator: 'translator',
  'image-reader': 'image reader',
  diariser: 'speaker recogniser',
  'audio-decoder': 'sound converter',
};
