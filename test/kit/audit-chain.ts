import { createHash } from 'node:crypto';
import type { AuditEntry, ChainHead, ChainLink } from '../../src/domain/audit/audit-entry.ts';
import { type ChainVerdict, startVerification } from '../../src/domain/audit/audit-log.ts';

/** A way to falsify a log at one place, as someone with the key of the database could. */
export interface Forgery {
  readonly name: string;
  /** The links from the entry before `at` on, falsified. */
  readonly of: (links: readonly ChainLink[], at: number) => readonly ChainLink[];
  /** The `seq` of the entry at which it shows, given the one that was falsified. */
  readonly showsAt: (seq: number) => number;
}

const put = (links: readonly ChainLink[], at: number, change: (link: ChainLink) => ChainLink): ChainLink[] =>
  links.map((link, i) => (i === at ? change(link) : link));
const other = (value: unknown): unknown =>
  typeof value === 'number'
    ? value + 1
    : value === null
      ? 'somebody'
      : `${String(value).slice(0, -1)}${String(value).endsWith('0') ? '1' : '0'}`;

const fields: readonly Exclude<keyof AuditEntry, 'seq' | 'action'>[] = [
  ...(['hospitalId', 'id', 'eventType', 'entityType', 'entityId', 'patientId', 'actor', 'actorRole', 'via', 'requestId', 'at'] as const),
  ...(['payloadHash', 'hash'] as const),
];

export const forgeries: readonly Forgery[] = [
  ...fields.map(
    (field): Forgery => ({
      name: `another ${field}`,
      of: (links, at) => put(links, at, ({ entry, payload }) => ({ entry: { ...entry, [field]: other(entry[field]) }, payload })),
      showsAt: (seq) => seq,
    }),
  ),
  {
    name: 'another action',
    of: (links, at) => put(links, at, ({ entry, payload }) => ({ entry: { ...entry, action: entry.action === 'R' ? 'U' : 'R' }, payload })),
    showsAt: (seq) => seq,
  },
  {
    name: 'a patient taken out',
    of: (links, at) => put(links, at, ({ entry, payload }) => ({ entry: { ...entry, patientId: null, entityId: null }, payload })),
    showsAt: (seq) => seq,
  },
  {
    name: 'another payload',
    of: (links, at) => put(links, at, ({ entry, payload }) => ({ entry, payload: `${payload} ` })),
    showsAt: (seq) => seq,
  },
  {
    name: 'another payload, with its hash',
    of: (links, at) =>
      put(links, at, ({ entry }) => ({
        entry: { ...entry, payloadHash: createHash('sha256').update('{"reason":"a better one"}').digest('hex') },
        payload: '{"reason":"a better one"}',
      })),
    showsAt: (seq) => seq,
  },
  { name: 'deleted', of: (links, at) => links.filter((_, i) => i !== at), showsAt: (seq) => seq + 1 },
  {
    name: 'deleted, and what follows numbered anew',
    of: (links, at) =>
      links.filter((_, i) => i !== at).map((link, i) => (i >= at ? { ...link, entry: { ...link.entry, seq: link.entry.seq - 1 } } : link)),
    showsAt: (seq) => seq,
  },
  {
    name: 'changed places with the next',
    of: (links, at) => links.map((link, i) => (i === at ? (links[at + 1] as ChainLink) : i === at + 1 ? (links[at] as ChainLink) : link)),
    showsAt: (seq) => seq + 1,
  },
  {
    name: 'changed places and numbers with the next',
    of: (links, at) => {
      const [one, two] = [links[at] as ChainLink, links[at + 1] as ChainLink];
      return links.map((link, i) =>
        i === at
          ? { ...two, entry: { ...two.entry, seq: one.entry.seq } }
          : i === at + 1
            ? { ...one, entry: { ...one.entry, seq: two.entry.seq } }
            : link,
      );
    },
    showsAt: (seq) => seq,
  },
  {
    name: 'a copy put in before it',
    of: (links, at) => links.flatMap((link, i) => (i === at ? [link, link] : [link])),
    showsAt: (seq) => seq,
  },
];

/** The verdict on links that follow `after`, as it is given on a whole chain, with the head that is kept for it. */
export function verdictOn(
  links: readonly ChainLink[],
  head: ChainHead | undefined,
  after?: ChainHead,
  signed?: readonly ChainHead[],
): ChainVerdict {
  const verification = startVerification(after, signed);
  verification.next(links, head);
  return verification.end();
}
