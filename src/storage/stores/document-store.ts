import type { Kysely, Updateable } from 'kysely';
import type { Chunk, KnowledgeDocument } from '../../domain/knowledge/document.ts';
import type { DocumentStore } from '../../domain/knowledge/document-store.ts';
import type { Tables } from '../schema.ts';

/** So many ids fit into one statement: SQLite counts its places. */
const AT_A_TIME = 500;
/** 11 places a row. */
const ROWS = 100;

export function makeDocumentStore(db: Kysely<Tables>, hospitalId: string): DocumentStore {
  const documents = () => db.selectFrom('documents').selectAll().where('hospitalId', '=', hospitalId);
  const chunks = () => db.selectFrom('chunks').selectAll().where('hospitalId', '=', hospitalId);

  async function doom(documentId: string): Promise<void> {
    await db
      .insertInto('removedDocuments')
      .values({ hospitalId, documentId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  return {
    async insert({ tags, unreadPages, ...document }) {
      await db
        .insertInto('documents')
        .values({ ...document, hospitalId, tags: JSON.stringify(tags), unreadPages: JSON.stringify(unreadPages) })
        .execute();
    },
    async find(id) {
      const row = await documents().where('id', '=', id).executeTakeFirst();
      return row && toDocument(row);
    },
    async findMany(ids) {
      const found: KnowledgeDocument[] = [];
      for (const some of pieces(ids, AT_A_TIME)) found.push(...(await documents().where('id', 'in', some).execute()).map(toDocument));
      return found;
    },
    async findByHash(sha256) {
      const row = await documents().where('sha256', '=', sha256).where('status', '!=', 'failed').executeTakeFirst();
      return row && toDocument(row);
    },
    async list({ after, limit, readyOnly }) {
      let query = documents().orderBy('id', 'desc').limit(limit);
      if (after !== undefined) query = query.where('id', '<', after);
      if (readyOnly) query = query.where('status', '=', 'ready');
      return (await query.execute()).map(toDocument);
    },
    async idsWhere({ language, tag }) {
      let query = db.selectFrom('documents').select(['id', 'tags']).where('hospitalId', '=', hospitalId).where('status', '=', 'ready');
      if (language !== undefined) query = query.where('language', '=', language);
      if (tag !== undefined) query = query.where('tags', '!=', '[]');
      const wanted = tag?.toLowerCase();
      const has = (tags: string) => wanted === undefined || (JSON.parse(tags) as string[]).some((one) => one.toLowerCase() === wanted);
      return (await query.execute()).filter(({ tags }) => has(tags)).map(({ id }) => id);
    },
    async ready() {
      return db
        .selectFrom('documents')
        .select(['id', 'chunks'])
        .where('hospitalId', '=', hospitalId)
        .where('status', '=', 'ready')
        .execute();
    },
    async unfinished() {
      const rows = await db
        .selectFrom('documents')
        .select('id')
        .where('hospitalId', '=', hospitalId)
        .where('status', 'in', ['queued', 'processing'])
        .execute();
      return rows.map(({ id }) => id);
    },
    async update(id, { tags, unreadPages, ...rest }) {
      const change: Updateable<Tables['documents']> = {
        ...rest,
        ...(tags ? { tags: JSON.stringify(tags) } : {}),
        ...(unreadPages ? { unreadPages: JSON.stringify(unreadPages) } : {}),
      };
      await db.updateTable('documents').set(change).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
      if (rest.language !== undefined)
        await db
          .updateTable('chunks')
          .set({ language: rest.language })
          .where('hospitalId', '=', hospitalId)
          .where('documentId', '=', id)
          .execute();
    },
    async remove(id) {
      await db.deleteFrom('documents').where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
      await doom(id);
    },
    doomChunks: doom,
    async doomed() {
      const rows = await db.selectFrom('removedDocuments').select('documentId').where('hospitalId', '=', hospitalId).execute();
      return rows.map(({ documentId }) => documentId);
    },
    async forgetDoomed(documentId) {
      await db.deleteFrom('removedDocuments').where('hospitalId', '=', hospitalId).where('documentId', '=', documentId).execute();
    },

    async insertChunks(all) {
      for (const some of pieces(all, ROWS))
        await db
          .insertInto('chunks')
          .values(some.map(({ headings, ...chunk }) => ({ ...chunk, hospitalId, headings: JSON.stringify(headings) })))
          .execute();
    },
    async removeChunks(documentId, limit) {
      const some = db
        .selectFrom('chunks')
        .select('place')
        .where('hospitalId', '=', hospitalId)
        .where('documentId', '=', documentId)
        .orderBy('place')
        .limit(limit);
      const { numDeletedRows } = await db
        .deleteFrom('chunks')
        .where('hospitalId', '=', hospitalId)
        .where('documentId', '=', documentId)
        .where('place', 'in', some)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
    async chunksOf(documentId, from, limit) {
      const rows = await chunks().where('documentId', '=', documentId).where('place', '>=', from).orderBy('place').limit(limit).execute();
      return rows.map(toChunk);
    },
    async chunks(ids) {
      const found: { chunk: Chunk; title: string }[] = [];
      for (const some of pieces(ids, AT_A_TIME)) {
        const rows = await db
          .selectFrom('chunks')
          .innerJoin('documents', (join) =>
            join.onRef('documents.hospitalId', '=', 'chunks.hospitalId').onRef('documents.id', '=', 'chunks.documentId'),
          )
          .selectAll('chunks')
          .select('documents.title')
          .where('chunks.hospitalId', '=', hospitalId)
          .where('documents.hospitalId', '=', hospitalId)
          .where('documents.status', '=', 'ready')
          .where('chunks.id', 'in', some)
          .execute();
        found.push(...rows.map(({ title, ...row }) => ({ chunk: toChunk(row), title })));
      }
      return found;
    },

    async version() {
      const row = await db.selectFrom('knowledgeVersions').select('version').where('hospitalId', '=', hospitalId).executeTakeFirst();
      return row?.version ?? 0;
    },
    async raiseVersion() {
      await db
        .insertInto('knowledgeVersions')
        .values({ hospitalId, version: 1 })
        .onConflict((conflict) => conflict.column('hospitalId').doUpdateSet((eb) => ({ version: eb('knowledgeVersions.version', '+', 1) })))
        .execute();
    },
  };
}

function toDocument({ tags, unreadPages, ...row }: Tables['documents']): KnowledgeDocument {
  return {
    ...row,
    kind: row.kind as KnowledgeDocument['kind'],
    status: row.status as KnowledgeDocument['status'],
    tags: JSON.parse(tags),
    unreadPages: JSON.parse(unreadPages),
  };
}

function toChunk({ hospitalId: _, headings, ...row }: Tables['chunks']): Chunk {
  return { ...row, headings: JSON.parse(headings) };
}

function* pieces<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
