import { type Received, receive } from '../../src/domain/consultation/reception/receive.ts';
import { begin, type CallerKind, type State } from '../../src/domain/consultation/reception/state.ts';
import type { ToolUse } from '../../src/domain/consultation/reception/tools.ts';
import { type FakeDesk, type FakeDoctor, type FakePatient, makeFakeDesk } from './fake-desk.ts';

/** A conversation with the reception agent in front of a fake desk; its state goes through JSON after each turn, as it does in the house. */
export interface Talk {
  readonly desk: FakeDesk;
  readonly log: string[];
  readonly uses: ToolUse[];
  state(): State;
  say(text: string): Promise<string>;
  hush(): Promise<string>;
  turn(text: string): Promise<Received>;
}

export const clinic: readonly FakeDoctor[] = [
  { id: 'd-rao', name: 'Dr Asha Rao', department: 'Cardiology', from: '09:00', to: '17:00', slotMinutes: 30 },
  { id: 'd-sharma', name: 'Dr Vikram Sharma', department: 'Dermatology', from: '09:00', to: '17:00', slotMinutes: 30 },
  { id: 'd-patel', name: 'Dr Neha Patel', department: 'Ophthalmology', from: '10:00', to: '18:00', slotMinutes: 15 },
];

export function makeTalk(
  options: {
    readonly doctors?: readonly FakeDoctor[];
    readonly today?: string;
    readonly now?: string;
    readonly language?: string;
    readonly caller?: CallerKind;
    readonly patients?: readonly FakePatient[];
    readonly country?: string;
    readonly desk?: FakeDesk;
  } = {},
): Talk {
  const today = options.today ?? '2026-11-20';
  const now = options.now ?? '08:15';
  const caller = options.caller ?? { kind: 'staff' };
  const desk =
    options.desk ??
    makeFakeDesk({ doctors: options.doctors ?? clinic, today, now, caller, ...(options.patients ? { patients: options.patients } : {}) });
  let state: State = begin;
  const log: string[] = [];
  const uses: ToolUse[] = [];
  const run = async (input: Parameters<typeof receive>[2]): Promise<Received> => {
    const { doctors, open } = await desk.practice();
    const facts = { date: today, time: now, language: options.language ?? 'en', country: options.country ?? 'IN', doctors, open, caller };
    const received = await receive(desk, state, input, facts);
    state = JSON.parse(JSON.stringify(received.state)) as State;
    uses.push(...received.uses);
    log.push(
      `> ${input.type === 'heard' ? input.text : '(silence)'}`,
      ...received.uses.map(
        ({ call, result }) => `  ${call.name} ${JSON.stringify(call.arguments)} -> ${result.success ? 'ok' : result.error_type}`,
      ),
      `< ${received.text}${received.passed ? ' [passed]' : ''}`,
    );
    return received;
  };
  return {
    desk,
    log,
    uses,
    state: () => state,
    turn: (text) => run({ type: 'heard', text }),
    say: async (text) => (await run({ type: 'heard', text })).text,
    hush: async () => (await run({ type: 'silence' })).text,
  };
}
