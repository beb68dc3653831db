import { z } from 'zod';
import type { Merge } from '../../../domain/patients/merge.ts';
import type { Register } from '../../../domain/patients/register.ts';
import { AppError } from '../../../shared/errors.ts';
import { ok, type Route, route } from '../../route.ts';
import { id } from '../../schema/common.ts';
import * as schema from '../../schema/people.ts';
import { toWire } from '../../wire.ts';
import { say } from '../../words/say.ts';
import { streamCsv } from '../csv-stream.ts';
import { presentPatient } from '../present.ts';
import { readRegister } from '../register-file.ts';

const LARGEST_REGISTER = 10 * 1024 * 1024;

/** The register as a whole: in from a file, out to one, and two records that are one person. */
export function registerRoutes({ register, merge }: { register: Register; merge: Merge }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/patients/import',
      summary: 'Take a register in from a CSV file; with dry_run it only says what it would do',
      policy: 'patients.import',
      body: schema.registerInput,
      upload: { file: 'file', maxBytes: LARGEST_REGISTER },
      replies: { 200: schema.registerTaken },
      async handle({ caller, body, file, door }) {
        if (!file || file.length === 0)
          throw new AppError('invalid', 'There is no file in what you sent.', { fields: [{ path: 'file', message: 'This is needed.' }] });
        const taken = await register.take(caller, readRegister(file), { dryRun: body.dry_run });
        const problems = taken.problems.map(({ message, values, ...where }) => ({
          ...where,
          message: say(door.language, message, values),
        }));
        return ok(toWire({ ...taken, problems }));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/patients/export.csv',
      summary: 'The register of patients as a table',
      policy: 'patients.import',
      replies: { 200: z.string() },
      contentType: 'text/csv',
      handle: ({ caller, door }) => streamCsv(door, 'patients.csv', register.give(caller)),
    }),
    route({
      method: 'post',
      path: '/api/v1/patients/:id/merge',
      summary: 'Two records of one person become one: everything of this one moves to the other',
      policy: 'patients.merge',
      params: { id },
      body: schema.mergeInput,
      replies: { 200: schema.patient },
      handle: async ({ caller, params, body }) =>
        ok(presentPatient(await merge.merge(caller, params.id, body.into, { agreed: body.agreed === true }))),
    }),
  ];
}
