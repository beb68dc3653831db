import type { DocumentReader } from '../../engines/document-reader.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import type { Hospital } from '../access/hospital.ts';
import { transactOnce } from '../access/once.ts';
import { authorize, noSuch, notFound, requireHospital } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { FileStore } from '../files.ts';
import { enqueue } from '../jobs/jobs.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Chunk, type KnowledgeDocument, UNTOLD } from './document.ts';
import { cleanFileName, promisedKind, titleOfFile } from './file-name.ts';

/** Documents that answers are taken from: a hospital's own, and those that the platform shares with all. What reads them is a job. */
export interface Documents {
  /**
   * Takes files in, all or none of them; the same file twice is one document. What is in them is found out by their jobs, each by
   * itself. One file alone that can be told at once to be of no use is refused at once.
   */
  upload(caller: Caller, input: UploadInput): Promise<readonly Uploaded[]>;
  /** Newest first: the hospital's own, and among them the shared ones that can be searched. */
  list(caller: Caller, page: PageRequest): Promise<Page<KnowledgeDocument>>;
  read(caller: Caller, id: string): Promise<KnowledgeDocument>;
  change(caller: Caller, id: string, change: DocumentChange): Promise<KnowledgeDocument>;
  /** Gone from every search when it resolves. */
  remove(caller: Caller, id: string): Promise<void>;
  /** In reading order; keys are places. */
  chunks(caller: Caller, id: string, page: PageRequest): Promise<Page<Chunk>>;
}

export interface UploadInput {
  readonly files: readonly FileIn[];
  /** Of one file alone. */
  readonly title?: string | undefined;
  readonly language?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly shared?: boolean | undefined;
  /** Of one file alone: the document whose place it takes when it is ready. */
  readonly replaces?: string | undefined;
}

export interface FileIn {
  readonly fileName: string;
  readonly content: Uint8Array;
}

export interface Uploaded {
  readonly documentId: string;
  readonly jobId: string;
  readonly status: KnowledgeDocument['status'];
}

export type DocumentChange = {
  readonly title?: string | undefined;
  readonly language?: string | undefined;
  readonly tags?: readonly string[] | undefined;
};

export interface DocumentsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly files: FileStore;
  readonly reader: Pick<DocumentReader, 'kindOf'>;
  /** Takes away what is left of documents that are gone. What fails here is made up for by the upkeep. */
  readonly sweep: (hospitalId: string) => Promise<void>;
  /** Told when there is something for the worker. */
  readonly queued: () => void;
}

const START_BYTES = 64 * 1024;
const PIECE = 256 * 1024;

export function makeDocuments({ storage, clock, files, reader, sweep, queued }: DocumentsParts): Documents {
  const now = () => clock.now().getTime();

  /** Whose the new documents are. */
  async function ownerOf(caller: Caller, shared: boolean | undefined): Promise<string> {
    if (shared) {
      authorize(caller, 'documents.share');
      return PLATFORM;
    }
    requireHospital(caller);
    await storage.read(caller.hospitalId, async (stores) => requireKnowledge(await stores.access.hospital(caller.hospitalId)));
    return caller.hospitalId;
  }

  /** The document, with whose it is. The platform's are seen by all. */
  async function find(caller: Caller, id: string): Promise<KnowledgeDocument> {
    for (const hospitalId of placesOf(caller)) {
      const document = await storage.read(hospitalId, (stores) => stores.documents.find(id));
      if (document && canSee(caller, document)) return document;
    }
    throw notFound();
  }

  /** For changing it: what is shared is the platform's to change. */
  async function findOwn(caller: Caller, id: string): Promise<KnowledgeDocument> {
    const document = await find(caller, id);
    if (document.hospitalId === PLATFORM) authorize(caller, 'documents.share');
    return document;
  }

  async function insert(stores: Stores, caller: Caller, owner: string, kept: KeptFile, input: UploadInput): Promise<Uploaded> {
    const at = now();
    const known = await stores.documents.findByHash(kept.sha256);
    if (known) return again(stores, caller, known, input.replaces);
    const id = newId(at);
    const job = await enqueue(stores, { ...caller, hospitalId: owner }, at, INGEST, { documentId: id });
    const document: KnowledgeDocument = {
      id,
      hospitalId: owner,
      title: input.title ?? titleOfFile(kept.fileName),
      fileName: kept.fileName,
      kind: kept.kind,
      language: input.language ?? UNTOLD,
      tags: input.tags ?? [],
      sha256: kept.sha256,
      bytes: kept.bytes,
      fileKey: kept.key,
      pages: null,
      unreadPages: [],
      chunks: 0,
      status: 'queued',
      error: null,
      replaces: input.replaces ?? null,
      jobId: job.id,
      createdBy: caller.userId,
      createdAt: at,
      updatedAt: at,
    };
    await stores.documents.insert(document);
    const { title, fileName, kind, language, tags, sha256, bytes, replaces } = document;
    await appendAudit(stores, caller, at, {
      eventType: 'document.uploaded',
      action: 'C',
      entityType: 'document',
      entityId: id,
      payload: { new: { title, fileName, kind, language, tags, sha256, bytes, replaces } },
    });
    return { documentId: id, jobId: job.id, status: 'queued' };
  }

  /** The same file again is the same document; who sent it has a job of their own to look at. */
  async function again(stores: Stores, caller: Caller, known: KnowledgeDocument, replaces: string | undefined): Promise<Uploaded> {
    if (replaces !== undefined && replaces !== known.id)
      throw new AppError('conflict', 'This very file is here already, as a document of its own. Remove that one first.', {
        context: { field: 'file', document_id: known.id },
      });
    const { id: documentId, hospitalId, status, chunks } = known;
    const at = now();
    const job = await enqueue(stores, { ...caller, hospitalId }, at, INGEST, { documentId });
    if (status === 'ready')
      await stores.jobs.update(job.id, {
        status: 'succeeded',
        progress: { done: chunks, total: chunks, unit: 'chunks' },
        result: { documentId, chunks },
        updatedAt: at,
      });
    return { documentId, jobId: job.id, status };
  }

  return {
    async upload(caller, input) {
      authorize(caller, 'documents.write');
      const owner = await ownerOf(caller, input.shared);
      const [first, ...more] = input.files;
      if (!first) throw invalidField({ path: 'file', message: 'This is needed.' });
      if (more.length > 0 && (input.title !== undefined || input.replaces !== undefined))
        throw invalidField({ path: input.title === undefined ? 'replaces' : 'title', message: 'This can be said of one file at a time.' });
      if (more.length === 0) reader.kindOf(cleanFileName(first.fileName), first.content.subarray(0, START_BYTES));

      const kept: KeptFile[] = [];
      const used = new Set<string>();
      try {
        for (const file of input.files) kept.push(await keep(files, owner, file, caller.signal));
        const done = await transactOnce(storage, caller, owner, now(), async (stores) => {
          if (input.replaces !== undefined && !(await stores.documents.find(input.replaces))) throw noSuch('replaces');
          const taken: Uploaded[] = [];
          for (const file of kept) taken.push(await insert(stores, caller, owner, file, input));
          const rows = await stores.documents.findMany(taken.map(({ documentId }) => documentId));
          return { taken, keys: rows.map(({ fileKey }) => fileKey) };
        });
        for (const key of done.keys) used.add(key);
        queued();
        return done.taken;
      } finally {
        // What was not taken, or was here before, takes no room.
        for (const { key } of kept) if (!used.has(key)) await files.remove(owner, key).catch(() => {});
      }
    },

    async list(caller, page) {
      authorize(caller, 'documents.read');
      const rows: KnowledgeDocument[] = [];
      for (const hospitalId of placesOf(caller))
        rows.push(
          ...(await storage.read(hospitalId, (stores) =>
            stores.documents.list({
              ...page,
              limit: page.limit + 1,
              readyOnly: hospitalId === PLATFORM && caller.role !== 'platform_admin',
            }),
          )),
        );
      rows.sort((a, b) => (a.id < b.id ? 1 : -1));
      return pageOf(rows, page.limit, ({ id }) => id);
    },

    async read(caller, id) {
      authorize(caller, 'documents.read');
      return find(caller, id);
    },

    async change(caller, id, { title, language, tags }) {
      authorize(caller, 'documents.write');
      const { hospitalId } = await findOwn(caller, id);
      const changed = await storage.transact(hospitalId, async (stores) => {
        const before = await stores.documents.find(id);
        if (!before) throw notFound();
        const at = now();
        const change = {
          ...(title === undefined || title === before.title ? {} : { title }),
          ...(language === undefined || language === before.language ? {} : { language }),
          ...(tags === undefined || String(tags) === String(before.tags) ? {} : { tags }),
        };
        const names = Object.keys(change) as (keyof typeof change)[];
        if (names.length === 0) return before;
        await stores.documents.update(id, { ...change, updatedAt: at });
        await stores.documents.raiseVersion();
        // The index searches titles, too.
        if (change.title !== undefined && before.status === 'ready')
          await enqueue(stores, { ...caller, hospitalId }, at, REINDEX, { documentId: id });
        await appendAudit(stores, caller, at, {
          eventType: 'document.changed',
          action: 'U',
          entityType: 'document',
          entityId: id,
          payload: { old: Object.fromEntries(names.map((name) => [name, before[name]])), new: change },
        });
        return { ...before, ...change, updatedAt: at };
      });
      queued();
      return changed;
    },

    async remove(caller, id) {
      authorize(caller, 'documents.write');
      const { hospitalId } = await findOwn(caller, id);
      await storage.transact(hospitalId, async (stores) => {
        const document = await stores.documents.find(id);
        if (!document) throw notFound();
        const { title, fileName, sha256, jobId, status } = document;
        await discard(stores, document);
        // Who is reading it right now is told to stop.
        if (status === 'queued' || status === 'processing') await stores.jobs.update(jobId, { cancelAsked: true });
        await appendAudit(stores, caller, now(), {
          eventType: 'document.removed',
          action: 'D',
          entityType: 'document',
          entityId: id,
          payload: { old: { title, fileName, sha256 } },
        });
      });
      await sweep(hospitalId);
    },

    async chunks(caller, id, { after, limit }) {
      authorize(caller, 'documents.read');
      const { hospitalId } = await find(caller, id);
      const from = after === undefined ? 0 : Number(after) + 1;
      if (!Number.isSafeInteger(from)) return { items: [], next: null };
      const rows = await storage.read(hospitalId, (stores) => stores.documents.chunksOf(id, from, limit + 1));
      return pageOf(rows, limit, ({ place }) => String(place));
    },
  };
}

/** Job kinds: a file is read and made findable; what was read is put into the index anew. */
export const INGEST = 'ingest';
export const REINDEX = 'reindex';

/** Takes a document out of the memory of its owner; what is left of it is swept up after that. */
export async function discard(stores: Stores, { id, fileKey, status }: KnowledgeDocument): Promise<void> {
  await stores.documents.remove(id);
  // Of one that failed, the file is gone already.
  if (status !== 'failed') await stores.keeping.doomFiles([fileKey]);
  if (status === 'ready') await stores.documents.raiseVersion();
}

/** Throws where a hospital wants no documents. The platform itself has no such wish. */
export function requireKnowledge(hospital: Pick<Hospital, 'settings'> | undefined): void {
  if (hospital && !hospital.settings.ragEnabled)
    throw new AppError('forbidden', 'Your hospital has switched its documents off. An administrator can switch them on in its settings.', {
      context: { setting: 'rag_enabled' },
    });
}

interface KeptFile {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly fileName: string;
  readonly kind: KnowledgeDocument['kind'];
}

async function keep(files: FileStore, owner: string, { fileName, content }: FileIn, signal: AbortSignal): Promise<KeptFile> {
  const stored = await files.write(owner, inPieces(content), { signal });
  const clean = cleanFileName(fileName);
  return { ...stored, fileName: clean, kind: promisedKind(clean) };
}

async function* inPieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE);
}

/** Where a document that the caller may see can lie. */
function placesOf({ hospitalId }: Caller): readonly string[] {
  return hospitalId === PLATFORM ? [PLATFORM] : [hospitalId, PLATFORM];
}

function canSee({ role }: Caller, { hospitalId, status }: KnowledgeDocument): boolean {
  return hospitalId !== PLATFORM || status === 'ready' || role === 'platform_admin';
}

function invalidField(field: { readonly path: string; readonly message: string }): AppError {
  return new AppError('invalid', 'Some of what you sent is not right.', { fields: [field] });
}
