import type { ApiKey, HospitalRole } from '../../domain/access/access-store.ts';
import { PLATFORM } from '../../domain/access/caller.ts';
import type { Hospital } from '../../domain/access/hospital.ts';
import type { SignIn } from '../../domain/access/sessions.ts';
import type { User } from '../../domain/access/user.ts';
import type { WhoIs } from '../../domain/access/who-is.ts';
import type { ChainLink } from '../../domain/audit/audit-entry.ts';
import type { Job } from '../../domain/jobs/job.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import type { Patient } from '../../domain/patients/patient.ts';
import type { FoundPatient } from '../../domain/patients/patients.ts';
import type { Department, Doctor } from '../../domain/scheduling/doctor.ts';
import type { Page } from '../../shared/page.ts';
import { encodeCursor } from '../schema/common.ts';
import { iso, toWire } from '../wire.ts';

/** A thing of a room as the contract shows it, where it differs from the thing itself. */
type Wire = Record<string, unknown>;

export const presentPage = <T>(page: Page<T>, present: (item: T) => Wire): Wire => ({
  items: page.items.map(present),
  next_cursor: encodeCursor(page.next),
});

const hospitalOf = (id: string) => (id === PLATFORM ? null : id);
const renamed = (idName: string, { id, ...rest }: { readonly id: string }): Wire => ({ [idName]: id, ...(toWire(rest) as Wire) });

export function presentUser({ active: _, ...user }: User): Wire {
  return { ...renamed('user_id', user), hospital_id: hospitalOf(user.hospitalId) };
}

export function presentMe({ user, hospitalName, patientId, doctorId, hasSecondFactor, language }: WhoIs): Wire {
  return {
    user_id: user.id,
    email: user.email,
    username: user.username,
    role: user.role,
    hospital_id: hospitalOf(user.hospitalId),
    hospital_name: hospitalName,
    language,
    first_name: user.firstName,
    last_name: user.lastName,
    second_factor: hasSecondFactor,
    ...(patientId ? { patient_id: patientId } : {}),
    ...(doctorId ? { doctor_id: doctorId } : {}),
  };
}

export function presentSignIn({ accessToken, refreshToken, expiresInMs, user, deviceId, mustChangePassword, onlyFor }: SignIn): Wire {
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: Math.floor(expiresInMs / 1000),
    user: { ...presentMe(user), ...(mustChangePassword ? { must_change_password: true } : {}) },
    ...(deviceId ? { device_id: deviceId } : {}),
    ...(onlyFor ? { only_for: onlyFor } : {}),
  };
}

export function presentHospital({ id, name, email, adminContact, settings, createdAt, updatedAt }: Hospital): Wire {
  const { general } = settings.emergencyNumbers;
  return {
    hospital_id: id,
    hospital_name: name,
    hospital_email: email,
    admin_contact: adminContact,
    settings: { ...(toWire(settings) as Wire), ...(general ? { emergency_number: general } : {}) },
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
  };
}

export function presentHospitalRole(role: HospitalRole & { holders?: readonly object[] }): Wire {
  return {
    hospital_role_id: role.id,
    role_name: role.roleName,
    parent_hospital_role_id: role.parentId,
    ...(role.holders ? { holders: toWire(role.holders) } : {}),
  };
}

export function presentApiKey({ id, name, scopes, prefix, createdBy, createdAt, expiresAt }: ApiKey): Wire {
  return {
    api_key_id: id,
    name,
    scopes,
    prefix,
    created_by: createdBy,
    created_at: iso(createdAt),
    expires_at: expiresAt === null ? null : iso(expiresAt),
  };
}

export function presentAuditEntry({ entry, payload, actorName }: ChainLink & { readonly actorName?: string | undefined }): Wire {
  const told = payload === undefined ? {} : (JSON.parse(payload) as { old?: object; new?: object; reason?: string });
  return {
    audit_id: entry.id,
    event_type: entry.eventType,
    action: entry.action,
    entity_type: entry.entityType,
    entity_id: entry.entityId,
    patient_id: entry.patientId,
    user_actor: entry.actor,
    ...(actorName ? { actor_name: actorName } : {}),
    role: entry.actorRole,
    via: entry.via,
    ...(told.reason ? { reason: told.reason } : {}),
    ...(told.old ? { old_values: toWire(told.old) } : {}),
    ...(told.new ? { new_values: toWire(told.new) } : {}),
    event_time: iso(entry.at),
  };
}

export const presentDepartment = ({ id, name }: Department): Wire => ({ department_id: id, name });

export function presentDoctor({ createdAt: _, ...doctor }: Doctor): Wire {
  return renamed('doctor_id', doctor);
}

export const nameOf = ({ firstName, lastName }: Patient) => `${firstName} ${lastName}`.trim();

export function presentPatient({ userId: _, ...patient }: Patient): Wire {
  return { ...renamed('patient_id', patient), name: nameOf(patient as Patient), phone: patient.phones[0]?.number ?? null };
}

export const presentFoundPatient = ({ patient, lastVisitAt, preferredDoctor }: FoundPatient): Wire => ({
  patient_id: patient.id,
  name: nameOf(patient),
  birth_year: patient.birthYear,
  ...(lastVisitAt === undefined ? {} : { last_visit: iso(lastVisitAt) }),
  ...(preferredDoctor === undefined ? {} : { preferred_doctor: preferredDoctor }),
});

export function presentJob({ id, kind, status, progress, result, error, createdAt, updatedAt }: Job): Wire {
  return {
    job_id: id,
    kind,
    status,
    progress,
    ...(result === null ? {} : { result: toWire(result) }),
    ...(error === null ? {} : { error }),
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
  };
}

export const presentNotice = ({ id, type, data, createdAt, ackedAt, escalatedAt }: Notice): Wire => ({
  event_id: id,
  type,
  ...(toWire(data) as Wire),
  created_at: iso(createdAt),
  acknowledged: ackedAt !== null,
  escalated: escalatedAt !== null,
});
