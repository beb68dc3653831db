import { z } from 'zod';
import { consentPurposes } from '../../domain/patients/consent.ts';
import { id, language, line, pageOf, time } from './common.ts';

export const consentInput = z.strictObject({
  purposes: z.array(z.enum(consentPurposes)).min(1).max(consentPurposes.length),
  given_by: z.enum(['self', 'guardian']),
  how: z.enum(['voice', 'tap', 'paper']),
  language,
  text_version: line(80),
});
export const consent = z.object({
  consent_id: id,
  patient_id: id,
  purposes: z.array(z.enum(consentPurposes)),
  given_by: z.enum(['self', 'guardian']),
  how: z.enum(['voice', 'tap', 'paper']),
  language: z.string(),
  text_version: z.string(),
  given_at: time,
  recorded_by: id,
  withdrawn_at: time.nullable(),
  withdrawn_by: id.nullable(),
});
export const consentPage = pageOf(consent);
