import type { Keeper } from '../patients/keeper.ts';
import type { Kept } from '../patients/kept.ts';
import type { Consultation } from './encounter.ts';
import type { ConversationKind } from './encounter-keeping-store.ts';
import { readingGrant } from './policy.ts';

/** What was said: whole conversations come and go together. */
export function makeEncounterKeeper(kind: ConversationKind): Keeper {
  const kept = ({ id, patientId, createdAt }: Consultation): Kept => ({ id, patientId, madeAt: createdAt });
  return {
    kind,
    name: kind === 'calls' ? 'reception_conversations' : 'consultations',
    isCounted: false,
    due: (stores, { beforeMs, held, limit }) => stores.encounterKeeping.olderThan(kind, beforeMs, held, limit),
    async remove(stores, ids) {
      await stores.encounterKeeping.remove(ids);
      return [];
    },
    async erase(stores, whose) {
      const all = await stores.encounterKeeping.ofPatient(kind, whose);
      await stores.encounterKeeping.remove(all.map(({ id }) => id));
      return { deleted: all.map(kept), files: [], kept: [] };
    },
    // Both kinds lie in one table, and may both be asked.
    reassign: (stores, from, to) => stores.encounters.reassign(from, to),
    async export(storage, caller, whose) {
      const all = await storage.read(caller.hospitalId, (stores) => stores.encounterKeeping.ofPatient(kind, whose));
      const readable = all.filter((consultation) => readingGrant(caller, consultation) !== undefined);
      const items = [];
      // One conversation at a time: whoever talks meanwhile is not kept waiting.
      for (const consultation of readable)
        items.push(
          await storage.read(caller.hospitalId, async (stores) => ({
            ...consultation,
            sessions: await stores.encounters.sessions(consultation.id),
            messages: await stores.encounters.messages(consultation.id),
            redFlags: await stores.encounters.flags(consultation.id),
          })),
        );
      return { items, leftOut: all.length - readable.length };
    },
  };
}
