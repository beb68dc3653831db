import { z } from 'zod';
import { notFound } from '../../../domain/access/policies.ts';
import type { Telephone } from '../../../domain/voice/telephone.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Door, done, type Reply, type Route, route } from '../../route.ts';
import * as schema from '../../schema/telephony.ts';
import type { Ringing } from '../../telephony/ringing.ts';
import { signedAddress } from '../../telephony/signature.ts';
import { connectStream, hangUp, putThrough, reject } from '../../telephony/twiml.ts';

export const MEDIA_PATH = '/api/v1/telephony/media';
const VOICE_PATH = '/api/v1/telephony/voice';

export interface TelephonyParts {
  readonly telephone: Telephone;
  readonly ringing: Ringing;
  /** The account's secret, under which the exchange signs; without one nobody is believed. */
  readonly authToken: string | undefined;
  readonly publicUrl: string | undefined;
}

export function telephonyRoutes({ telephone, ringing, authToken, publicUrl }: TelephonyParts): Route[] {
  /** The origin under which the exchange reached this box. Throws `forbidden` unless the exchange itself has signed the form. */
  function originOf({ request }: Door, form: URLSearchParams): string {
    const signature = request.headers['x-twilio-signature'];
    const asked = `${request.protocol}://${request.headers.host ?? 'localhost'}`;
    const origins = [...new Set([...(publicUrl === undefined ? [] : [publicUrl.replace(/\/$/, '')]), asked])];
    const addresses = origins.map((origin) => origin + request.originalUrl);
    const address = signedAddress(authToken, typeof signature === 'string' ? signature : undefined, addresses, form);
    const origin = origins[addresses.indexOf(address ?? '')];
    if (origin === undefined) throw new AppError('forbidden', 'This request is not signed by the telephone exchange of this box.');
    return origin;
  }

  function callIdOf(form: URLSearchParams): string {
    const callId = form.get('CallSid') ?? '';
    if (!/^[\w.:@-]{1,100}$/.test(callId))
      throw new AppError('invalid', 'Some of what you sent is not right.', {
        fields: [{ path: 'CallSid', message: 'This is needed.' }],
      });
    return callId;
  }

  return [
    route({
      method: 'post',
      path: VOICE_PATH,
      summary: 'A call rings: where its sound is to be streamed to. Signed by the exchange (X-Twilio-Signature), once for each call',
      policy: 'public',
      form: true,
      replies: { 200: z.string() },
      contentType: 'text/xml',
      async handle({ door, form }) {
        const origin = originOf(door, form);
        const callId = callIdOf(form);
        if (ringing.find(callId)) throw new AppError('forbidden', 'This call has been put through before.');
        const reached = await telephone.reach(form.get('To') ?? undefined);
        if (!reached) return xml(reject('rejected'));
        const token = ringing.ring(callId, { ...reached, from: form.get('From') || undefined });
        if (telephone.isFull) return xml(reached.desk === null ? reject('busy') : putThrough(reached.desk));
        return xml(connectStream({ stream: origin.replace(/^http/i, 'ws') + MEDIA_PATH, token, next: `${origin}${VOICE_PATH}/after` }));
      },
    }),
    route({
      method: 'post',
      path: `${VOICE_PATH}/after`,
      summary: 'The stream of a call is over: whether it is put through to a person. Signed by the exchange',
      policy: 'public',
      form: true,
      replies: { 200: z.string() },
      contentType: 'text/xml',
      async handle({ door, form }) {
        originOf(door, form);
        const known = ringing.find(callIdOf(form));
        const desk = known ? known.call.desk : (await telephone.reach(form.get('To') ?? undefined))?.desk;
        // Whatever did not end as it should ends with a person.
        return xml(known?.end === 'over' || desk == null ? hangUp() : putThrough(desk));
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/telephony/calls',
      summary: 'An exchange on the premises tells of a call that it will hand over by AudioSocket within a minute',
      policy: 'calls.announce',
      body: schema.announcedCall,
      replies: { 204: null },
      async handle({ caller, body }) {
        telephone.mayAnnounce(caller);
        const reached = await telephone.reachKnown(caller.hospitalId);
        if (!reached) throw notFound();
        ringing.ring(body.uuid.toLowerCase(), { ...reached, from: body.from || undefined });
        return done;
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/telephony/calls/:uuid/next',
      summary: 'After AudioSocket(): the number or extension to which the caller is to be put through, or `over`',
      policy: 'calls.announce',
      params: { uuid: z.string().max(100) },
      replies: { 200: z.string() },
      contentType: 'text/plain',
      async handle({ caller, params }) {
        telephone.mayAnnounce(caller);
        const known = ringing.find(params.uuid.toLowerCase());
        if (!known || known.call.hospitalId !== caller.hospitalId) throw notFound();
        return {
          status: 200,
          headers: { 'Content-Type': 'text/plain; charset=utf-8' },
          body: known.end === 'over' ? 'over' : (known.call.desk ?? 'over'),
        };
      },
    }),
  ];
}

const xml = (body: string): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'text/xml; charset=utf-8', 'Cache-Control': 'no-store' },
  body,
});
