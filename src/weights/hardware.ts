import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Hardware } from './choose.ts';

/** What this box has. Looking for a GPU takes at most 3 s and needs no driver library. */
export async function detectHardware(): Promise<Hardware> {
  // In a container the limit is the container's, not the machine's.
  const limit = process.constrainedMemory();
  const ramBytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  return { ramBytes, cores: availableParallelism(), gpu: (await nvidia()) ?? (await amd()) ?? apple(ramBytes) };
}

async function nvidia(): Promise<Hardware['gpu']> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'], {
      timeout: 3_000,
    });
    return largest(stdout.trim().split('\n').flatMap(parseNvidia));
  } catch {
    return null;
  }
}

/** A line of nvidia-smi: name, memory in MiB. */
export function parseNvidia(line: string): NonNullable<Hardware['gpu']>[] {
  const match = /^(.+?),\s*(\d+)\s*$/.exec(line.trim());
  return match?.[1] && match[2] ? [{ name: match[1].trim(), memoryBytes: Number(match[2]) * 1024 * 1024 }] : [];
}

async function amd(): Promise<Hardware['gpu']> {
  const root = '/sys/class/drm';
  try {
    const cards = (await readdir(root)).filter((name) => /^card\d+$/.test(name));
    const found = await Promise.all(
      cards.map(async (card) => Number(await readFile(join(root, card, 'device/mem_info_vram_total'), 'utf8').catch(() => '0'))),
    );
    return largest(found.filter((bytes) => bytes > 0).map((memoryBytes) => ({ name: 'AMD GPU', memoryBytes })));
  } catch {
    return null;
  }
}

/** Apple's processors share the memory; about two thirds may go to the GPU. */
function apple(ramBytes: number): Hardware['gpu'] {
  return process.platform === 'darwin' && process.arch === 'arm64' ? { name: 'Apple GPU', memoryBytes: Math.round(ramBytes * 0.66) } : null;
}

function largest(gpus: readonly NonNullable<Hardware['gpu']>[]): Hardware['gpu'] {
  return gpus.reduce<Hardware['gpu']>((best, gpu) => (best && best.memoryBytes >= gpu.memoryBytes ? best : gpu), null);
}
