import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, icalendarOf } from '../../../../src/domain/scheduling/icalendar.ts';

const START = Date.UTC(2026, 10, 24, 3, 30);

const event = (more: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ...{ uid: 'one@appointments.bedside', sequence: 0, startsAt: START, endsAt: START + 1_800_000, stampedAt: START - 86_400_000 },
  ...{ summary: 'Appointment with Dr Rao', cancelled: false, ...more },
});

/** As another program reads it. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return { calendar, events: calendar.getAllSubcomponents('vevent').map((one) => ({ component: one, ...fields(new ICAL.Event(one)) })) };
}
function fields({ uid, sequence, summary, description, location, startDate, endDate }: InstanceType<typeof ICAL.Event>) {
  return { uid, sequence, summary, description, location, startsAt: startDate.toUnixTime() * 1000, endsAt: endDate.toUnixTime() * 1000 };
}

describe('iCalendar', () => {
  it('says an appointment so that another program reads the same', () => {
    const text = icalendarOf({
      method: 'REQUEST',
      events: [
        event({
          ...{ description: 'North, Clinic\nBooking code: 1234', location: 'North; Clinic', sequence: 3 },
          ...{ organizer: { name: 'North "Clinic"', address: 'mailto:desk@north.test' }, attendee: 'anita@example.test' },
        }),
      ],
    });
    const { calendar, events } = read(text);
    expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST');
    expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      ...{ uid: 'one@appointments.bedside', sequence: 3, summary: 'Appointment with Dr Rao', startsAt: START, endsAt: START + 1_800_000 },
      ...{ description: 'North, Clinic\nBooking code: 1234', location: 'North; Clinic' },
    });
    const component = events[0]?.component;
    expect(component?.getFirstPropertyValue('attendee')).toBe('mailto:anita@example.test');
    expect(component?.getFirstPropertyValue('organizer')).toBe('mailto:desk@north.test');
    expect(component?.getFirstPropertyValue('status')).toBe('CONFIRMED');
    expect(text).toContain('DTSTART:20261124T033000Z\r\n');
    expect(text).toContain('DTSTAMP:20261123T033000Z\r\n');
  });

  it('takes an appointment back under the same UID', () => {
    const { calendar, events } = read(icalendarOf({ method: 'CANCEL', events: [event({ sequence: 4, cancelled: true })] }));
    expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL');
    expect(events[0]).toMatchObject({ uid: 'one@appointments.bedside', sequence: 4 });
    expect(events[0]?.component.getFirstPropertyValue('status')).toBe('CANCELLED');
  });

  it('folds Hindi at 75 octets and cuts no character in two', () => {
    const summary = 'डॉक्टर राव के साथ अपॉइंटमेंट, '.repeat(12).trim();
    const text = icalendarOf({ events: [event({ summary })] });
    expect(text).not.toMatch(/[^\r]\n/);
    for (const line of text.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(line).not.toContain('\ufffd');
    }
    expect(read(text).events[0]?.summary).toBe(summary);
  });

  it('keeps whatever people write in its place: no name begins a line of its own', () => {
    const wild = fc.string({ unit: 'grapheme', maxLength: 200 });
    const hostile = fc.oneof(
      wild,
      fc.constantFrom('\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x', 'a\\nb;c,d:"e"', '\u2028ATTENDEE:mailto:x@y', '\u0000\u0007', '\n'),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (summary, location, name) => {
        const organizer = { name, address: 'mailto:desk@north.test' };
        const text = icalendarOf({ name, events: [event({ summary, location, description: summary, organizer }), event({ uid: 'two' })] });
        const { events } = read(text);
        expect(events).toHaveLength(2);
        expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
        const plain = (words: string) =>
          words.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ');
        // What stands in brackets or apostrophes, quotes included, comes out as it went in, but for signs that nobody sees.
        expect(events[0]?.summary).toBe(plain(summary));
        expect(events[0]?.location).toBe(plain(location));
        expect(events[0]?.component.getAllProperties('attendee')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

const samples = join(process.env.BEDSIDE_TEST_DATA ?? join(import.meta.dirname, '../../../../../shared/data'), 'icalendar/samples');

describe.skipIf(!existsSync(samples))('iCalendar, with what other programs wrote', () => {
  it('writes anew what it is about in every sample, and another program reads the same', () => {
    let seen = 0;
    for (const file of readdirSync(samples).filter((name) => name.endsWith('.ics'))) {
      const calendar = new ICAL.Component(ICAL.parse(readFileSync(join(samples, file), 'utf8')).flat(0) as never);
      for (const component of calendar.getAllSubcomponents('vevent')) {
        const original = new ICAL.Event(component);
        // An appointment has a time of the day; birthdays and whole days are no appointments.
        if (!original.startDate || original.startDate.isDate || !original.endDate) continue;
        const before = fields(original);
        const text = icalendarOf({
          events: [
            event({
              ...{ uid: before.uid ?? 'none', sequence: before.sequence ?? 0, startsAt: before.startsAt, endsAt: before.endsAt },
              ...{ summary: before.summary ?? '', description: before.description ?? '', location: before.location ?? '' },
            }),
          ],
        });
        const [after] = read(text).events;
        expect(after, file).toMatchObject({ startsAt: before.startsAt, endsAt: before.endsAt, summary: before.summary ?? '' });
        expect(after?.uid, file).toBe(before.uid ?? 'none');
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(5);
  });
});
