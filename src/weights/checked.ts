import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256File } from './hash.ts';
import { readJson, writeJson } from './json-file.ts';
import type { LocatedFile } from './locate.ts';

/** A disk can rot without touching a file's times, so a verdict does not hold for ever. */
const VERDICT_MS = 7 * 24 * 3600 * 1000;

const verdictSchema = z.object({ bytes: z.string(), changed: z.string(), inode: z.string(), sha256: z.string(), at: z.number() });
const checkedSchema = z.object({ version: z.literal(1), files: z.record(z.string(), verdictSchema) });
type Verdict = z.infer<typeof verdictSchema>;

/** SHA-256 of files, remembered as long as their size, times and inode stay: a start need not read gigabytes again. */
export interface Verdicts {
  /** The file's SHA-256: remembered, or computed now. `fresh` reads the bytes whatever is remembered. */
  sha256(
    path: string,
    signal: AbortSignal,
    options?: { readonly fresh?: boolean; readonly onBytes?: (bytes: number) => void },
  ): Promise<string>;
  /** Writes what was learnt; a folder that cannot be written costs only time. */
  save(): Promise<void>;
}

export async function openVerdicts(modelsDir: string, nowMs: () => number = Date.now): Promise<Verdicts> {
  const file = join(modelsDir, 'checked.json');
  const known = await loadKnown(file);
  const learnt: Record<string, Verdict> = {};
  return {
    async sha256(path, signal, options = {}) {
      const before = await fingerprint(path);
      const verdict = known[path];
      if (!options.fresh && verdict && same(verdict, before) && nowMs() - verdict.at < VERDICT_MS && nowMs() >= verdict.at)
        return verdict.sha256;
      const { sha256 } = await sha256File(path, signal, options.onBytes);
      const after = await fingerprint(path);
      // A file that changed while it was read has no verdict worth keeping.
      if (same(before, after)) known[path] = learnt[path] = { ...after, sha256, at: nowMs() };
      else delete known[path];
      return sha256;
    },
    async save() {
      if (Object.keys(learnt).length === 0) return;
      const others = await loadKnown(file);
      const files = Object.fromEntries(Object.entries({ ...others, ...learnt }).filter(([, verdict]) => nowMs() - verdict.at < VERDICT_MS));
      await writeJson(file, { version: 1, files }).catch(() => {});
    },
  };
}

/** True where the file's bytes are those that its SHA-256 stands for. */
export async function isIntact(file: LocatedFile, verdicts: Verdicts, signal: AbortSignal, fresh = false): Promise<boolean> {
  return (await verdicts.sha256(file.path, signal, { fresh })) === file.sha256;
}

async function loadKnown(file: string): Promise<Record<string, Verdict>> {
  const parsed = checkedSchema.safeParse(await readJson(file).catch(() => undefined));
  return parsed.success ? parsed.data.files : {};
}

/** Nanoseconds of the last change (the inode's own time, which no program can set back) and what else tells two files apart. */
async function fingerprint(path: string): Promise<{ bytes: string; changed: string; inode: string }> {
  const info = await stat(path, { bigint: true });
  return { bytes: `${info.size}`, changed: `${info.mtimeNs}/${info.ctimeNs}`, inode: `${info.dev}:${info.ino}` };
}

function same(a: { bytes: string; changed: string; inode: string }, b: { bytes: string; changed: string; inode: string }): boolean {
  return a.bytes === b.bytes && a.changed === b.changed && a.inode === b.inode;
}
