import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Numbers for Prometheus, under documented names; nothing in them names a person. */
export interface Metrics {
  text(): Promise<string>;
  served(fact: { method: string; route: string; status: number; ms: number }): void;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'bedside_' });
  const requests = new Histogram({
    name: 'bedside_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return {
    text: () => registry.metrics(),
    served: ({ method, route, status, ms }) => requests.observe({ method, route, status: String(status) }, ms / 1000),
  };
}
