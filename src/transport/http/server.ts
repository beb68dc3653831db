import { createHash } from 'node:crypto';
import compression from 'compression';
import cors from 'cors';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import type { Caller } from '../../domain/access/caller.ts';
import { authorize, noSuch } from '../../domain/access/policies.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { describeError, type Log } from '../../shared/log.ts';
import { toFailure } from '../errors.ts';
import { callerOf, type Identify, type Identity } from '../identify.ts';
import type { Door, Route, UploadedFile } from '../route.ts';
import { id } from '../schema/common.ts';
import { fieldsOf } from '../words/field-message.ts';
import { preferredLanguage } from '../words/say.ts';
import { readForm } from './form-body.ts';
import { bodyError, readJson } from './json-body.ts';
import { makeRateLimit, type RateLimit } from './rate-limit.ts';
import { type SecureDoor, toSecureDoor } from './secure-door.ts';
import { makeUploads, type Uploads } from './upload.ts';

export interface HttpParts {
  readonly routes: readonly Route[];
  /** Pages and their files, beneath the routes. */
  readonly pages: readonly { readonly path: string; readonly handler: RequestHandler }[];
  readonly identify: Identify;
  readonly clock: Clock;
  readonly log: Log;
  readonly apiPerMinute: number;
  readonly chatPerMinute: number;
  readonly corsOrigins: readonly string[];
  /** Addresses that may see descriptions and metrics; undefined = everybody. */
  readonly trustedIps: readonly string[] | undefined;
  readonly behindProxy: boolean;
  /** The TLS door, where the box has one: then the plain one only sends people there. */
  readonly secureAt: SecureDoor | undefined;
  /** Told after every answer, for metrics. */
  readonly served: (fact: { method: string; route: string; status: number; ms: number }) => void;
}

/** What the first middleware writes down for all that follow. */
interface Context {
  readonly requestId: string;
  readonly startedMs: number;
  readonly stop: AbortController;
  identity?: Identity;
  route?: string;
}
const contextOf = (response: Response): Context => response.locals as Context;

/** The HTTP door, as three lists: what every request passes, where it may go, and what becomes of errors. */
export function makeHttpApp(parts: HttpParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', parts.behindProxy ? 1 : false);
  app.set('query parser', 'simple');

  for (const middleware of [
    began(parts),
    headers(parts),
    ...(parts.secureAt ? [toSecureDoor(parts.secureAt)] : []),
    crossOrigin(parts),
    compression({ filter: notAStream }),
  ])
    app.use(middleware);

  const elapsedMs = () => parts.clock.elapsedMs();
  const limits = {
    all: makeRateLimit(parts.apiPerMinute, elapsedMs),
    chat: makeRateLimit(parts.chatPerMinute, elapsedMs, parts.chatPerMinute),
  };
  const uploads = makeUploads();
  // One place a path, whatever its methods: the router tries its places one after the other.
  for (const [path, routes] of Map.groupBy(parts.routes, (route) => route.path)) {
    const place = app.route(path);
    for (const route of routes) place[route.method](serve(route, parts, limits, uploads));
    place.all(refuseMethod(routes.map((route) => route.method.toUpperCase())));
  }
  for (const { path, handler } of parts.pages) app.use(path, handler);
  app.use((_request, _response, next) => next(new AppError('not-found', 'There is nothing at this address.')));

  app.use(failed(parts));
  return app;
}

function began({ clock, log, served }: HttpParts): RequestHandler {
  return (request, response, next) => {
    const sent = request.headers['x-request-id'];
    const requestId = typeof sent === 'string' && /^[\w.:-]{1,100}$/.test(sent) ? sent : newId();
    const context: Context = { requestId, startedMs: clock.elapsedMs(), stop: new AbortController() };
    Object.assign(response.locals, context);
    response.setHeader('X-Request-Id', requestId);
    response.on('close', () => {
      if (!response.writableFinished) context.stop.abort(new AppError('cancelled', 'The caller has left.'));
      const fact = {
        method: request.method,
        route: contextOf(response).route ?? 'unknown',
        status: response.statusCode,
        ms: clock.elapsedMs() - context.startedMs,
      };
      served(fact);
      const quiet = request.method === 'GET' && response.statusCode < 400;
      log[quiet ? 'debug' : 'info'](
        { requestId, hospitalId: contextOf(response).identity?.hospitalId, ...fact, ms: Math.round(fact.ms) },
        'request.served',
      );
    });
    next();
  };
}

/**
 * No HSTS, over TLS either: it makes a browser ask the plain port by TLS, where the certificate's page then cannot be reached, and it
 * takes from people the way past a certificate that their device does not know yet.
 */
function headers({ secureAt }: HttpParts): RequestHandler {
  const shield = (tls: boolean): RequestHandler =>
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:', 'blob:'],
          mediaSrc: ["'self'", 'blob:'],
          connectSrc: ["'self'"],
          workerSrc: ["'self'", 'blob:'],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          ...(tls ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      strictTransportSecurity: false,
      originAgentCluster: tls,
      crossOriginOpenerPolicy: tls ? { policy: 'same-origin' } : false,
      crossOriginResourcePolicy: { policy: 'same-site' },
      referrerPolicy: { policy: 'no-referrer' },
    });
  const [open, locked] = [shield(false), shield(true)];
  return (request, response, next) => (secureAt && request.secure ? locked : open)(request, response, next);
}

function crossOrigin({ corsOrigins }: HttpParts): RequestHandler {
  return cors({
    origin: [...corsOrigins],
    credentials: true,
    maxAge: 600,
    exposedHeaders: ['X-Request-Id', 'Retry-After'],
  });
}

const notAStream: compression.CompressionFilter = (request, response) =>
  !String(response.getHeader('Content-Type') ?? '').startsWith('text/event-stream') && compression.filter(request, response);

/** One route's way: who, how often, what, for which hospital, may they; then the room. */
function serve(route: Route, parts: HttpParts, limits: Readonly<Record<'all' | 'chat', RateLimit>>, uploads: Uploads): RequestHandler {
  const schemas = {
    params: z.object(route.params ?? {}),
    query: z.strictObject(route.query ?? {}),
    body: route.body,
  };
  const ownsHospitalId = { query: 'hospital_id' in (route.query ?? {}), body: hasHospitalId(route.body) };

  return async (request, response) => {
    const context = contextOf(response);
    context.route = route.path;
    if (route.policy === 'trusted-address') refuseStrangers(request, parts.trustedIps);
    const identity = route.policy === 'public' || route.policy === 'trusted-address' ? undefined : await whoAsks(request, parts.identify);
    if (identity) context.identity = identity;
    const address = request.ip ?? 'unknown';
    limits.all.take(identity?.userId ?? address);
    if (route.limit) limits[route.limit].take(identity?.userId ?? address);

    const rawQuery: Record<string, unknown> = { ...request.query };
    // A platform admin names the hospital in header, query or body; for everyone else it can only be their own.
    const outside = hospitalIdOf((ownsHospitalId.query ? undefined : take(rawQuery, 'hospital_id')) ?? request.headers['x-hospital-id']);
    const guarded = route.policy !== 'public' && route.policy !== 'trusted-address' ? route.policy : undefined;
    // Who may not come in is told so before anything they sent is read.
    if (identity && guarded) {
      const hospitalId = await parts.identify.hospitalFor(identity, outside);
      authorize(
        callerOf(identity, { hospitalId, via: 'http', requestId: context.requestId, signal: context.stop.signal, ...reasonOf(request) }),
        guarded,
      );
    }
    const upload = route.upload ? await uploads.read(request, response, route.upload) : undefined;
    const form = route.form ? await readForm(request, response) : new URLSearchParams();
    const rawBody =
      upload?.fields ?? (route.method === 'get' || route.form ? {} : ((await bodyOf(route, request, response)) as Record<string, unknown>));
    const within = ownsHospitalId.body ? undefined : hospitalIdOf(take(rawBody, 'hospital_id'));

    const door: Door = {
      requestId: context.requestId,
      address,
      language: languageOf(request, identity),
      signal: context.stop.signal,
      isWelcome: async () => !identity || parts.identify.isAlive(identity),
      request,
      response,
    };
    const once = await onceOf(route, request, within ?? outside, rawBody, upload?.files);
    const caller = identity
      ? await callerFor(identity, within ?? outside, door, once, parts.identify).catch((error: unknown) => {
          // An id in a body that leads nowhere is a wrong reference, not a wrong address.
          throw within !== undefined && error instanceof AppError && error.code === 'not-found' ? noSuch('hospital_id') : error;
        })
      : { ...anonymous(door), ...once };

    const input = {
      caller,
      params: check(schemas.params, request.params),
      query: check(schemas.query, rawQuery),
      body: schemas.body ? check(schemas.body, rawBody) : undefined,
      file: upload?.files[0]?.bytes,
      files: upload?.files ?? [],
      form,
      door,
    };
    const reply = await route.handle(input as never);
    if (!reply || response.headersSent) return;
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
    response.status(reply.status);
    if (reply.body === undefined) response.end();
    else if (typeof reply.body === 'string' || Buffer.isBuffer(reply.body)) response.send(reply.body);
    else response.json(reply.body);
  };
}

async function bodyOf(route: Route, request: Request, response: Response): Promise<unknown> {
  const body = await readJson(request, response);
  return route.body ? body : {}; // where nothing is asked for, what was sent is not looked at
}

async function whoAsks(request: Request, identify: Identify): Promise<Identity> {
  const key = request.headers['x-api-key'];
  if (typeof key === 'string') return identify.byApiKey(key);
  const [scheme, token, ...more] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token || more.length > 0) throw new AppError('unauthenticated', 'Please sign in first.');
  return identify.byToken(token);
}

async function callerFor(
  identity: Identity,
  named: string | undefined,
  door: Door,
  once: Pick<Caller, 'once'>,
  identify: Identify,
): Promise<Caller> {
  return callerOf(identity, {
    hospitalId: await identify.hospitalFor(identity, named),
    via: 'http',
    requestId: door.requestId,
    signal: door.signal,
    ...reasonOf(door.request),
    ...once,
  });
}

async function onceOf(
  route: Route,
  request: Request,
  hospital: string | undefined,
  body: unknown,
  files: readonly UploadedFile[] = [],
): Promise<Pick<Caller, 'once'>> {
  const key = request.headers['idempotency-key'];
  if (!route.once || typeof key !== 'string') return {};
  if (key.length === 0 || key.length > 255)
    throw new AppError('invalid', 'The Idempotency-Key must have 1 to 255 characters.', {
      fields: [{ path: 'Idempotency-Key', message: 'This has the wrong form.' }],
    });
  const asked = [];
  for (const { name, bytes } of files) asked.push([name, await hashOf(bytes)]);
  return { once: { key, fingerprint: fingerprint(request, hospital, files.length === 0 ? body : [body, asked]) } };
}

/** Public routes have a caller in name only: their rooms ask for nothing but the door. */
function anonymous(door: Door): Caller {
  return { userId: 'anonymous', hospitalId: 'platform', role: 'guest', via: 'http', requestId: door.requestId, signal: door.signal };
}

const PIECE = 1_000_000;

/** Of a large file in pieces, so that nobody waits for it. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += PIECE) {
    hash.update(bytes.subarray(at, at + PIECE));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest('base64url');
}

/** The same question, whatever the order of its fields. */
function fingerprint(request: Request, hospital: string | undefined, body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.path, hospital ?? null, sorted(body)]))
    .digest('base64url');
}
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Headers are bytes; a reason in Hindi comes percent-encoded, or as UTF-8 that Node read as Latin-1. */
function decodeHeader(text: string): string {
  try {
    return text.includes('%') ? decodeURIComponent(text) : Buffer.from(text, 'latin1').toString('utf8');
  } catch {
    return text;
  }
}

function reasonOf(request: Request): { accessReason?: string } {
  const reason = request.headers['x-access-reason'];
  return typeof reason === 'string' ? { accessReason: decodeHeader(reason) } : {};
}

const hospitalIdOf = (value: unknown): string | undefined => check(namesHospital, { hospital_id: value ?? undefined }).hospital_id;
const namesHospital = z.object({ hospital_id: id.optional() });

function take(from: Record<string, unknown>, key: string): unknown {
  const value = from[key];
  delete from[key];
  return value;
}

function hasHospitalId(schema: z.ZodType | undefined): boolean {
  return schema instanceof z.ZodObject && 'hospital_id' in schema.shape;
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new AppError('invalid', 'Some of what you sent is not right.', { fields: fieldsOf(parsed.error.issues) });
}

function languageOf(request: Request, identity: Identity | undefined): string {
  return identity?.language ?? preferredLanguage(request.headers['accept-language']);
}

function refuseStrangers(request: Request, trusted: readonly string[] | undefined): void {
  const address = (request.ip ?? '').replace(/^::ffff:/, '');
  const same = address === '::1' ? ['::1', '127.0.0.1'] : [address];
  if (trusted && !same.some((one) => trusted.includes(one)))
    throw new AppError('forbidden', 'This page is only for trusted addresses of this box.');
}

function refuseMethod(methods: readonly string[]): RequestHandler {
  return (_request, response, next) => {
    response.setHeader('Allow', methods.join(', '));
    next(new AppError('invalid', 'This address does not take this method.', { reason: 'METHOD_NOT_ALLOWED' }));
  };
}

function failed({ log }: HttpParts): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const context = contextOf(response);
    const error = thrown instanceof AppError ? thrown : bodyError(thrown);
    const failure = toFailure(error, context.requestId, languageOf(request, context.identity));
    log[failure.level](
      { requestId: context.requestId, route: context.route, status: failure.status, error: describeError(error) },
      'request.failed',
    );
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (failure.retryAfterMs !== undefined) response.setHeader('Retry-After', String(Math.max(1, Math.ceil(failure.retryAfterMs / 1000))));
    if (failure.status === 413) response.setHeader('Connection', 'close'); // what is still being sent is not read
    response.status(failure.status).json(failure.body);
  };
}
