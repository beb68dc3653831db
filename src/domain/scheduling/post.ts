import { newId } from '../../shared/ids.ts';
import type { Hospital } from '../access/hospital.ts';
import { type ChannelKind, type ChannelSettings, hostOf } from '../outbox/channel.ts';
import type { Departure, DepartureContent, DepartureKind } from '../outbox/departure.ts';
import type { Patient } from '../patients/patient.ts';
import type { Stores } from '../storage.ts';
import type { AppointmentDetails, AppointmentStep } from './appointment.ts';
import { letterOf, makeWhenText, type Occasion, occasions, shortTextOf } from './letters.ts';

/** What people hear of an appointment from afar. It is written into the outbox in the unit of work of the step it tells of. */
export interface Post {
  /** `toGiven` mails only the address that the booking itself names: what is answered then says nothing of the patient's record. */
  write(
    stores: Stores,
    hospitalId: string,
    appointment: AppointmentDetails,
    step: AppointmentStep | 'reminder',
    how?: { readonly toGiven?: boolean },
  ): Promise<Posted>;
  /** May anything at all leave this hospital by a way that is set up? */
  isOn(stores: Stores): Promise<boolean>;
}

export interface Posted {
  /** `queued` says that a mail is written, and nothing of whether it arrived. */
  readonly email: 'queued' | 'off';
}

export interface PostParts {
  readonly now: () => number;
  /** The part of mails' ids behind the @; undefined where no mail server is named. */
  readonly mailDomain: string | undefined;
}

const HOUR_MS = 3_600_000;

export function makePost({ now, mailDomain }: PostParts): Post {
  const whenText = makeWhenText();
  return {
    isOn: async (stores) => mailDomain !== undefined || (await stores.outbox.channels()).some(({ settings }) => settings.enabled),

    async write(stores, hospitalId, appointment, step, { toGiven = false } = {}) {
      const channels = await stores.outbox.channels();
      const settingsOf = <K extends ChannelKind>(kind: K) =>
        channels.find((channel) => channel.kind === kind)?.settings as ChannelSettings<K> | undefined;
      const [mail, texts, hook] = [settingsOf('email'), settingsOf('text-messages'), settingsOf('webhook')];
      const isNews = occasions.includes(step);
      const isReminder = step === 'reminder';
      const mails = isNews && mailDomain !== undefined && (mail?.enabled ?? true) && (!isReminder || (mail?.reminders ?? true));
      const textsToo = isNews && texts?.enabled === true && (!isReminder || texts.reminders);
      const event = `appointment.${step}`;
      const hooks = hook?.enabled === true && (hook.events as readonly string[]).includes(event) && (!isReminder || hook.reminders);
      // Who is reminded of what is no longer so would come for nothing.
      if (step === 'cancelled' || step === 'rescheduled') await stores.outbox.withdraw(appointment.id, 'appointment.reminder');
      if (!mails && !textsToo && !hooks) return { email: 'off' };

      const hospital = (await stores.access.hospital(hospitalId)) as Hospital;
      const patient = appointment.patientId === null ? undefined : await stores.patients.find(appointment.patientId);
      const write = async (kind: DepartureKind, recipient: string, contentOf: (id: string) => DepartureContent) => {
        const at = now();
        const id = newId(at);
        const version = isReminder ? `reminder ${appointment.startsAt}` : `${appointment.sequence}`;
        const departure: Departure = {
          ...{ id, kind, event, key: `${appointment.id} ${version} ${kind}`, lane: `${appointment.id} ${kind}` },
          ...{ appointmentId: appointment.id, patientId: appointment.patientId, recipient, content: contentOf(id) },
          ...{ status: 'pending', attempts: 0, nextAt: 0, leaseUntil: null, error: null, answer: null },
          // News of a visit that is over is none; a reminder is late when the visit begins.
          expiresAt: kind === 'webhook' ? null : isReminder ? appointment.startsAt : Math.max(appointment.endsAt, at + HOUR_MS),
          ...{ createdAt: at, updatedAt: at, sentAt: null },
        };
        return stores.outbox.insert(departure);
      };
      const language = patient?.language ?? hospital.settings.defaultLanguage;
      const when = whenText(appointment.startsAt, appointment.timeZone, language);
      const told = (namesPatient: boolean) => ({ appointment, hospital, occasion: step as Occasion, namesPatient, language, when });

      const address = appointment.email ?? (toGiven ? null : (patient?.email ?? null));
      const phone = phoneOf(patient);
      if (mails && address !== null)
        await write('email', address, (id) =>
          letterOf(told(mail?.names_patient ?? false), { messageId: `${id}@${mailDomain}`, to: address, nowMs: now() }),
        );
      if (textsToo && phone !== undefined) await write('text', phone, () => ({ text: shortTextOf(told(texts.names_patient)) }));
      if (hooks)
        await write('webhook', hostOf(hook.url), (id) => ({
          body: JSON.stringify(newsOf(id, event, now(), appointment, hook.names_patient)),
        }));
      return { email: mails && address !== null ? 'queued' : 'off' };
    },
  };
}

/** Pure: what a program of the hospital is told. */
function newsOf(id: string, event: string, at: number, appointment: AppointmentDetails, namesPatient: boolean) {
  const { doctorId, doctorName, bookingCode, status, startsAt, endsAt, timeZone, sequence, patientName } = appointment;
  return {
    ...{ id, event, created_at: new Date(at).toISOString() },
    appointment: {
      ...{ appointment_id: appointment.id, doctor_id: doctorId, doctor_name: doctorName, booking_code: bookingCode, status, sequence },
      ...{ start: new Date(startsAt).toISOString(), end: new Date(endsAt).toISOString(), time_zone: timeZone },
      ...(namesPatient ? { patient_name: patientName } : {}),
    },
  };
}

const phoneOf = (patient: Patient | undefined) => patient?.phones[0]?.number;
