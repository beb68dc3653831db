import type { Kysely } from 'kysely';
import type { Consent } from '../../domain/patients/consent.ts';
import type { ConsentStore } from '../../domain/patients/consent-store.ts';
import type { Tables } from '../schema.ts';

export function makeConsentStore(db: Kysely<Tables>, hospitalId: string): ConsentStore {
  const consents = () => db.selectFrom('consents').selectAll().where('hospitalId', '=', hospitalId);
  return {
    async insert({ purposes, ...consent }) {
      await db
        .insertInto('consents')
        .values({ ...consent, hospitalId, purposes: JSON.stringify(purposes) })
        .execute();
    },
    async find(id) {
      const row = await consents().where('id', '=', id).executeTakeFirst();
      return row && toConsent(row);
    },
    async ofPatient(patientId) {
      return (await consents().where('patientId', '=', patientId).orderBy('id', 'desc').execute()).map(toConsent);
    },
    async reassign(from, to) {
      await db.updateTable('consents').set({ patientId: to }).where('hospitalId', '=', hospitalId).where('patientId', '=', from).execute();
    },
    async withdraw(id, by, at) {
      await db
        .updateTable('consents')
        .set({ withdrawnAt: at, withdrawnBy: by })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', id)
        .execute();
    },
  };
}

function toConsent({ hospitalId: _, purposes, ...row }: Tables['consents']): Consent {
  return { ...row, purposes: JSON.parse(purposes), givenBy: row.givenBy as Consent['givenBy'], how: row.how as Consent['how'] };
}
