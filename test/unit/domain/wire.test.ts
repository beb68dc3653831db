import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromWire, toWire } from '../../../src/transport/wire.ts';

describe('the wire', () => {
  it('speaks snake_case outside and camelCase inside, at every depth', () => {
    expect(fromWire({ first_name: 'A', phones: [{ whose_is_it: 'mother' }], a_b_c: { d_e: null } })).toEqual({
      firstName: 'A',
      phones: [{ whoseIsIt: 'mother' }],
      aBC: { dE: null },
    });
    expect(toWire({ firstName: 'A', phones: [{ whoseIsIt: 'mother' }], aBC: { dE: null } })).toEqual({
      first_name: 'A',
      phones: [{ whose_is_it: 'mother' }],
      a_b_c: { d_e: null },
    });
  });

  it('says times as ISO 8601 with milliseconds, where the name says that it is one', () => {
    expect(toWire({ createdAt: 0, at: 5, format: 7, lastSeenAt: null, doneAt: 'later' })).toEqual({
      created_at: '1970-01-01T00:00:00.000Z',
      at: 5,
      format: 7,
      last_seen_at: null,
      done_at: 'later',
    });
  });

  it('leaves out what is undefined, and keeps what is null, false, empty and bytes', () => {
    const bytes = new Uint8Array([1, 2]);
    expect(toWire({ a: undefined, b: null, c: false, d: '', e: [], f: bytes })).toEqual({ b: null, c: false, d: '', e: [], f: bytes });
  });

  it('does not touch names that are data: who has a rule, and for which purpose', () => {
    const settings = {
      approval_rules: { hospital_admin: ['nurse triage'], Nurse: ['x_y'], 'a b_c': [] },
      cloud_policy: { 'speech-to-text': true, 'language_model.notes': false, X_Y: true },
      retention: { audio: 1 },
    };
    const inside = fromWire(settings);
    expect(inside).toEqual({ approvalRules: settings.approval_rules, cloudPolicy: settings.cloud_policy, retention: { audio: 1 } });
    expect(toWire(inside)).toEqual(settings);
    expect(toWire({ old: { settings: inside } })).toEqual({ old: { settings } });
  });

  it('brings every name of the contract home as it was', () => {
    const names = fc.stringMatching(/^[a-z]+(_[a-z]+){0,3}$/);
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(names, tie('any'), { maxKeys: 4 })),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(names, value, { maxKeys: 4 }), (body) => {
        const timeless = JSON.parse(JSON.stringify(body).replace(/_at"/g, '_on"'));
        expect(toWire(fromWire(timeless))).toEqual(timeless);
      }),
      { seed: 20_261_120, numRuns: 500 },
    );
  });

  it('gives nobody a prototype', () => {
    const hostile = JSON.parse('{"__proto__":{"admin":true},"constructor_of":{"x_y":1}}');
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    expect((fromWire(hostile) as { admin?: unknown }).admin).toBeUndefined();
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});
