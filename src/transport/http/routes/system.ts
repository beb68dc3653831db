import { z } from 'zod';
import type { Operations } from '../../../domain/jobs/operations.ts';
import type { EngineReport } from '../../../engines/report.ts';
import { accepted, ok, type Route, route } from '../../route.ts';
import * as schema from '../../schema/system.ts';

export function systemRoutes({ engines, operations }: { engines: () => readonly EngineReport[]; operations: Operations }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/system/engines',
      summary: 'What each engine of this box is doing',
      policy: 'system.read',
      replies: { 200: z.object({ items: z.array(schema.engine), next_cursor: z.null() }) },
      handle: async () => ok({ items: engines(), next_cursor: null }),
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
  ];
}
