import { AppError, isCancelled } from '../../../shared/errors.ts';
import type { Claims } from './claims.ts';
import { unfounded } from './claims.ts';
import { carryOut, type Proofs, type ReceptionDesk } from './desk.ts';
import { type Input, step } from './flow.ts';
import { sentencesIn } from './sentences.ts';
import type { Facts, State } from './state.ts';
import type { ToolUse } from './tools.ts';

/** One turn at the reception: what was said goes in, deeds are done through the desk, and words that only tell what was done come out. */
export interface Received {
  readonly state: State;
  readonly text: string;
  readonly uses: readonly ToolUse[];
  /** Not a matter of the reception: whoever answers questions answers, or else `text` is said. */
  readonly passed: boolean;
}

/** No turn needs more; one that does has lost its way, and a person is called. */
const MOST_ACTS = 12;

export async function receive(
  desk: ReceptionDesk,
  before: State,
  input: Extract<Input, { type: 'heard' | 'silence' }>,
  facts: Facts,
  onUse: (use: ToolUse) => void = () => {},
): Promise<Received> {
  const uses: ToolUse[] = [];
  const said: string[] = [];
  let passed = false;
  let [state, acts] = step(before, input, facts);
  let queue = [...acts];
  for (let count = 0; queue.length > 0 && count < MOST_ACTS; count++) {
    const act = queue.shift();
    if (!act) break;
    if (act.type === 'say') said.push(act.text);
    else if (act.type === 'pass') {
      passed = true;
      said.push(act.otherwise);
    } else {
      const proofs = {
        ...((state.proofs.name ?? state.person.name) ? { name: state.proofs.name ?? state.person.name ?? '' } : {}),
        ...state.proofs,
        ...(state.person.phone ? { phone: state.person.phone } : {}),
      };
      let answer: Input;
      if (act.type === 'find') {
        answer = await look(desk, proofs);
      } else {
        const result = await carryOut(desk, act.call, proofs);
        uses.push({ call: act.call, result });
        onUse({ call: act.call, result });
        if (act.quiet) continue;
        answer = { type: 'result', call: act.call, result };
      }
      [state, acts] = step(state, answer, facts);
      queue = [...queue, ...acts];
    }
  }
  const text = said.filter(Boolean).join(' ');
  // The last net: whatever went wrong above, no deed is told that no row stands for.
  const claims: Claims = { uses, done: before.done };
  return unfounded(text, claims).length === 0
    ? { state, text, uses, passed }
    : { state, text: sentencesIn(facts.language).statusNothing, uses, passed };
}

async function look(desk: ReceptionDesk, proofs: Proofs): Promise<Extract<Input, { type: 'found' }>> {
  try {
    return { type: 'found', rows: await desk.find(proofs) };
  } catch (error) {
    if (isCancelled(error)) throw error;
    // Too little was proved: nothing is found, and not why.
    const refused = error instanceof AppError && (error.code === 'invalid' || error.code === 'not-found' || error.code === 'forbidden');
    return { type: 'found', rows: [], failed: !refused };
  }
}
