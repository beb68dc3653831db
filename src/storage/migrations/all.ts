import type { Migration } from 'kysely/migration';
import * as house from './0001-house.ts';
import * as consultations from './0002-consultations.ts';
import * as auditIndex from './0003-audit-index.ts';
import * as trust from './0005-trust.ts';
import * as knowledge from './0008-knowledge.ts';
import * as scheduling from './0009-scheduling.ts';
import * as calls from './0010-calls.ts';
import * as outbox from './0012-outbox.ts';
import * as reception from './0013-reception.ts';
import * as queue from './0014-queue.ts';

/** Forward only, in the order of their names. A migration that has shipped is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-house': house,
  '0002-consultations': consultations,
  '0003-audit-index': auditIndex,
  '0005-trust': trust,
  '0008-knowledge': knowledge,
  '0009-scheduling': scheduling,
  '0010-calls': calls,
  '0012-outbox': outbox,
  '0013-reception': reception,
  '0014-queue': queue,
};
