import { z } from 'zod';
import type { ClockState, TrustedTime } from '../../../domain/access/trusted-time.ts';
import type { Operations } from '../../../domain/jobs/operations.ts';
import type { Machines } from '../../../engines/machines.ts';
import { accepted, ok, type Route, route } from '../../route.ts';
import { id } from '../../schema/common.ts';
import * as schema from '../../schema/system.ts';
import { toWire } from '../../wire.ts';
import { say } from '../../words/say.ts';
import { presentBackups } from '../present-backups.ts';

export interface SystemParts {
  readonly operations: Operations;
  readonly time: Pick<TrustedTime, 'read' | 'confirm'>;
  readonly machines: Machines;
  /** Languages in which emergencies are found by rules. */
  readonly redFlagLanguages: readonly string[];
  /** Languages in which the box can answer by its own sentences. */
  readonly textLanguages: readonly string[];
  readonly now: () => Date;
}

export function systemRoutes({ operations, time, machines, redFlagLanguages, textLanguages, now }: SystemParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/system/engines',
      summary: 'What each engine of this box is doing',
      policy: 'system.read',
      replies: { 200: z.object({ items: z.array(schema.engine), next_cursor: z.null() }) },
      handle: async ({ caller }) => ok({ items: operations.engines(caller), next_cursor: null }),
    }),
    route({
      method: 'get',
      path: '/api/v1/system/models',
      summary: 'The catalogue of models, and what is on this box of it',
      policy: 'system.read',
      replies: { 200: z.object({ items: z.array(z.record(z.string(), z.unknown())), next_cursor: z.null() }) },
      handle: async ({ caller }) => ok({ items: await operations.models(caller), next_cursor: null }),
    }),
    route({
      method: 'post',
      path: '/api/v1/system/models/:id/pull',
      summary: 'Bring a model to this box',
      policy: 'system.manage',
      params: { id },
      once: true,
      replies: { 202: schema.jobStarted },
      async handle({ caller, params }) {
        const job = await operations.pullModel(caller, params.id);
        return accepted({ job_id: job.id, status: job.status });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/system/capacity',
      summary: 'How much this box can do at once, and how much it does now',
      policy: 'system.read',
      replies: { 200: z.record(z.string(), z.unknown()) },
      handle: async ({ caller }) => ok(toWire(operations.capacity(caller))),
    }),
    route({
      method: 'get',
      path: '/api/v1/system/connectivity',
      summary: 'May this box use a line to the outside?',
      policy: 'system.read',
      replies: { 200: schema.connectivity },
      handle: async ({ caller }) => ok(await operations.connectivity(caller)),
    }),
    route({
      method: 'put',
      path: '/api/v1/system/connectivity',
      summary: 'Say whether this box may use a line to the outside',
      policy: 'system.manage',
      body: schema.connectivityInput,
      replies: { 200: schema.connectivity },
      handle: async ({ caller, body }) => ok(await operations.setConnectivity(caller, body.mode)),
    }),
    route({
      method: 'get',
      path: '/api/v1/system/clock',
      summary: 'What time it is on this box, and whether that is believed',
      policy: 'clock.confirm',
      replies: { 200: schema.clock },
      handle: async ({ caller, door }) => ok(presentClock(await time.read(caller), door.language)),
    }),
    route({
      method: 'post',
      path: '/api/v1/system/clock',
      summary: 'Confirm that the clock of this box is right; with the time read elsewhere, the two are compared',
      policy: 'clock.confirm',
      body: schema.clockInput,
      replies: { 200: schema.clock },
      handle: async ({ caller, body, door }) =>
        ok(presentClock(await time.confirm(caller, body.time === undefined ? undefined : Date.parse(body.time)), door.language)),
    }),
    route({
      method: 'get',
      path: '/api/v1/system/backups',
      summary: 'When the last backup was verified, where backups lie, and which other disks are there',
      policy: 'system.read',
      replies: { 200: schema.backups },
      handle: async ({ caller, door }) => ok(presentBackups(await operations.backups(caller), now().getTime(), door.language)),
    }),
    route({
      method: 'post',
      path: '/api/v1/system/backup',
      summary: 'Make a verified backup now',
      policy: 'system.manage',
      once: true,
      replies: { 202: schema.jobStarted },
      async handle({ caller }) {
        const job = await operations.backup(caller);
        return accepted({ job_id: job.id, status: job.status });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/languages',
      summary: 'What this box can really do in each language',
      policy: 'self.read',
      replies: { 200: z.object({ items: z.array(schema.language), next_cursor: z.null() }) },
      async handle() {
        const items = machines.abilities().map(({ code, hear, speak, think }) => ({
          code,
          name: new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code,
          text: textLanguages.includes(code) || (think !== null && !think.demonstration),
          hear,
          speak,
          search: searchIn(code, machines.embed()?.languages),
          red_flags: redFlagLanguages.includes(code),
        }));
        return ok({ items, next_cursor: null });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/voices',
      summary: 'The voices of this box',
      policy: 'self.read',
      replies: { 200: z.object({ items: z.array(schema.voice), next_cursor: z.null() }) },
      handle: async () => ok({ items: machines.voices(), next_cursor: null }),
    }),
  ];
}

/** Whether documents are found by a question in this language: as it stands, through English words, or not. */
function searchIn(code: string, embedder: readonly string[] | undefined): boolean | 'by-translation' {
  if (code === 'en' || embedder?.includes('any') || embedder?.includes(code)) return true;
  return code === 'hi' ? 'by-translation' : false;
}

function presentClock({ nowMs, fault, sentence, highestMs }: ClockState, language: string) {
  return {
    now: new Date(nowMs).toISOString(),
    state: fault ? 'wrong' : 'right',
    reason: fault ? reasons[fault] : null,
    detail: sentence ? say(language, sentence) : null,
    last_written_at: highestMs === undefined ? null : new Date(highestMs).toISOString(),
  };
}

const reasons = { beforeLastWrite: 'before_last_write', beforeBuild: 'before_build', longAfter: 'long_after', jumped: 'jumped' } as const;
