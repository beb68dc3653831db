import { fill } from '../../shared/errors.ts';
import type { Hospital } from '../access/hospital.ts';
import type { Letter } from '../outbox/departure.ts';
import type { AppointmentDetails } from './appointment.ts';
import { type CalendarEvent, icalendarOf } from './icalendar.ts';

/** What people are told of an appointment. It names doctor, time, clinic and booking code; the patient only where the hospital wants it, and the reason never. */
export type Occasion = 'booked' | 'rescheduled' | 'confirmed' | 'cancelled' | 'reminder';
export const occasions: readonly string[] = ['booked', 'rescheduled', 'confirmed', 'cancelled', 'reminder'] satisfies Occasion[];

export interface Told {
  readonly appointment: AppointmentDetails;
  readonly hospital: Hospital;
  readonly occasion: Occasion;
  /** `en` or `hi`; any other is English. */
  readonly language: string;
  /** The time as `makeWhenText` says it. */
  readonly when: string;
  readonly namesPatient: boolean;
}

/** Pure: a mail, with the invitation or its withdrawal. */
export function letterOf(told: Told, { messageId, to, nowMs }: { messageId: string; to: string; nowMs: number }): Letter {
  const { occasion, language } = told;
  const words = wordsIn(language);
  const values = valuesOf(told);
  const subject = oneLine(fill(words.subject[occasion], values));
  const opening = fill(words.opening[occasion], values);
  const facts: readonly (readonly [string, string])[] = [
    ...(told.namesPatient ? [[words.patient, values.patient] as const] : []),
    ...[
      [words.doctor, values.doctor] as const,
      [words.time, `${values.when} (${told.appointment.timeZone})`] as const,
      [words.clinic, values.clinic] as const,
    ],
    ...(values.code === '' ? [] : [[words.code, values.code] as const]),
  ];
  const closing = occasion === 'cancelled' ? words.automatic : `${words.cannotCome} ${words.automatic}`;
  const isGone = occasion === 'cancelled';
  // A reminder changes nothing, so there is nothing for a calendar to take over.
  const calendar = occasion === 'reminder' ? null : { method: isGone ? 'CANCEL' : 'REQUEST', content: invitationTo(told, { to, nowMs }) };
  return {
    ...{ messageId, subject, calendar },
    text: [opening, '', ...facts.map(([name, value]) => `${name}: ${value}`), '', closing, ''].join('\n'),
    html: [
      `<!doctype html><html lang="${language === 'hi' ? 'hi' : 'en'}"><head><meta charset="utf-8"><title>${html(subject)}</title></head>`,
      '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;max-width:36em">',
      `<p>${html(opening)}</p><table role="presentation" style="border-collapse:collapse">`,
      ...facts.map(
        ([name, value]) => `<tr><td style="padding:2px 16px 2px 0;color:#555">${html(name)}</td><td><b>${html(value)}</b></td></tr>`,
      ),
      `</table><p style="color:#555">${html(closing)}</p></body></html>`,
    ].join('\n'),
  };
}

/** Pure: a text message of one breath. */
export function shortTextOf(told: Told): string {
  const words = wordsIn(told.language);
  const values = valuesOf(told);
  const named = told.namesPatient ? `${values.patient}: ` : '';
  const code = values.code === '' || told.occasion === 'cancelled' ? '' : ` ${fill(words.shortCode, values)}`;
  return oneLine(`${named}${fill(words.short[told.occasion], values)}${code}`);
}

/** Pure: the appointment for the patient's own calendar. Its method says whether there is somebody who is invited. */
export function invitationTo(told: Told, { to, nowMs }: { readonly to: string | null; readonly nowMs: number }): string {
  const { appointment, hospital } = told;
  const cancelled = appointment.status === 'cancelled';
  const event = eventOf(told, { to, nowMs });
  const address = hospital.email === null ? `urn:uuid:${hospital.id}` : `mailto:${hospital.email}`;
  return icalendarOf({
    method: cancelled ? 'CANCEL' : to === null ? 'PUBLISH' : 'REQUEST',
    events: [{ ...event, organizer: { name: hospital.name, address } }],
  });
}

function eventOf(told: Told, { to, nowMs }: { readonly to: string | null; readonly nowMs: number }): CalendarEvent {
  const { appointment, hospital, language } = told;
  const words = wordsIn(language);
  const values = valuesOf(told);
  return {
    ...{ uid: uidOf(appointment), sequence: appointment.sequence, startsAt: appointment.startsAt, endsAt: appointment.endsAt },
    ...{ stampedAt: nowMs, summary: fill(words.summary, values), location: hospital.name },
    description: values.code === '' ? hospital.name : `${hospital.name}\n${words.code}: ${values.code}`,
    cancelled: appointment.status === 'cancelled',
    attendee: to ?? undefined,
  };
}

/** Pure: the same in every file and every mail about this appointment. */
export const uidOf = ({ id }: Pick<AppointmentDetails, 'id'>) => `${id}@appointments.bedside`;

/** `Friday 20 November 2026, 09:30`, as the wall of the hospital shows it. A format is slow to make, so each is made once. */
export function makeWhenText(): (ms: number, timeZone: string, language: string) => string {
  const formats = new Map<string, Intl.DateTimeFormat>();
  const day = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return (ms, timeZone, language) => {
    const locale = language === 'hi' ? 'hi-IN-u-nu-latn' : 'en-GB';
    const formatOf = (name: string, options: Intl.DateTimeFormatOptions) => {
      const key = `${locale} ${timeZone} ${name}`;
      const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
      formats.set(key, format);
      return format;
    };
    return `${formatOf('day', day).format(ms)}, ${formatOf('clock', clock).format(ms)}`;
  };
}

function valuesOf({ appointment, hospital, when }: Told) {
  const { doctorName: doctor, patientName: patient, bookingCode } = appointment;
  return { doctor, patient, clinic: hospital.name, code: bookingCode ?? '', when };
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
const html = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

interface Words {
  readonly subject: Readonly<Record<Occasion, string>>;
  readonly opening: Readonly<Record<Occasion, string>>;
  readonly short: Readonly<Record<Occasion, string>>;
  readonly shortCode: string;
  readonly summary: string;
  readonly patient: string;
  readonly doctor: string;
  readonly time: string;
  readonly clinic: string;
  readonly code: string;
  readonly cannotCome: string;
  readonly automatic: string;
}

const english: Words = {
  subject: {
    booked: 'Appointment booked: {doctor}, {when}',
    rescheduled: 'Appointment moved: {doctor}, {when}',
    confirmed: 'Appointment confirmed: {doctor}, {when}',
    cancelled: 'Appointment cancelled: {doctor}, {when}',
    reminder: 'Reminder of your appointment: {doctor}, {when}',
  },
  opening: {
    booked: 'The appointment is booked.',
    rescheduled: 'The appointment was moved. This is the new time.',
    confirmed: 'The appointment is confirmed.',
    cancelled: 'The appointment was cancelled.',
    reminder: 'This is a reminder of the appointment.',
  },
  short: {
    booked: '{clinic}: appointment booked with {doctor}, {when}.',
    rescheduled: '{clinic}: appointment moved, now with {doctor}, {when}.',
    confirmed: '{clinic}: appointment confirmed with {doctor}, {when}.',
    cancelled: '{clinic}: appointment cancelled with {doctor}, {when}.',
    reminder: '{clinic}: reminder of the appointment with {doctor}, {when}.',
  },
  shortCode: 'Booking code {code}.',
  summary: 'Appointment with {doctor}',
  patient: 'For',
  doctor: 'With',
  time: 'When',
  clinic: 'Where',
  code: 'Booking code',
  cannotCome: 'If you cannot come, please tell the clinic and have the booking code ready.',
  automatic: 'This message was sent by itself.',
};

const hindi: Words = {
  subject: {
    booked: 'अपॉइंटमेंट बुक हो गया: {doctor}, {when}',
    rescheduled: 'अपॉइंटमेंट का समय बदल गया: {doctor}, {when}',
    confirmed: 'अपॉइंटमेंट की पुष्टि हो गई: {doctor}, {when}',
    cancelled: 'अपॉइंटमेंट रद्द हो गया: {doctor}, {when}',
    reminder: 'आपके अपॉइंटमेंट की याद: {doctor}, {when}',
  },
  opening: {
    booked: 'अपॉइंटमेंट बुक हो गया है।',
    rescheduled: 'अपॉइंटमेंट का समय बदल गया है। नया समय यह है।',
    confirmed: 'अपॉइंटमेंट की पुष्टि हो गई है।',
    cancelled: 'अपॉइंटमेंट रद्द कर दिया गया है।',
    reminder: 'यह अपॉइंटमेंट की याद दिलाने के लिए है।',
  },
  short: {
    booked: '{clinic}: {doctor} के साथ अपॉइंटमेंट बुक हो गया, {when}।',
    rescheduled: '{clinic}: अपॉइंटमेंट का समय बदल गया, अब {doctor} के साथ, {when}।',
    confirmed: '{clinic}: {doctor} के साथ अपॉइंटमेंट की पुष्टि हो गई, {when}।',
    cancelled: '{clinic}: {doctor} के साथ अपॉइंटमेंट रद्द हो गया, {when}।',
    reminder: '{clinic}: {doctor} के साथ अपॉइंटमेंट की याद, {when}।',
  },
  shortCode: 'बुकिंग कोड {code}।',
  summary: '{doctor} के साथ अपॉइंटमेंट',
  patient: 'किनके लिए',
  doctor: 'किनके साथ',
  time: 'कब',
  clinic: 'कहाँ',
  code: 'बुकिंग कोड',
  cannotCome: 'अगर आप नहीं आ सकते, तो कृपया क्लिनिक को बताएँ और बुकिंग कोड साथ रखें।',
  automatic: 'यह संदेश अपने आप भेजा गया है।',
};

const wordsIn = (language: string) => (language === 'hi' ? hindi : english);
