import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, type Lane, laneOf, type Standing, whyOf } from '../../../../src/domain/scheduling/queue-order.ts';

const NOW = 100_000;
let token = 0;
const walkIn = (joinedAt: number, priority = 0): Standing => ({ tokenNumber: ++token, priority, appointmentAt: null, joinedAt });
const booked = (appointmentAt: number, joinedAt: number, priority = 0): Standing => ({ ...walkIn(joinedAt, priority), appointmentAt });
const order = (waiting: readonly Standing[], last?: Lane) => inOrder(waiting, { nowMs: NOW, last }).map(({ entry }) => entry);

describe('the line of a doctor', () => {
  it('is nobody where nobody waits', () => expect(order([])).toEqual([]));

  it('is first come, first served among those who walk in', () => {
    const [a, b, c] = [walkIn(10), walkIn(20), walkIn(20)];
    expect(order([c, b, a])).toEqual([a, b, c]);
  });

  it('goes by the appointed time among those with appointments, and by when they came for who is late', () => {
    const [nine, late, ten] = [booked(20, 15), booked(10, 40), booked(30, 5)];
    expect(order([ten, late, nine])).toEqual([nine, ten, late]);
    expect(inOrder([nine, late], { nowMs: NOW, last: undefined }).map(({ why }) => why)).toEqual(['appointment', 'late']);
  });

  it('lets both take turns, beginning with whichever was not called last, else with who waits longest', () => {
    const [a1, a2, w1, w2, w3] = [booked(20, 10), booked(30, 10), walkIn(11), walkIn(12), walkIn(13)];
    const all = [a1, a2, w1, w2, w3];
    expect(order(all)).toEqual([w1, a1, w2, a2, w3]);
    expect(order(all, 'walk_in')).toEqual([a1, w1, a2, w2, w3]);
    expect(order(all, 'appointment')).toEqual([w1, a1, w2, a2, w3]);
    expect(order([a1, a2], 'appointment')).toEqual([a1, a2]);
  });

  it('puts priority before everybody, the highest and then the oldest', () => {
    const [urgent, older, most] = [walkIn(30, 1), walkIn(20, 1), booked(NOW + 50, 40, 5)];
    expect(order([booked(1, 1), walkIn(1), urgent, older, most]).slice(0, 3)).toEqual([most, older, urgent]);
  });

  it('puts who is early behind whoever waits, until their time comes', () => {
    const [early, earlier, w] = [booked(NOW + 20, 1), booked(NOW + 10, 2), walkIn(90)];
    expect(order([early, earlier, w])).toEqual([w, earlier, early]);
    expect(whyOf(earlier, NOW + 10)).toBe('appointment');
  });

  it('says of everybody where they stand and why, and passes over nobody for long', () => {
    const one = fc.record({
      priority: fc.constantFrom(0, 0, 0, 0, 1, 2),
      appointmentAt: fc.option(fc.integer({ min: 0, max: 2 * NOW })),
      joinedAt: fc.integer({ min: 0, max: NOW }),
    });
    const line = fc.array(one, { maxLength: 30 }).map((all) => all.map((each, at) => ({ ...each, tokenNumber: at + 1 })));
    fc.assert(
      fc.property(line, fc.constantFrom<(Lane | undefined)[]>(undefined, 'walk_in', 'appointment'), (waiting, last) => {
        const placed = inOrder(waiting, { nowMs: NOW, last });
        expect(placed.map(({ position }) => position)).toEqual(waiting.map((_, index) => index + 1));
        expect(new Set(placed.map(({ entry }) => entry))).toEqual(new Set(waiting));
        const groups = placed.map(({ why }) => ['urgent', 'turns', 'early'].indexOf(why === 'urgent' || why === 'early' ? why : 'turns'));
        expect(groups).toEqual([...groups].sort());
        // While both wait, no lane is called twice running.
        const turns = placed.filter(({ why }) => why !== 'urgent' && why !== 'early').map(({ entry }) => laneOf(entry));
        for (let at = 1; at < turns.length; at++) if (turns[at] === turns[at - 1]) expect(new Set(turns.slice(at)).size).toBe(1);
        // Whoever is called, the others keep their order: nobody is told a place that the next call takes back.
        const [first, ...rest] = placed;
        if (!first || first.why === 'urgent') return;
        const after = inOrder(
          waiting.filter((each) => each !== first.entry),
          { nowMs: NOW, last: laneOf(first.entry) },
        );
        expect(after.map(({ entry }) => entry)).toEqual(rest.map(({ entry }) => entry));
      }),
      { numRuns: 500 },
    );
  });
});
