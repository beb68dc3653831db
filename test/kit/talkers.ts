import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Talk, talk } from './talk.ts';

/** Many clients in a thread of their own, so that their work is not taken for the service's. */
export interface TalkersOrder {
  readonly base: string;
  readonly tokens: readonly (string | undefined)[];
  readonly sockets: number;
  readonly seconds: number;
  readonly pcm: Uint8Array | undefined;
}
export interface TalkersReport {
  readonly type: 'open' | 'done';
  readonly frames: number;
  readonly finals: number;
}

if (!isMainThread && parentPort) await run(workerData as TalkersOrder);

async function run({ base, tokens, sockets, seconds, pcm = new Uint8Array(0) }: TalkersOrder): Promise<void> {
  const sound = Buffer.from(pcm);
  const lines: Talk[] = [];
  for (let i = 0; i < sockets; i++) lines.push(await talk(base, tokens[i % tokens.length] ?? ''));
  parentPort?.postMessage({ type: 'open', frames: 0, finals: 0 } satisfies TalkersReport);
  await new Promise<void>((resolve) => parentPort?.once('message', () => resolve()));
  let frames = 0;
  const startMs = performance.now();
  // Each begins at another place, so that not all end a sentence at once.
  for (let frame = 0; frame < seconds * 50; frame++) {
    const wait = startMs + frame * 20 - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    for (const [i, line] of lines.entries()) {
      const at = ((frame * 640 + i * 6_400) % (sound.length + 64_000)) & ~1;
      const piece = Buffer.alloc(640);
      sound.copy(piece, 0, Math.min(at, sound.length), Math.min(at + 640, sound.length));
      if (line.socket.readyState !== line.socket.OPEN) continue;
      line.send(piece);
      frames++;
    }
  }
  const finals = lines.reduce((sum, { told }) => sum + told.filter((m) => m.type === 'transcript' && m.is_final).length, 0);
  parentPort?.postMessage({ type: 'done', frames, finals } satisfies TalkersReport);
  await new Promise<void>((resolve) => parentPort?.once('message', () => resolve()));
  await Promise.all(lines.map((line) => line.end().catch(() => 0)));
  process.exit(0);
}
