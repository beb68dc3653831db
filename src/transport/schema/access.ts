import { z } from 'zod';
import { roles, scopes } from '../../domain/access/caller.ts';
import { birthDate, email, id, language, line, pageOf, password, phone, time, username } from './common.ts';

const person = {
  email: email.nullish(),
  username: username.nullish(),
  phone: phone.nullish(),
  first_name: line(),
  last_name: line(),
  gender: line(40).nullish(),
  dob: birthDate.nullish(),
  address: line(500).nullish(),
  language: language.nullish(),
};
const userRole = z.enum(roles.filter((role) => role !== 'guest' && role !== 'machine') as [string, ...string[]]);

export const userInput = z.strictObject({ ...person, role: userRole, password: password.optional() });
export const userChange = userInput.partial();
export const signupInput = z.object({ ...person, password, hospital_id: id });
export const user = z.object({
  user_id: id,
  hospital_id: id.nullable(),
  role: z.enum(roles),
  email: z.string().nullable(),
  username: z.string().nullable(),
  phone: z.string().nullable(),
  first_name: z.string(),
  last_name: z.string(),
  gender: z.string().nullable(),
  dob: z.string().nullable(),
  address: z.string().nullable(),
  language: z.string().nullable(),
  created_at: time,
  updated_at: time,
});
export const userPage = pageOf(user);

export const me = z.object({
  user_id: id,
  email: z.string().nullable(),
  username: z.string().nullable(),
  role: z.enum(roles),
  hospital_id: id.nullable(),
  hospital_name: z.string().nullable(),
  language: z.string(),
  patient_id: id.optional(),
  doctor_id: id.optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  scopes: z.array(z.enum(scopes)).optional(),
  consultation_id: id.optional().meta({ description: 'of a guest: the one that the link is for' }),
  must_change_password: z.boolean().optional(),
  second_factor: z.boolean().optional().meta({ description: 'they sign in with a code from a second device as well' }),
});

/** Older clients sign in with `email`; what else they send is not looked at. */
export const loginInput = z
  .object({ login: line(254).optional(), email: line(254).optional(), password: z.string().min(1).max(1_024), code: line(20).optional() })
  .refine((body) => body.login !== undefined || body.email !== undefined, { path: ['login'], message: 'This is needed.' });
export const signIn = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.number().int(),
  user: me,
  device_id: z.string().optional(),
  /** `clock`: the clock of the box is wrong, and this token is good for confirming the time only. */
  only_for: z.literal('clock').optional(),
});
export const refreshInput = z.strictObject({ refresh_token: z.string().min(1).max(500) });
export const logoutInput = z.strictObject({ refresh_token: z.string().min(1).max(500).optional() });
export const passwordInput = z.strictObject({ current_password: z.string().min(1).max(1_024), new_password: password });
const code = line(30);
export const secondFactorInput = z
  .strictObject({ current_password: z.string().min(1).max(1_024).optional(), code: code.optional() })
  .refine((body) => (body.current_password === undefined) !== (body.code === undefined), {
    path: ['code'],
    message: 'Send current_password to begin, and then code to confirm.',
  });
export const secondFactorEnd = z.strictObject({ code });
export const secondFactor = z.object({
  enabled: z.boolean(),
  secret: z.string().optional().meta({ description: 'base32, for an authenticator app that cannot read the picture' }),
  otpauth_uri: z.string().optional(),
  qr: z.string().optional().meta({ description: 'SVG' }),
  expires_in: z.number().int().optional(),
  recovery_codes: z.array(z.string()).optional().meta({ description: 'shown once' }),
});
export const ticket = z.object({ ticket: z.string(), expires_in: z.number().int() });

export const setupState = z.object({ needed: z.boolean(), languages: z.array(z.object({ code: language, name: z.string() })) });
export const setupInput = z.strictObject({
  token: z.string().min(1).max(200),
  email,
  password,
  first_name: line(),
  last_name: line(),
  hospital_name: line(),
  language,
  time_zone: z.string().refine(isTimeZone, 'This time zone does not exist.'),
  emergency_number: z.string().regex(/^[+\d][\d\s-]{1,19}$/),
});

export const apiKeyInput = z.strictObject({
  name: line(),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  expires_in_days: z.number().int().min(1).max(3_650).optional(),
});
export const apiKey = z.object({
  api_key_id: id,
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  prefix: z.string(),
  created_by: id,
  created_at: time,
  expires_at: time.nullable(),
});
export const newApiKey = apiKey.extend({ key: z.string().meta({ description: 'shown once' }) });
export const apiKeyPage = pageOf(apiKey);

const days = z.number().int().min(0).max(36_500);
const emergencyNumber = z.string().regex(/^[+\d][\d\s-]{1,19}$/);
export const hospitalSettings = z.strictObject({
  time_zone: z.string().refine(isTimeZone, 'This time zone does not exist.').optional(),
  languages: z.array(language).min(1).max(40).optional(),
  default_language: language.optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  emergency_numbers: z
    .strictObject({
      general: emergencyNumber,
      ambulance: emergencyNumber.optional(),
      mental_health: emergencyNumber.optional(),
      poison: emergencyNumber.optional(),
    })
    .partial()
    .optional(),
  emergency_number: emergencyNumber.optional().meta({ description: 'the same as emergency_numbers.general' }),
  default_country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  allow_signup: z.boolean().optional(),
  answer_policy: z.enum(['intake', 'cited', 'open']).optional(),
  require_consent: z.boolean().optional(),
  retention: z.strictObject({ audio: days, transcripts: days, notes: days, calls: days, usage: days }).partial().optional(),
  approval_rules: z.record(z.string().max(40), z.array(line()).max(100)).optional(),
  cloud_policy: z.record(z.string().max(80), z.boolean()).optional(),
  url_allow_list: z.array(line(253)).max(200).optional(),
  rag_enabled: z.boolean().optional(),
  telephone: z
    .strictObject({
      numbers: z.array(phone).max(50).meta({ description: 'that ring at this hospital; only a platform admin names them' }),
      desk: z
        .string()
        .regex(/^\+?[\d*#]{2,20}$/)
        .nullable()
        .meta({ description: 'number or extension to which callers are put through; null = none' }),
    })
    .partial()
    .optional(),
});
export const hospitalInput = z.strictObject({
  hospital_name: line(),
  hospital_email: email.nullish(),
  admin_contact: line().nullish(),
  settings: hospitalSettings.optional(),
});
export const hospitalChange = hospitalInput.partial();
export const hospital = z.object({
  hospital_id: id,
  hospital_name: z.string(),
  hospital_email: z.string().nullable(),
  admin_contact: z.string().nullable(),
  settings: hospitalSettings,
  created_at: time,
  updated_at: time,
});
export const hospitalPage = pageOf(hospital);

const parent = id.nullish();
export const hospitalRoleInput = z.strictObject({ role_name: line(), parent_hospital_role_id: parent });
export const hospitalRoleChange = hospitalRoleInput.partial();
export const hospitalRole = z.object({
  hospital_role_id: id,
  role_name: z.string(),
  parent_hospital_role_id: id.nullable(),
  holders: z.array(z.object({ user_id: id, first_name: z.string(), last_name: z.string() })).optional(),
});
export const hospitalRolePage = pageOf(hospitalRole);
export const hospitalRoleIds = z.strictObject({ hospital_role_ids: z.array(id).max(100) });

const json = z.record(z.string(), z.unknown());
export const auditEntry = z.object({
  audit_id: id,
  event_type: z.string(),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  entity_type: z.string(),
  entity_id: id.nullable(),
  patient_id: id.nullable(),
  user_actor: id,
  actor_name: z.string().optional(),
  role: z.string(),
  via: z.string(),
  reason: z.string().optional(),
  old_values: json.optional(),
  new_values: json.optional(),
  event_time: time,
});
export const auditPage = pageOf(auditEntry);
export const chainVerdict = z.object({
  ok: z.boolean(),
  entries: z.number().int(),
  head: z.string(),
  signed_heads: z.number().int(),
  broken_at: z.object({ seq: z.number().int(), audit_id: id.nullable(), what: z.string() }).optional(),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
