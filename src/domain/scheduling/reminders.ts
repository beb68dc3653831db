import type { Clock } from '../../shared/clock.ts';
import { makeZones } from '../../shared/zone.ts';
import { PLATFORM } from '../access/caller.ts';
import type { TrustedTime } from '../access/trusted-time.ts';
import type { Storage } from '../storage.ts';
import type { Post } from './post.ts';

/** Reminds people of tomorrow. What was booked, moved or confirmed within the last day needs no reminder. */
export interface Reminders {
  /** Writes every reminder that is due, once each, however often it is called and wherever the clock is set meanwhile. */
  write(signal: AbortSignal): Promise<number>;
}

const AHEAD_MS = 24 * 3_600_000;
/** Minutes of the day between which a telephone may ring: eight in the morning, eight in the evening. */
const AWAKE = { from: 480, to: 1_200 };
const AT_A_TIME = 100;

export interface RemindersParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'doubt'>;
  readonly post: Post;
}

export function makeReminders({ storage, clock, time, post }: RemindersParts): Reminders {
  const zones = makeZones();
  const now = () => clock.now().getTime();

  async function ofHospital(hospitalId: string, timeZone: string, signal: AbortSignal): Promise<number> {
    const { minute } = zones.of(timeZone).wall(now());
    if (minute < AWAKE.from || minute >= AWAKE.to) return 0;
    let written = 0;
    for (let after: { startsAt: number; id: string } | undefined; !signal.aborted; ) {
      const at = now();
      const { page, known } = await storage.read(hospitalId, async (stores) => {
        if (!(await post.isOn(stores))) return { page: [], known: [] };
        const page = await stores.appointments.list({ fromMs: at, toMs: at + AHEAD_MS }, { after, limit: AT_A_TIME });
        return { page, known: await stores.outbox.keysOf(page.map(({ id }) => id)) };
      });
      for (const { id, startsAt, updatedAt, status } of page) {
        if (known.some((key) => key.startsWith(`${id} reminder ${startsAt} `))) continue;
        if (startsAt <= at || (status !== 'booked' && status !== 'confirmed') || updatedAt > startsAt - AHEAD_MS) continue;
        await storage.transact(hospitalId, async (stores) => {
          const current = await stores.appointments.find(id);
          // It may have been moved or cancelled since it was looked at.
          if (!current || current.startsAt !== startsAt || (current.status !== 'booked' && current.status !== 'confirmed')) return;
          await post.write(stores, hospitalId, current, 'reminder');
          written++;
        });
      }
      const last = page.at(-1);
      if (page.length < AT_A_TIME || !last) return written;
      after = { startsAt: last.startsAt, id: last.id };
    }
    return written;
  }

  return {
    async write(signal) {
      // Tomorrow is another day by a wrong clock.
      if (await time.doubt()) return 0;
      let written = 0;
      for (let after: string | undefined; !signal.aborted; ) {
        const page = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ after, limit: 200 }));
        for (const { id, settings } of page) written += await ofHospital(id, settings.timeZone, signal);
        after = page.at(-1)?.id;
        if (page.length < 200) break;
      }
      return written;
    },
  };
}
