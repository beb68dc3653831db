import type { RequestHandler } from 'express';
import { TRUST_PATH } from './trust.ts';

/** The TLS door of the box, as the plain one tells people of it. */
export interface SecureDoor {
  readonly port: () => number;
  readonly publicUrl: string | undefined;
}

const PROBES = ['/healthz', '/readyz', '/health'];

/** Who comes in the open is sent to the TLS door with everything they asked for; only probes and the certificate are answered here. */
export function toSecureDoor({ port, publicUrl }: SecureDoor): RequestHandler {
  return (request, response, next) => {
    const isOpen = PROBES.includes(request.path) || request.path === TRUST_PATH || request.path.startsWith(`${TRUST_PATH}/`);
    if (request.secure || isOpen) return next();
    const host = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(request.headers.host ?? '')?.[1] ?? 'localhost';
    // Nobody may keep this answer: the box may stand without TLS another day.
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(308, secureOrigin(host, port(), publicUrl) + request.originalUrl);
  };
}

/** Pure: where the TLS door is for somebody who calls the box by this name. */
export function secureOrigin(host: string, port: number, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) {
    const { protocol, hostname, origin } = new URL(publicUrl);
    if (protocol === 'https:' && hostname === host.toLowerCase()) return origin;
  }
  return `https://${host}${port === 443 ? '' : `:${port}`}`;
}
