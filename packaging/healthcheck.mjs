// The image's health check: asks this container's own /healthz and exits 0 or 1. The image has no curl.
import http from 'node:http';
import https from 'node:https';

const { BEDSIDE_TLS = '', BEDSIDE_TLS_CERT = '', BEDSIDE_TLS_PORT = '8443', BEDSIDE_PORT = '8080' } = process.env;
const tls = /^(1|true|yes|on)$/i.test(BEDSIDE_TLS) || BEDSIDE_TLS_CERT !== '';

function ask(done) {
  // The certificate is made on the box by an authority of its own; this request never leaves the container.
  if (tls) return https.get({ host: '127.0.0.1', port: BEDSIDE_TLS_PORT, path: '/healthz', timeout: 4000, rejectUnauthorized: false }, done);
  return http.get({ host: '127.0.0.1', port: BEDSIDE_PORT, path: '/healthz', timeout: 4000 }, done);
}

function end(problem) {
  if (problem) console.error(problem);
  process.exit(problem ? 1 : 0);
}

const request = ask(({ statusCode }) => end(statusCode === 200 ? undefined : `/healthz answered ${statusCode}`));
request.on('timeout', () => end('/healthz did not answer within 4 s'));
request.on('error', ({ message }) => end(message));
