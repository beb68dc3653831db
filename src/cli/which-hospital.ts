import { chainsOf, type Desk } from '../compose-desk.ts';
import { PLATFORM } from '../domain/access/caller.ts';
import { AppError } from '../shared/errors.ts';

/** The hospital that a command is about, by name or id. Without one the only hospital is meant. */
export async function hospitalOf(desk: Desk, wanted: string | undefined): Promise<{ id: string; name: string; country: string }> {
  const hospitals = (await chainsOf(desk)).filter(({ id }) => id !== PLATFORM);
  const match =
    wanted === undefined ? hospitals : hospitals.filter(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  const [only] = match;
  if (only && match.length === 1) {
    const hospital = await desk.storage.read(PLATFORM, (stores) => stores.access.hospital(only.id));
    return { ...only, country: hospital?.settings.defaultCountry ?? 'IN' };
  }
  const sentence =
    hospitals.length === 0
      ? 'There is no hospital on this box yet. Set the box up first: `bedside serve` prints the link.'
      : 'Say which hospital with --hospital: {names}.';
  throw new AppError('invalid', sentence, { values: { names: hospitals.map(({ name }) => name).join(', ') } });
}
