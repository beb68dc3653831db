import { noTries, type Sealed, type Tries } from './pin-lock.ts';

/** What a browser in kiosk mode keeps. While it is there, every page of the console is the kiosk. */
export interface KioskRecord {
  /** Links to conversations that nobody has begun, each good for that one and nothing else. */
  readonly links: readonly GuestLink[];
  /** The staff sign-in, closed with the PIN; gone after too many tries. */
  readonly sealed: Sealed | undefined;
  readonly tries: Tries;
}

export interface GuestLink {
  readonly consultationId: string;
  readonly sessionId: string;
  readonly token: string;
  readonly untilMs: number;
}

const KIOSK_KEY = 'bedside.kiosk';

export function readKiosk(storage: Storage): KioskRecord | undefined {
  const text = storage.getItem(KIOSK_KEY);
  if (text === null) return undefined;
  try {
    const { links = [], sealed, tries = noTries } = JSON.parse(text) as Partial<KioskRecord>;
    return { links, sealed, tries };
  } catch {
    // Whatever damaged it, a kiosk must not fall open.
    return { links: [], sealed: undefined, tries: noTries };
  }
}

export function writeKiosk(storage: Storage, record: KioskRecord | undefined): void {
  if (record) storage.setItem(KIOSK_KEY, JSON.stringify(record));
  else storage.removeItem(KIOSK_KEY);
}

export const isKioskChange = (event: StorageEvent): boolean => event.key === KIOSK_KEY || event.key === null;

/** The next conversation and what is left. A link is used once: a reload in the middle begins anew, with nobody's words. */
export function takeLink(record: KioskRecord, nowMs: number): { link: GuestLink | undefined; record: KioskRecord } {
  const [link, ...links] = record.links.filter(({ untilMs }) => untilMs > nowMs);
  return { link, record: { ...record, links } };
}
