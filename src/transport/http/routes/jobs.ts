import { z } from 'zod';
import type { Caller } from '../../../domain/access/caller.ts';
import type { Job } from '../../../domain/jobs/job.ts';
import type { Jobs } from '../../../domain/jobs/jobs.ts';
import type { Notices } from '../../../domain/notices/notices.ts';
import type { Clock } from '../../../shared/clock.ts';
import { done, ok, type Route, route } from '../../route.ts';
import { id, pageQuery } from '../../schema/common.ts';
import * as schema from '../../schema/system.ts';
import { type ServerEvent, streamEvents } from '../event-stream.ts';
import { presentJob, presentNotice, presentPage } from '../present.ts';

const LOOK_MS = 300;

export function jobRoutes({ jobs, notices, clock }: { jobs: Jobs; notices: Notices; clock: Clock }): Route[] {
  /** A job as it goes on, until it is over. */
  async function* watch(caller: Caller, jobId: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    for (let last: Job | undefined; !signal.aborted; ) {
      const job = await jobs.read(caller, jobId);
      if (job.updatedAt !== last?.updatedAt || job.status !== last.status) yield { event: 'job', data: presentJob(job) };
      if (job.status !== 'queued' && job.status !== 'running') return;
      last = job;
      await clock.sleep(LOOK_MS, signal).catch(() => {});
    }
  }

  async function* follow(caller: Caller, afterId: string | undefined, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    for await (const notice of notices.follow(caller, afterId, signal))
      yield { event: notice.type, id: notice.id, data: presentNotice(notice) };
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/jobs',
      summary: 'Jobs, newest first',
      policy: 'jobs.read',
      query: pageQuery,
      replies: { 200: schema.jobPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await jobs.list(caller, { after: query.cursor, limit: query.limit }), presentJob)),
    }),
    route({
      method: 'get',
      path: '/api/v1/jobs/:id',
      summary: 'A job; with Accept: text/event-stream its progress as it goes on',
      policy: 'jobs.read',
      params: { id },
      replies: { 200: schema.job },
      async handle({ caller, params, door }) {
        const job = await jobs.read(caller, params.id);
        if (!String(door.request.headers.accept ?? '').includes('text/event-stream')) return ok(presentJob(job));
        return streamEvents(door, watch(caller, job.id, door.signal));
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/jobs/:id/cancel',
      summary: 'Ask a job to stop',
      policy: 'jobs.cancel',
      params: { id },
      replies: { 200: schema.job },
      handle: async ({ caller, params }) => ok(presentJob(await jobs.cancel(caller, params.id))),
    }),
    route({
      method: 'get',
      path: '/api/v1/events',
      summary: 'What staff should know, as it happens (server-sent events); Last-Event-ID catches up',
      policy: 'events.follow',
      replies: { 200: z.string() },
      contentType: 'text/event-stream',
      async handle({ caller, door }) {
        const last = door.request.headers['last-event-id'];
        return streamEvents(door, follow(caller, typeof last === 'string' && last ? last : undefined, door.signal));
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/events/:id/ack',
      summary: 'Say that somebody has seen to it',
      policy: 'events.acknowledge',
      params: { id },
      replies: { 204: null },
      async handle({ caller, params }) {
        await notices.acknowledge(caller, params.id);
        return done;
      },
    }),
  ];
}
