import { z } from 'zod';
import type { EngineReport } from '../../../engines/report.ts';
import { type Route, route } from '../../route.ts';
import * as schema from '../../schema/system.ts';

export interface HealthParts {
  readonly engines: () => readonly EngineReport[];
  /** False when the database does not answer. */
  readonly storageIsOpen: () => Promise<boolean>;
  readonly metrics: () => Promise<string>;
  readonly now: () => Date;
  /** What is wrong with the box itself: its clock, its disk. */
  readonly problems: () => Promise<readonly Problem[]>;
}

interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** Probes: is the process alive, can it serve, what do its engines do. They need no sign-in and tell nothing of anybody. */
export function healthRoutes({ engines, storageIsOpen, metrics, now, problems }: HealthParts): Route[] {
  const noStore = { 'Cache-Control': 'no-store' };
  /** A box with a problem serves, worse than it should. */
  const told = async <S extends string>(status: S) => {
    const found = await problems();
    return found.length === 0 ? { status } : { status: status === 'healthy' ? 'degraded' : status, problems: found };
  };
  return [
    route({
      method: 'get',
      path: '/healthz',
      summary: 'The process lives',
      policy: 'public',
      replies: { 200: schema.health },
      handle: async () => ({ status: 200, body: { status: overall(engines()), engines: engines() }, headers: noStore }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      summary: 'Storage is open, every chosen engine answers, and there is a recogniser and a voice',
      policy: 'public',
      replies: { 200: schema.health, 503: schema.health },
      async handle() {
        const open = await storageIsOpen();
        const ready = open && canServe(engines());
        return {
          status: ready ? 200 : 503,
          body: { ...(await told(ready ? overall(engines()) : 'starting')), engines: engines() },
          headers: noStore,
        };
      },
    }),
    route({
      method: 'get',
      path: '/health',
      summary: "Older probes' health",
      policy: 'public',
      replies: { 200: schema.olderHealth, 503: schema.olderHealth },
      async handle() {
        const open = await storageIsOpen();
        const model = engines().find((engine) => engine.purpose === 'language-model' && engine.state !== 'absent')?.id ?? null;
        const status = !open ? 'unhealthy' : overall(engines()) === 'healthy' ? 'healthy' : 'degraded';
        return {
          status: open ? 200 : 503,
          body: { ...(await told(status)), timestamp: now().toISOString(), model, engines: engines() },
          headers: noStore,
        };
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      summary: 'Prometheus text',
      policy: 'trusted-address',
      replies: { 200: z.string() },
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      handle: async () => ({ status: 200, body: await metrics(), headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' } }),
    }),
  ];
}

/** Pure: every engine that was chosen answers, and the box can hear and speak. */
export function canServe(engines: readonly EngineReport[]): boolean {
  const ready = (purposes: readonly string[]) => engines.some((engine) => purposes.includes(engine.purpose) && engine.state === 'ready');
  const waiting = engines.some((engine) => engine.state === 'loading' || engine.state === 'failed');
  return !waiting && ready(['speech-to-text', 'live-speech-to-text']) && ready(['text-to-speech']);
}

function overall(engines: readonly EngineReport[]): 'healthy' | 'starting' | 'degraded' {
  if (engines.some((engine) => engine.state === 'loading')) return 'starting';
  return engines.some((engine) => engine.state === 'failed') || !canServe(engines) ? 'degraded' : 'healthy';
}
