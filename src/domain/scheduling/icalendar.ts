/**
 * Pure: appointments as iCalendar text (RFC 5545, and RFC 5546 where it invites). Times are written in UTC: an appointment is one
 * instant that never recurs, so a zone could only be misread, and every calendar shows UTC on its owner's own wall.
 */
export function icalendarOf({ method, name, events }: Calendar): string {
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Bedside//Appointments//EN', 'CALSCALE:GREGORIAN'],
    ...(method === undefined ? [] : [`METHOD:${method}`]),
    ...(name === undefined ? [] : [`NAME:${escaped(name)}`, `X-WR-CALNAME:${escaped(name)}`, 'REFRESH-INTERVAL;VALUE=DURATION:PT15M']),
    ...events.flatMap(linesOf),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

export interface Calendar {
  /** REQUEST invites, CANCEL withdraws, PUBLISH tells; none for a feed. */
  readonly method?: 'REQUEST' | 'CANCEL' | 'PUBLISH' | undefined;
  readonly name?: string | undefined;
  readonly events: readonly CalendarEvent[];
}

export interface CalendarEvent {
  /** Of the appointment, for as long as it lives. */
  readonly uid: string;
  /** Rises with each change, so that an older copy never takes the place of a newer one. */
  readonly sequence: number;
  readonly startsAt: number;
  readonly endsAt: number;
  /** When what is said here was so. */
  readonly stampedAt: number;
  readonly summary: string;
  readonly description?: string | undefined;
  readonly location?: string | undefined;
  readonly cancelled: boolean;
  readonly organizer?: { readonly name: string; readonly address: string } | undefined;
  /** An e-mail address. */
  readonly attendee?: string | undefined;
}

function linesOf(event: CalendarEvent): string[] {
  const { uid, sequence, startsAt, endsAt, stampedAt, summary, description, location, cancelled, organizer, attendee } = event;
  return [
    ...['BEGIN:VEVENT', `UID:${escaped(uid)}`, `SEQUENCE:${sequence}`, `DTSTAMP:${utc(stampedAt)}`, `LAST-MODIFIED:${utc(stampedAt)}`],
    ...[`DTSTART:${utc(startsAt)}`, `DTEND:${utc(endsAt)}`, `SUMMARY:${escaped(summary)}`],
    ...(description === undefined ? [] : [`DESCRIPTION:${escaped(description)}`]),
    ...(location === undefined ? [] : [`LOCATION:${escaped(location)}`]),
    ...(organizer === undefined ? [] : [`ORGANIZER;CN="${quoted(organizer.name)}":${bare(organizer.address)}`]),
    ...(attendee === undefined
      ? []
      : [`ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:${bare(attendee)}`]),
    ...['CLASS:PRIVATE', 'TRANSP:OPAQUE', `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`, 'END:VEVENT'],
  ];
}

/** 20261120T093000Z */
const utc = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

// What no line of text may hold: a calendar would show it as nothing, or end the line there.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f\u0085\u2028\u2029]/g;

function escaped(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(CONTROLS, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** Within quotes there is no escape: what cannot stand there is left out. */
const quoted = (text: string) => text.replace(CONTROLS, ' ').replace(/[\n"]/g, ' ');
const bare = (address: string) => address.replace(CONTROLS, '').replace(/\s/g, '');

/** At most 75 octets to a line, without its end; no character is cut in two. */
function folded(line: string): string {
  let out = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += size;
  }
  return out;
}
