import { PLATFORM } from '../../../domain/access/caller.ts';
import type { Chunk, KnowledgeDocument } from '../../../domain/knowledge/document.ts';
import { UNTOLD } from '../../../domain/knowledge/document.ts';
import type { Documents, Uploaded } from '../../../domain/knowledge/documents.ts';
import type { Starter } from '../../../domain/knowledge/starter.ts';
import { accepted, done, ok, type Route, route } from '../../route.ts';
import { id, pageQuery } from '../../schema/common.ts';
import * as schema from '../../schema/documents.ts';
import { fromWire, iso } from '../../wire.ts';
import { presentPage } from '../present.ts';

const LARGEST_FILE = 50 * 1024 * 1024;
const MOST_FILES = 20;
const all = '/api/v1/rag/documents';
const one = `${all}/:id`;

export function documentRoutes({ documents, starter }: { documents: Documents; starter: Starter }): Route[] {
  const upload = (path: string, summary: string) =>
    route({
      method: 'post',
      path,
      summary,
      policy: 'documents.write',
      body: schema.uploadInput,
      upload: { file: 'file', maxBytes: LARGEST_FILE, maxFiles: MOST_FILES },
      once: true,
      replies: { 202: schema.uploaded },
      async handle({ caller, body, files }) {
        const sent = files.map(({ name, bytes }) => ({ fileName: name, content: bytes }));
        const taken = (await documents.upload(caller, { ...body, files: sent })).map(presentUploaded);
        return accepted({ documents: taken, ...taken[0] });
      },
    });

  return [
    upload(
      '/api/v1/rag/ingest-upload',
      'Give the box documents to answer from (pdf, docx, txt, md, html, csv); each is read by a job of its own. title and replaces are of one file at a time',
    ),
    upload('/api/v1/rag/upload', 'The same, at its older address'),
    route({
      method: 'get',
      path: all,
      summary: 'Documents of the hospital and those that the platform shares, newest first',
      policy: 'documents.read',
      query: pageQuery,
      replies: { 200: schema.documentPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await documents.list(caller, { after: query.cursor, limit: query.limit }), presentDocument)),
    }),
    route({
      method: 'get',
      path: one,
      summary: 'A document: how far it is, and what is known of it',
      policy: 'documents.read',
      params: { id },
      replies: { 200: schema.document },
      handle: async ({ caller, params }) => ok(presentDocument(await documents.read(caller, params.id))),
    }),
    route({
      method: 'patch',
      path: one,
      summary: 'Change what a document is called, its language or its tags',
      policy: 'documents.write',
      params: { id },
      body: schema.documentChange,
      replies: { 200: schema.document },
      handle: async ({ caller, params, body }) => ok(presentDocument(await documents.change(caller, params.id, fromWire(body)))),
    }),
    route({
      method: 'delete',
      path: one,
      summary: 'Remove a document: no search finds it any more',
      policy: 'documents.write',
      params: { id },
      replies: { 204: null },
      async handle({ caller, params }) {
        await documents.remove(caller, params.id);
        return done;
      },
    }),
    route({
      method: 'get',
      path: `${one}/chunks`,
      summary: 'The pieces of a document as they are searched, in reading order',
      policy: 'documents.read',
      params: { id },
      query: pageQuery,
      replies: { 200: schema.chunkPage },
      handle: async ({ caller, params, query }) =>
        ok(presentPage(await documents.chunks(caller, params.id, { after: query.cursor, limit: query.limit }), presentChunk)),
    }),
    route({
      method: 'get',
      path: '/api/v1/rag/starter',
      summary: 'Documents that came with this box, to share with every hospital of it; none is taken without being asked for',
      policy: 'documents.share',
      replies: { 200: schema.starterPage },
      handle: async ({ caller }) => ok({ items: await starter.list(caller), next_cursor: null }),
    }),
    route({
      method: 'post',
      path: '/api/v1/rag/starter',
      summary: 'Take documents that came with this box, all or those that are named, and share them with every hospital',
      policy: 'documents.share',
      body: schema.starterInput,
      replies: { 202: schema.starterTaken },
      handle: async ({ caller, body }) =>
        accepted({
          documents: (await starter.take(caller, body.names)).map(({ name, ...taken }) => ({ name, ...presentUploaded(taken) })),
        }),
    }),
  ];
}

const presentUploaded = ({ documentId, jobId, status }: Uploaded) => ({ document_id: documentId, job_id: jobId, status });

export function presentDocument(document: KnowledgeDocument) {
  return {
    document_id: document.id,
    title: document.title,
    file_name: document.fileName,
    kind: document.kind,
    language: document.language === UNTOLD ? null : document.language,
    tags: document.tags,
    shared: document.hospitalId === PLATFORM,
    sha256: document.sha256,
    bytes: document.bytes,
    pages: document.pages,
    unread_pages: document.unreadPages,
    chunks: document.chunks,
    status: document.status,
    error: document.error,
    replaces: document.replaces,
    job_id: document.jobId,
    created_by: document.createdBy,
    created_at: iso(document.createdAt),
    updated_at: iso(document.updatedAt),
  };
}

export function presentChunk({ id: chunkId, place, text, page, headings, tableHead, language, start, end }: Chunk) {
  return { chunk_id: chunkId, place, text, page, headings, table_head: tableHead, language, start, end };
}
