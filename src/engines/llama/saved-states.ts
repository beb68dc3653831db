import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';

/**
 * What a model has read of a system prompt, kept on disk: after a restart, or for a new conversation, it is loaded in milliseconds
 * instead of being read again in seconds. A beginning is kept only once a second conversation has shared it, so that what stands in
 * one conversation alone (a patient's history, say) is not written down. A file is used only if its bytes are those that were written:
 * the native reader trusts what it reads.
 */
export interface SavedStates {
  /** Puts the state of these tokens into the sequence; false when there is none. */
  load(sequence: LlamaContextSequence, tokens: readonly Token[]): Promise<boolean>;
  /** True when the state of these tokens should be saved as soon as they were read. Counts who asks. */
  wants(tokens: readonly Token[], conversation: string | undefined): boolean;
  /** Saves the sequence, which holds exactly these tokens. */
  save(sequence: LlamaContextSequence, tokens: readonly Token[]): Promise<void>;
}

const mostFiles = 8;
const mostRemembered = 256;

/** `engine` names everything that a state depends on besides its tokens: weights, library, device, kinds of cache. */
export async function openSavedStates(folder: string, engine: string): Promise<SavedStates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = new Set((await readdir(folder)).filter((name) => name.endsWith('.state')));
  const seen = new Map<string, string | undefined>();
  const saving = new Set<string>();

  const keyOf = (tokens: readonly Token[]) =>
    createHash('sha256').update(engine).update(Uint32Array.from(tokens)).digest('hex').slice(0, 32);
  const find = (key: string) => [...known].find((name) => name.startsWith(key));

  async function forget(name: string): Promise<void> {
    known.delete(name);
    await rm(join(folder, name), { force: true });
  }

  async function forgetOldest(): Promise<void> {
    if (known.size <= mostFiles) return;
    const ages = await Promise.all(
      [...known].map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
    );
    ages.sort((a, b) => a.at - b.at);
    for (const { name } of ages.slice(0, known.size - mostFiles)) await forget(name);
  }

  return {
    async load(sequence, tokens) {
      const name = find(keyOf(tokens));
      if (!name) return false;
      const path = join(folder, name);
      try {
        if (name !== `${keyOf(tokens)}-${await digest(path)}.state`) throw new Error('not the bytes that were written');
        await sequence.loadStateFromFile(path, { acceptRisk: true });
        if (sequence.nextTokenIndex !== tokens.length) throw new Error('not the tokens that were saved');
        await utimes(path, new Date(), new Date());
        return true;
      } catch {
        await forget(name);
        await sequence.clearHistory();
        return false;
      }
    },
    wants(tokens, conversation) {
      const key = keyOf(tokens);
      if (find(key) || saving.has(key)) return false;
      if (!seen.has(key)) {
        seen.set(key, conversation);
        if (seen.size > mostRemembered) seen.delete(seen.keys().next().value as string);
        return false;
      }
      return conversation === undefined || seen.get(key) !== conversation;
    },
    async save(sequence, tokens) {
      const key = keyOf(tokens);
      if (saving.has(key)) return;
      saving.add(key);
      const writing = join(folder, `${key}.part`);
      try {
        await sequence.saveStateToFile(writing);
        const name = `${key}-${await digest(writing)}.state`;
        await rename(writing, join(folder, name));
        known.add(name);
        await forgetOldest();
      } catch {
        // A full disk costs the next start some seconds, and nobody their answer.
        await rm(writing, { force: true });
      } finally {
        saving.delete(key);
      }
    },
  };
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex').slice(0, 32);
}
