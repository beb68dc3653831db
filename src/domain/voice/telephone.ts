import type { Machines } from '../../engines/machines.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { describeError, type Log } from '../../shared/log.ts';
import { normalisePhone } from '../../shared/phone.ts';
import { type Caller, PLATFORM } from '../access/caller.ts';
import { type Hospital, ringsAt } from '../access/hospital.ts';
import { authorize, notFound } from '../access/policies.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Consultations } from '../consultation/consultations.ts';
import { noteCall } from '../scheduling/calls.ts';
import type { Storage } from '../storage.ts';
import type { Saying } from './replies.ts';
import { greetingOf, isPhoneLanguage, notHeardIn, welcomeIn } from './telephone-words.ts';
import type { OpenVoice, Voice } from './voice.ts';

/**
 * The reception by telephone: which hospital a number is, one conversation for each call, its language by key, and its end in the book of
 * calls. Whoever telephones is a guest of the hospital: they speak in their own conversation and may do there what a guest may.
 */
export interface Telephone {
  /** Where a dialled number rings: its own hospital, or the only one of the box. Undefined where nobody can tell. */
  reach(dialled: string | undefined): Promise<Reached | undefined>;
  /** One hospital, for an exchange that is known to belong to it. */
  reachKnown(hospitalId: string): Promise<Reached | undefined>;
  /** An exchange tells of a call that it is about to put through. Throws `forbidden`. */
  mayAnnounce(caller: Caller): void;
  /** Are all places taken? */
  readonly isFull: boolean;
  /**
   * Takes a call: a conversation at the reception that begins with a greeting. `from` is the number as the exchange tells it. Throws
   * `rate-limited` when all places are taken, and whatever opening a conversation throws; then the call is in the book as dropped.
   */
  answer(caller: Caller, from: string | undefined): Promise<PhoneCall>;
}

export interface Reached {
  readonly hospitalId: string;
  /** Where people can be put through to somebody; null = nowhere. */
  readonly desk: string | null;
}

export interface PhoneCall {
  /** Another one after the language was changed. */
  readonly open: OpenVoice;
  readonly desk: string | null;
  /** The language that this key stands for. Undefined where it is spoken already, or there is none. */
  speakBy(key: number): Promise<OpenVoice | undefined>;
  /** The call is over. `toDesk`: the caller is being put through to a person. */
  end(how: { readonly toDesk: boolean }): Promise<void>;
}

export interface TelephoneParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly consultations: Consultations;
  readonly voice: Voice;
  readonly machines: Pick<Machines, 'abilities' | 'settled'>;
}

const PAGE = 100;

export function makeTelephone({ storage, clock, log, consultations, voice, machines }: TelephoneParts): Telephone {
  const reached = ({ id, settings }: Hospital): Reached => ({ hospitalId: id, desk: settings.telephone.desk });
  const hospitalOf = (hospitalId: string) => storage.read(hospitalId, (stores) => stores.access.hospital(hospitalId));

  async function atNumber(dialled: string | undefined): Promise<Reached | undefined> {
    return storage.read(PLATFORM, async (stores) => {
      let only: Hospital | undefined;
      let count = 0;
      for (let after: string | undefined; ; ) {
        const page = await stores.access.hospitals({ after, limit: PAGE });
        for (const hospital of page) {
          count++;
          only = hospital;
          if (dialled !== undefined && ringsAt(hospital, dialled)) return reached(hospital);
        }
        after = page.at(-1)?.id;
        if (page.length < PAGE) return only && count === 1 ? reached(only) : undefined;
      }
    });
  }

  /** Languages that can be greeted and heard here, by the keys 1, 2, … in the hospital's order; the default one where there is none. */
  function spokenAt({ settings }: Hospital): readonly string[] {
    const heard = new Set(machines.abilities().flatMap(({ code, hear }) => (hear === null ? [] : [code.split('-')[0]])));
    return settings.languages.filter((language) => isPhoneLanguage(language) && heard.has(language.split('-')[0]));
  }

  async function openCall(caller: Caller, from: string | undefined, leave: () => void): Promise<PhoneCall> {
    const hospital = await hospitalOf(caller.hospitalId);
    if (!hospital) throw notFound();
    await machines.settled();
    const { defaultLanguage, defaultCountry, languages, telephone } = hospital.settings;
    const heard = spokenAt(hospital);
    const language = heard.includes(defaultLanguage) ? defaultLanguage : (heard[0] ?? defaultLanguage);
    const number = from === undefined ? undefined : normalisePhone(from, defaultCountry);
    const { consultation, session } = await consultations.open(caller, {
      type: 'voice',
      mode: 'reception',
      language,
      callerPhone: number,
    });
    const speaker: Caller = { ...caller, consultationId: consultation.id };
    const keyOf = (one: string) => languages.indexOf(one) + 1;
    let ending: Promise<void> | undefined;
    let open: OpenVoice | undefined;
    let spoken = language;

    const opened = (wished: string, greeting: readonly Saying[]) =>
      voice.open(speaker, { sessionId: session.id, language: wished, input: 'live', greeting });

    async function finish(toDesk: boolean): Promise<void> {
      const alone: Caller = { ...speaker, signal: new AbortController().signal };
      // Who has gone holds no place while what they said is being kept.
      leave();
      try {
        // Before the sitting ends: a call that is over is not written on.
        if (toDesk)
          await storage.transact(caller.hospitalId, async (stores) => {
            await noteCall(stores, session.id, { status: 'transferred' });
            await appendAudit(stores, alone, clock.now().getTime(), {
              eventType: 'call.transferred',
              action: 'E',
              entityType: 'consultation',
              entityId: consultation.id,
            });
          });
        if (open) await open.session.end('ended');
        else await consultations.leave(alone, session.id);
        await consultations.end(alone, consultation.id);
      } catch (error) {
        log.error({ requestId: caller.requestId, hospitalId: caller.hospitalId, error: describeError(error) }, 'telephone.end-failed');
      }
    }
    const end = (toDesk: boolean) => (ending ??= finish(toDesk));

    try {
      const others = heard.filter((one) => one !== language).map((one) => ({ language: one, key: keyOf(one) }));
      open = await opened(language, greetingOf(hospital.name, language, { others, personByKey: true }));
    } catch (error) {
      await end(false);
      throw error;
    }
    return {
      get open() {
        return open as OpenVoice;
      },
      desk: telephone.desk,
      async speakBy(key) {
        const wanted = languages[key - 1];
        if (wanted === undefined || wanted === spoken || ending || !isPhoneLanguage(wanted)) return undefined;
        const can = heard.includes(wanted);
        // Who cannot be heard in it is told so in it, and goes on in the language before.
        const next = can ? wanted : spoken;
        open = await opened(next, can ? welcomeIn(wanted) : notHeardIn(wanted));
        spoken = next;
        if (ending) await open.session.end('ended');
        else if (can) await storage.transact(caller.hospitalId, (stores) => noteCall(stores, session.id, { language: wanted }));
        return open;
      },
      end: ({ toDesk }) => end(toDesk),
    };
  }

  return {
    reach: atNumber,
    async reachKnown(hospitalId) {
      const hospital = await hospitalOf(hospitalId);
      return hospital && reached(hospital);
    },
    mayAnnounce(caller) {
      authorize(caller, 'calls.announce');
    },
    get isFull() {
      return voice.places.taken >= voice.places.limit;
    },
    async answer(caller, from) {
      authorize(caller, 'calls.take');
      if (caller.via !== 'telephony') throw new AppError('forbidden', 'This is for callers on a telephone line.');
      const leave = voice.enter();
      try {
        return await openCall(caller, from, leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
