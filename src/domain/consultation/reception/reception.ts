import type { Clock } from '../../../shared/clock.ts';
import type { Caller } from '../../access/caller.ts';
import type { Hospital } from '../../access/hospital.ts';
import type { Storage } from '../../storage.ts';
import type { Consultation, ConsultationSession } from '../encounter.ts';
import { trivialReply } from '../trivial.ts';
import { onTheWall } from './calendar-day.ts';
import type { ReceptionDesk } from './desk.ts';
import { receive } from './receive.ts';
import { begin, type CallerKind, type State } from './state.ts';
import type { ToolUse } from './tools.ts';

/**
 * The reception agent in the house: one turn of a conversation in the mode `reception`. What it knows between turns is kept beside the session,
 * so that neither a restart nor another device loses it. It refuses to know how appointments are kept: that is the desk's matter.
 */
export interface Reception {
  answer(turn: ReceptionTurn): Promise<ReceptionAnswer>;
}

export interface ReceptionTurn {
  readonly caller: Caller;
  readonly consultation: Consultation;
  readonly session: ConsultationSession;
  readonly hospital: Hospital;
  readonly speaker: 'patient' | 'staff';
  readonly text: string;
}

export interface ReceptionAnswer {
  readonly text: string;
  readonly uses: readonly ToolUse[];
  /** To be kept with the answer. */
  readonly state: string;
  readonly trivial: boolean;
  /** A question that is no matter of the reception. */
  readonly passed: boolean;
  /** A person was called. */
  readonly callPerson?: 'asked' | 'not_understood';
}

export interface ReceptionParts {
  readonly storage: Storage;
  readonly clock: Clock;
  /** The desk as this caller may use it. */
  readonly deskFor: (turn: Pick<ReceptionTurn, 'caller' | 'session' | 'hospital'>) => ReceptionDesk;
}

export function makeReception({ storage, clock, deskFor }: ReceptionParts): Reception {
  async function callerOf({ caller, consultation, speaker }: ReceptionTurn): Promise<CallerKind> {
    const isStaff = speaker === 'staff';
    if (!isStaff && (caller.role !== 'patient' || caller.patientId === undefined)) return { kind: 'stranger' };
    const patientId = isStaff ? consultation.patientId : caller.patientId;
    if (!patientId) return { kind: 'staff' };
    const patient = await storage.read(caller.hospitalId, (stores) => stores.patients.find(patientId));
    const phone = patient?.phones[0]?.number;
    const known = { ...(patient ? { name: `${patient.firstName} ${patient.lastName}`.trim() } : {}), ...(phone ? { phone } : {}) };
    return isStaff ? { kind: 'staff', ...known } : { kind: 'patient', patientId, ...known };
  }

  return {
    async answer(turn) {
      const { caller, consultation, session, hospital, text } = turn;
      const desk = deskFor(turn);
      const kept = await storage.read(caller.hospitalId, (stores) => stores.encounters.receptionState(session.id));
      const { timeZone, defaultCountry } = hospital.settings;
      const facts = {
        ...onTheWall(clock.now().getTime(), timeZone),
        ...(await desk.practice()),
        language: consultation.language,
        country: defaultCountry,
        caller: await callerOf(turn),
      };
      const received = await receive(desk, kept === undefined ? begin : (JSON.parse(kept) as State), { type: 'heard', text }, facts);
      const called = received.uses.find(({ call, result }) => call.name === 'transfer_to_person' && result.success)?.call;
      const asked = called?.name === 'transfer_to_person' && called.arguments.reason === 'asked';
      return {
        text: received.text,
        uses: received.uses,
        state: JSON.stringify(received.state),
        trivial: received.uses.length === 0 && received.text === trivialReply(text, consultation.language),
        passed: received.passed,
        ...(called ? { callPerson: asked ? ('asked' as const) : ('not_understood' as const) } : {}),
      };
    },
  };
}
