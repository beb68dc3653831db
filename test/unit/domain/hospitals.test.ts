import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HospitalRole } from '../../../src/domain/access/access-store.ts';
import { withSettings } from '../../../src/domain/access/hospital.ts';
import { isBelow } from '../../../src/domain/access/hospitals.ts';

describe('withSettings', () => {
  it('begins with what is safe: nothing leaves, nobody registers, only what a source supports is answered', () => {
    expect(withSettings()).toMatchObject({
      cloudPolicy: {},
      allowSignup: false,
      answerPolicy: 'cited',
      urlAllowList: [],
      emergencyNumbers: {},
    });
  });

  it('leaves what is not named, and what is named as undefined', () => {
    const before = withSettings({ defaultLanguage: 'ta', emergencyNumbers: { general: '108' } });
    expect(withSettings({}, before)).toEqual(before);
    expect(withSettings({ defaultLanguage: undefined, currency: undefined }, before)).toEqual(before);
  });

  it('merges groups and replaces lists', () => {
    const before = withSettings({
      emergencyNumbers: { general: '112', ambulance: '108' },
      retention: { audio: 1, transcripts: 2, notes: 3, calls: 4, usage: 5 },
      languages: ['en', 'hi'],
      cloudPolicy: { 'speech-to-text': true },
    });
    const after = withSettings(
      { emergencyNumbers: { general: '911' }, languages: ['ta'], cloudPolicy: { 'language-model.notes': true } },
      before,
    );
    expect(after.emergencyNumbers).toEqual({ general: '911', ambulance: '108' });
    expect(after.retention).toEqual(before.retention);
    expect(after.languages).toEqual(['ta']);
    expect(after.cloudPolicy).toEqual({ 'speech-to-text': true, 'language-model.notes': true });
  });

  it('changes neither what was given nor what was before', () => {
    const before = Object.freeze(withSettings({ emergencyNumbers: Object.freeze({ general: '112' }) }));
    const copy = structuredClone(before);
    withSettings({ emergencyNumbers: { ambulance: '108' }, retention: { ...before.retention, audio: 9 } }, before);
    expect(before).toEqual(copy);
  });
});

describe('isBelow', () => {
  const role = (id: string, parentId: string | null): HospitalRole => ({ id, parentId, roleName: id, createdAt: 0 });
  const tree = [role('head', null), role('senior', 'head'), role('junior', 'senior'), role('desk', null)];

  it('knows who stands at or under whom', () => {
    expect(isBelow(tree, 'junior', 'head')).toBe(true);
    expect(isBelow(tree, 'junior', 'junior')).toBe(true);
    expect(isBelow(tree, 'head', 'junior')).toBe(false);
    expect(isBelow(tree, 'desk', 'head')).toBe(false);
    expect(isBelow(tree, 'nobody', 'head')).toBe(false);
  });

  it('ends even where somebody made a circle by hand', () => {
    const circle = [role('a', 'c'), role('b', 'a'), role('c', 'b'), role('d', 'd')];
    expect(isBelow(circle, 'a', 'elsewhere')).toBe(false);
    expect(isBelow(circle, 'd', 'a')).toBe(false);
    expect(isBelow(circle, 'a', 'b')).toBe(true);
  });

  it('refuses exactly the moves that would make a circle', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 30 }), fc.nat(), fc.nat(), (seeds, who, under) => {
        // Each has a parent among those before it, so it is a tree.
        const roles = seeds.map((seed, at) => role(String(at), at === 0 || seed % 4 === 0 ? null : String(seed % at)));
        const [moved, parent] = [String(who % roles.length), String(under % roles.length)];
        const after = roles.map((one) => (one.id === moved ? { ...one, parentId: parent } : one));
        const inCircle = (id: string) => {
          const seen = new Set<string>();
          for (let at: string | null = id; at !== null; at = after.find((one) => one.id === at)?.parentId ?? null) {
            if (seen.has(at)) return true;
            seen.add(at);
          }
          return false;
        };
        return isBelow(roles, parent, moved) === after.some(({ id }) => inCircle(id));
      }),
      { seed: 20_261_120, numRuns: 500 },
    );
  });
});
