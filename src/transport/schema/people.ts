import { z } from 'zod';
import { birthDate, email, id, language, line, pageOf, phone, time } from './common.ts';

export const departmentInput = z.strictObject({ name: line() });
export const department = z.object({ department_id: id, name: z.string() });
export const departmentPage = pageOf(department);

export const doctorInput = z.strictObject({
  name: line(),
  department: line(),
  user_id: id.nullish(),
  specialties: z.array(line()).max(50).optional(),
  languages: z.array(language).max(50).optional(),
});
export const doctorChange = doctorInput.partial();
export const doctor = z.object({
  doctor_id: id,
  name: z.string(),
  department_id: id,
  department: z.string(),
  user_id: id.nullable(),
  specialties: z.array(z.string()),
  languages: z.array(z.string()),
  /** Only for those who may hand it on. */
  calendar_url: z.string().optional(),
});
export const doctorPage = pageOf(doctor);

const long = line(4_000).nullish();
const fields = {
  name: line(400).optional(),
  first_name: line().optional(),
  last_name: z.string().trim().max(200).optional(),
  phone: phone.optional(),
  phones: z
    .array(z.strictObject({ number: phone, whose: line(100).nullish() }))
    .max(20)
    .optional(),
  email: email.nullish(),
  dob: birthDate.nullish(),
  birth_year: z.number().int().min(1880).max(2200).nullish(),
  gender: line(40).nullish(),
  language: language.nullish(),
  guardian_id: id.nullish(),
  local_number: line(80).nullish(),
  abha_number: z
    .string()
    .regex(/^\d{2}-?\d{4}-?\d{4}-?\d{4}$/)
    .nullish(),
  address: line(500).nullish(),
  preferred_doctor_id: id.nullish(),
  allergies: long,
  medications: long,
  needs: long,
  notes: long,
};
export const patientInput = z
  .strictObject(fields)
  .refine((body) => body.name !== undefined || body.first_name !== undefined, { path: ['name'], message: 'This is needed.' });
export const patientChange = z.strictObject(fields);
export const patient = z.object({
  patient_id: id,
  name: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  phones: z.array(z.object({ number: z.string(), whose: z.string().nullable() })),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  dob: z.string().nullable(),
  birth_year: z.number().int().nullable(),
  gender: z.string().nullable(),
  language: z.string().nullable(),
  guardian_id: id.nullable(),
  local_number: z.string().nullable(),
  abha_number: z.string().nullable(),
  address: z.string().nullable(),
  preferred_doctor_id: id.nullable(),
  allergies: z.string().nullable(),
  medications: z.string().nullable(),
  needs: z.string().nullable(),
  notes: z.string().nullable(),
  created_at: time,
  updated_at: time,
});
export const patientPage = pageOf(patient);
const found = z.object({
  patient_id: id,
  name: z.string(),
  birth_year: z.number().int().nullable(),
  last_visit: time.optional(),
  preferred_doctor: z.string().optional(),
});
export const patientLookup = z.object({
  customer_type: z.enum(['existing', 'returning', 'new']),
  patients: z.array(found),
  patient: found.nullable(),
});

export const mergeInput = z.strictObject({ into: id, agreed: z.boolean().optional() });
/** Fields of a form come as text. */
const yes = z.union([
  z.boolean(),
  z.enum(['true', 'false', '1', '0', 'yes', 'no', '']).transform((text) => ['true', '1', 'yes'].includes(text)),
]);
export const registerInput = z.object({ dry_run: yes.default(false) });
export const registerTaken = z.object({
  dry_run: z.boolean(),
  rows: z.number().int(),
  created: z.number().int(),
  duplicates: z.array(
    z.object({ line: z.number().int(), patient_id: id.nullable(), of_line: z.number().int().nullable(), why: z.string() }),
  ),
  problems: z.array(z.object({ line: z.number().int(), path: z.string(), message: z.string() })),
});
