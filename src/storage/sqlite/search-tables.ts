import { getLoadablePath } from 'sqlite-vec';
import type { EmbedderMark, Hit, Indexed, Passage, Within } from '../../domain/knowledge/search-index.ts';
import type { Connection } from './database.ts';
import { APPROXIMATE_WEIGHT, askedTerms, type KnownTerm, keywordQuery, MUCH_COMMONER } from './keyword-query.ts';
import { piecesOf, standInsOf } from './near-terms.ts';
import { termsOf } from './search-terms.ts';

/** The tables of the search index on one connection, synchronous. Whoever calls sees to the order and to threads. */
export interface SearchTables {
  /** One transaction. */
  put(hospitalId: string, documentId: string, passages: readonly Passage[], embedder: EmbedderMark | undefined): void;
  /** Removes some passages of a document, one transaction; true while there are more. */
  removeSome(hospitalId: string, documentId: string): boolean;
  nearest(hospitalIds: readonly string[], vector: Float32Array, embedder: string, within: Within): Hit[];
  matching(hospitalIds: readonly string[], words: string, within: Within): Hit[];
  documents(hospitalId: string): Indexed[];
  hospitals(): string[];
}

/** Raised with every change of these tables or of what `termsOf` makes of a text: an index of another version is made again. */
export const SEARCH_VERSION = 1;

/** Passages that one transaction removes. */
const REMOVED_AT_ONCE = 16;
/** A chapter's title says more than one of its words. */
const TITLE_WEIGHT = 2;
/** What vec0 gives at most. */
const MOST_NEAREST = 4_096;
/** Candidates read for one doubtful word. */
const MOST_CANDIDATES = 600;
/** vec0 keeps so many vectors of one hospital together; a hospital takes room for whole ones. */
const VECTORS_TOGETHER = 256;

interface Hospital {
  readonly n: number;
  readonly passages: number;
}

/** Makes what is missing. The connection must be the only writer. */
export function openSearchTables(db: Connection): SearchTables {
  db.loadExtension(getLoadablePath());
  db.exec(`
    CREATE TABLE IF NOT EXISTS hospitals (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, passages INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS embedders (n INTEGER PRIMARY KEY, id TEXT NOT NULL, dimensions INTEGER NOT NULL, UNIQUE (id, dimensions));
    CREATE TABLE IF NOT EXISTS passages (
      id INTEGER PRIMARY KEY, hospital INTEGER NOT NULL, document TEXT NOT NULL, chunk TEXT NOT NULL, embedder INTEGER,
      UNIQUE (hospital, chunk)
    );
    CREATE INDEX IF NOT EXISTS passages_by_document ON passages (hospital, document, embedder);
  `);
  db.pragma(`user_version = ${SEARCH_VERSION}`);
  const one = statementsOf(db);

  const findHospital = (id: string) => one('SELECT n, passages FROM hospitals WHERE id = ?').get(id) as Hospital | undefined;

  /** Each hospital has its own words: how rare a word is, and so every score, depends on its own texts alone. */
  function madeHospital(id: string): number {
    const known = findHospital(id);
    if (known) return known.n;
    const n = Number(one('INSERT INTO hospitals (id) VALUES (?)').run(id).lastInsertRowid);
    db.exec(`
      CREATE VIRTUAL TABLE words_${n} USING fts5(title, text, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co' tokenchars '.'");
      INSERT INTO words_${n}(words_${n}, rank) VALUES ('rank', 'bm25(${TITLE_WEIGHT}.0, 1.0)');
      INSERT INTO words_${n}(words_${n}, rank) VALUES ('secure-delete', 1);
      CREATE TABLE terms_${n} (term TEXT PRIMARY KEY, backwards TEXT NOT NULL, passages INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX terms_${n}_backwards ON terms_${n} (backwards);
    `);
    return n;
  }

  function madeEmbedder({ id, dimensions }: EmbedderMark): number {
    const known = one('SELECT n FROM embedders WHERE id = ? AND dimensions = ?').get(id, dimensions) as { n: number } | undefined;
    if (known) return known.n;
    // Two partitions, so that a search reads the vectors of its hospital and its embedder and no others.
    db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS vectors_${wholeNumber(dimensions)} USING vec0(
      passage INTEGER PRIMARY KEY, hospital INTEGER PARTITION KEY, embedder INTEGER PARTITION KEY,
      vector FLOAT[${wholeNumber(dimensions)}], chunk_size = ${VECTORS_TOGETHER})`);
    return Number(one('INSERT INTO embedders (id, dimensions) VALUES (?, ?)').run(id, dimensions).lastInsertRowid);
  }

  /** Takes one passage out; `counts` learns which terms it had. */
  function takeOut(hospital: number, id: number, counts: Map<string, number>): void {
    const words = one(`SELECT title, text FROM words_${hospital} WHERE rowid = ?`).get(id) as { title: string; text: string } | undefined;
    for (const term of new Set(`${words?.title ?? ''} ${words?.text ?? ''}`.split(' '))) count(counts, term, -1);
    one(`DELETE FROM words_${hospital} WHERE rowid = ?`).run(id);
    const embedder = one('SELECT e.dimensions FROM passages p JOIN embedders e ON e.n = p.embedder WHERE p.id = ?').get(id) as
      | { dimensions: number }
      | undefined;
    if (embedder) one(`DELETE FROM vectors_${embedder.dimensions} WHERE passage = ?`).run(BigInt(id));
    one('DELETE FROM passages WHERE id = ?').run(id);
  }

  function settle(hospital: number, counts: ReadonlyMap<string, number>, added: number): void {
    for (const [term, by] of counts) {
      if (term === '' || by === 0) continue;
      one(
        `INSERT INTO terms_${hospital} (term, backwards, passages) VALUES (?, ?, ?) ON CONFLICT (term) DO UPDATE SET passages = passages + excluded.passages`,
      ).run(term, backwards(term), by);
      if (by < 0) one(`DELETE FROM terms_${hospital} WHERE term = ? AND passages <= 0`).run(term);
    }
    one('UPDATE hospitals SET passages = passages + ? WHERE n = ?').run(added, hospital);
    const { passages } = one('SELECT passages FROM hospitals WHERE n = ?').get(hospital) as Hospital;
    if (passages > 0) return;
    db.exec(`DROP TABLE words_${hospital}; DROP TABLE terms_${hospital};`);
    one('DELETE FROM hospitals WHERE n = ?').run(hospital);
  }

  const put = db.transaction((hospitalId: string, documentId: string, passages: readonly Passage[], mark: EmbedderMark | undefined) => {
    if (passages.length === 0) return;
    const hospital = madeHospital(hospitalId);
    const embedder = mark && madeEmbedder(mark);
    const counts = new Map<string, number>();
    let added = 0;
    for (const { chunkId, title, text, vector } of passages) {
      const before = one('SELECT id FROM passages WHERE hospital = ? AND chunk = ?').get(hospital, chunkId) as { id: number } | undefined;
      if (before) takeOut(hospital, before.id, counts);
      const withVector = vector !== undefined && embedder !== undefined;
      const id = one('INSERT INTO passages (hospital, document, chunk, embedder) VALUES (?, ?, ?, ?)').run(
        hospital,
        documentId,
        chunkId,
        withVector ? embedder : null,
      ).lastInsertRowid;
      const words = { title: termsOf(title), text: termsOf(text) };
      one(`INSERT INTO words_${hospital} (rowid, title, text) VALUES (?, ?, ?)`).run(id, words.title.join(' '), words.text.join(' '));
      for (const term of new Set([...words.title, ...words.text])) count(counts, term, 1);
      if (withVector)
        one(`INSERT INTO vectors_${vector.length} (passage, hospital, embedder, vector) VALUES (?, ?, ?, ?)`).run(
          BigInt(id),
          BigInt(hospital),
          BigInt(embedder),
          vector,
        );
      added += before ? 0 : 1;
    }
    settle(hospital, counts, added);
  });

  const removeSome = db.transaction((hospitalId: string, documentId: string): boolean => {
    const hospital = findHospital(hospitalId);
    if (!hospital) return false;
    const ids = one('SELECT id FROM passages WHERE hospital = ? AND document = ? LIMIT ?')
      .pluck()
      .all(hospital.n, documentId, REMOVED_AT_ONCE) as number[];
    if (ids.length === 0) return false;
    const counts = new Map<string, number>();
    for (const id of ids) takeOut(hospital.n, id, counts);
    settle(hospital.n, counts, -ids.length);
    return ids.length === REMOVED_AT_ONCE;
  });

  interface Row {
    readonly id: number;
    readonly score: number;
  }
  const hitsOf = (rows: readonly Row[]): Hit[] =>
    rows.map(({ id, score }) => {
      const { chunk, document } = one('SELECT chunk, document FROM passages WHERE id = ?').get(id) as { chunk: string; document: string };
      return { chunkId: chunk, documentId: document, score };
    });

  /** Inside the search and not behind it: a filter that lets little through still finds what there is. */
  const OF_DOCUMENTS = 'SELECT id FROM passages WHERE hospital = ? AND document IN (SELECT value FROM json_each(?))';

  function nearest(hospitalIds: readonly string[], vector: Float32Array, embedderId: string, { limit, documentIds }: Within): Hit[] {
    const embedder = one('SELECT n FROM embedders WHERE id = ? AND dimensions = ?').get(embedderId, vector.length) as
      | { n: number }
      | undefined;
    if (!embedder || limit < 1) return [];
    const rows: Row[] = [];
    for (const hospital of findAll(hospitalIds)) {
      const among = documentIds ? `AND passage IN (${OF_DOCUMENTS})` : '';
      const found = one(
        `SELECT passage AS id, distance FROM vectors_${vector.length} WHERE vector MATCH ? AND k = ? AND hospital = ? AND embedder = ? ${among}`,
      ).all(
        vector,
        BigInt(Math.min(limit, MOST_NEAREST)),
        BigInt(hospital.n),
        BigInt(embedder.n),
        ...(documentIds ? [hospital.n, JSON.stringify(documentIds)] : []),
      ) as { id: number; distance: number }[];
      // Of vectors of length 1 the distance tells the cosine, which means the same in every hospital.
      for (const { id, distance } of found) rows.push({ id, score: 1 - (distance * distance) / 2 });
    }
    return hitsOf(best(rows, limit));
  }

  function matching(hospitalIds: readonly string[], words: string, { limit, documentIds }: Within): Hit[] {
    const asked = askedTerms(words);
    if (asked.length === 0 || limit < 1) return [];
    const filter = documentIds && JSON.stringify(documentIds);
    const rows = findAll(hospitalIds).flatMap((hospital) => matchingIn(hospital, asked, limit, filter));
    return hitsOf(best(rows, limit));
  }

  function matchingIn({ n, passages }: Hospital, asked: readonly string[], limit: number, filter: string | undefined): Row[] {
    const known = asked.map((term) => ({
      term,
      passages: (one(`SELECT passages FROM terms_${n} WHERE term = ?`).pluck().get(term) as number) ?? 0,
    }));
    const { exact, approximate, ideal } = keywordQuery(known, passages, (known) => standInsOf(known.term, candidatesFor(n, known)));
    // What is found by one of the two may stand further down in the other.
    const most = exact && approximate ? limit * 3 + 50 : limit;
    const among = filter ? `AND +rowid IN (${OF_DOCUMENTS})` : '';
    const scores = new Map<number, number>();
    for (const [expression, weight] of [
      [exact, 1],
      [approximate, APPROXIMATE_WEIGHT],
    ] as const) {
      if (expression === undefined) continue;
      const found = one(`SELECT rowid AS id, rank FROM words_${n} WHERE words_${n} MATCH ? ${among} ORDER BY rank LIMIT ?`).all(
        expression,
        ...(filter ? [n, filter] : []),
        most,
      ) as { id: number; rank: number }[];
      for (const { id, rank } of found) scores.set(id, (scores.get(id) ?? 0) - weight * rank);
    }
    // The share of what could be found, by this hospital's own statistics: that can be put beside another's.
    return best(
      [...scores].map(([id, score]) => ({ id, score: score / ideal })),
      limit,
    );
  }

  function candidatesFor(n: number, { term, passages }: KnownTerm): KnownTerm[] {
    return piecesOf(term).flatMap((piece) => {
      const column = piece.backwards ? 'backwards' : 'term';
      return one(
        `SELECT term, passages FROM terms_${n} WHERE ${column} >= ? AND ${column} < ? AND length(term) BETWEEN ? AND ? AND passages > ? LIMIT ?`,
      ).all(
        piece.starts,
        `${piece.starts}\u{10ffff}`,
        piece.shortest,
        piece.longest,
        MUCH_COMMONER * passages,
        MOST_CANDIDATES,
      ) as KnownTerm[];
    });
  }

  const findAll = (ids: readonly string[]) =>
    [...new Set(ids)].map(findHospital).filter((hospital): hospital is Hospital => hospital !== undefined);

  return {
    put: (...all) => put.immediate(...all),
    removeSome: (...all) => removeSome.immediate(...all),
    nearest,
    matching,
    documents(hospitalId) {
      const hospital = findHospital(hospitalId);
      if (!hospital) return [];
      return one(
        `SELECT p.document AS documentId, sum(p.passages) AS passages, CASE WHEN count(*) = 1 THEN max(e.id) END AS embedder
         FROM (SELECT document, embedder, count(*) AS passages FROM passages WHERE hospital = ? GROUP BY document, embedder) p
         LEFT JOIN embedders e ON e.n = p.embedder GROUP BY p.document`,
      ).all(hospital.n) as Indexed[];
    },
    hospitals: () => one('SELECT id FROM hospitals ORDER BY n').pluck().all() as string[],
  };
}

/** Statements by their SQL, each prepared once. A box with very many hospitals begins again. */
function statementsOf(db: Connection) {
  const prepared = new Map<string, ReturnType<Connection['prepare']>>();
  return (sql: string) => {
    const known = prepared.get(sql);
    if (known) return known;
    if (prepared.size >= 2_000) prepared.clear();
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
}

function best<T extends { readonly id: number; readonly score: number }>(rows: readonly T[], limit: number): T[] {
  return [...rows].sort((a, b) => b.score - a.score || a.id - b.id).slice(0, limit);
}

function count(counts: Map<string, number>, term: string, by: number): void {
  counts.set(term, (counts.get(term) ?? 0) + by);
}

function backwards(term: string): string {
  return [...term].reverse().join('');
}

/** What goes into the text of a statement is a number for certain. */
function wholeNumber(value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 8_192) throw new Error(`vectors of ${value} dimensions`);
  return value;
}
