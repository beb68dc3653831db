import type { Caller } from '../access/caller.ts';
import { authorize, notFound } from '../access/policies.ts';
import type { Documents, Uploaded } from './documents.ts';

/** Documents that came with the box, in a folder: offered to whoever looks after it, and never taken without being asked for. */
export interface Starter {
  list(caller: Caller): Promise<readonly StarterFile[]>;
  /** All of them, or those with these names; each is shared with every hospital. */
  take(caller: Caller, names: readonly string[] | undefined): Promise<readonly (Uploaded & { readonly name: string })[]>;
}

export interface StarterFile {
  readonly name: string;
  readonly bytes: number;
}

export interface StarterFolder {
  /** By name; empty where there is no folder. */
  list(): Promise<readonly StarterFile[]>;
  read(name: string): Promise<Uint8Array>;
}

export function makeStarter({ documents, folder }: { documents: Pick<Documents, 'upload'>; folder: StarterFolder }): Starter {
  return {
    async list(caller) {
      authorize(caller, 'documents.share');
      return folder.list();
    },
    async take(caller, names) {
      authorize(caller, 'documents.share');
      const there = (await folder.list()).map(({ name }) => name);
      const wanted = names ?? there;
      if (wanted.some((name) => !there.includes(name))) throw notFound();
      const taken: (Uploaded & { name: string })[] = [];
      // One at a time: a folder may be large, and what was taken stays taken.
      for (const name of wanted) {
        const files = [{ fileName: name, content: await folder.read(name) }];
        const [one] = await documents.upload(caller, { files, shared: true });
        if (one) taken.push({ name, ...one });
      }
      return taken;
    },
  };
}
