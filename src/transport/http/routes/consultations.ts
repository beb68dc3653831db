import QRCode from 'qrcode';
import { z } from 'zod';
import type { Caller } from '../../../domain/access/caller.ts';
import { noSuch } from '../../../domain/access/policies.ts';
import type { Consult, TurnInput, TurnPart } from '../../../domain/consultation/consult.ts';
import { sessionError } from '../../../domain/consultation/consult.ts';
import type { Consultations, Whole } from '../../../domain/consultation/consultations.ts';
import type { LiveWord } from '../../../domain/consultation/live-words.ts';
import { phrase } from '../../../domain/consultation/phrases.ts';
import { speaksAs } from '../../../domain/consultation/policy.ts';
import type { Sound } from '../../../domain/consultation/sound.ts';
import type { Practice } from '../../../domain/scheduling/practice.ts';
import { AppError } from '../../../shared/errors.ts';
import { toFailure } from '../../errors.ts';
import { created, type Door, ok, type Route, route } from '../../route.ts';
import { id, pageQuery } from '../../schema/common.ts';
import * as schema from '../../schema/consultations.ts';
import type { Tickets } from '../../socket/tickets.ts';
import { fromWire, toWire } from '../../wire.ts';
import { type ServerEvent, streamEvents } from '../event-stream.ts';
import {
  audioUrl,
  presentAnswer,
  presentConsultation,
  presentOpened,
  presentPage,
  presentReport,
  presentSilence,
  presentToolUse,
  presentTranscript,
  presentWhole,
} from '../present-consultation.ts';

export interface ConsultationParts {
  readonly consultations: Consultations;
  readonly consult: Consult;
  readonly sound: Sound;
  readonly practice: Practice;
  readonly tickets: Tickets;
  readonly offline: boolean;
  /** Where a link that leaves this box must point, as a person's device reaches it. */
  readonly baseUrl: (door: Door) => string;
}

const LARGEST_RECORDING = 50 * 1024 * 1024;
const one = '/api/v1/consultations/:id';
/** Mouth shapes that the page draws; each spoken piece names them with their times. */
const visemes = ['rest', 'open', 'wide', 'round', 'closed', 'teeth', 'tongue'];

/** A consultation as it is said, for who reads along. */
async function* readAlong(
  first: IteratorResult<{ type: 'whole'; whole: Whole } | LiveWord>,
  live: AsyncIterator<{ type: 'whole'; whole: Whole } | LiveWord>,
): AsyncGenerator<ServerEvent> {
  try {
    for (let next = first; !next.done; next = await live.next()) {
      const word = next.value;
      if (word.type === 'whole') yield { event: 'whole', data: presentWhole(word.whole) };
      else if (word.type === 'red-flag') yield { event: 'red_flag', data: word.flag };
      else if (word.type === 'interrupted')
        yield { event: 'interrupted', data: { message_id: word.messageId, heard_text: word.heardText } };
      else if (word.type === 'ended') yield { event: 'ended', data: {} };
      else
        yield {
          event: 'words',
          data: {
            sender_type: word.speaker,
            text: word.text,
            is_final: word.isFinal,
            language: word.language,
            message_id: word.messageId ?? null,
          },
        };
    }
  } finally {
    await live.return?.();
  }
}

export function consultationRoutes({ consultations, consult, sound, practice, tickets, offline, baseUrl }: ConsultationParts): Route[] {
  /** The whole answer, for those who do not stream. */
  async function whole(caller: Caller, turn: TurnInput): Promise<Extract<TurnPart, { type: 'done' }>> {
    for await (const part of consult.say(caller, turn)) if (part.type === 'done') return part;
    throw new AppError('cancelled', 'The request was cancelled.');
  }

  async function* streamed(caller: Caller, turn: TurnInput, door: Door): AsyncGenerator<ServerEvent> {
    try {
      for await (const part of consult.say(caller, turn)) {
        if (part.type === 'delta') yield { event: 'delta', data: { text: part.text } };
        else if (part.type === 'sources') yield { event: 'sources', data: { sources: toWire(part.sources) } };
        else if (part.type === 'red-flag') yield { event: 'red_flag', data: part.flag };
        else if (part.type === 'tool-call') yield { event: 'tool_call', data: presentToolUse(part.use) };
        else if (part.type === 'done') yield { event: 'done', data: presentAnswer(part) };
      }
    } catch (error) {
      yield { event: 'error', data: toFailure(error, door.requestId, door.language).body };
    }
  }

  /** Is this a session that the caller may speak in? Told before a stream begins, while there still is a status to tell it by. */
  async function requireSession(caller: Caller, sessionId: string) {
    const found = await consultations.sessionFor(caller, sessionId);
    if (!found) throw noSuch('session_id');
    if (!speaksAs(caller, found.consultation)) throw sessionError('This conversation belongs to somebody else.', 'not_yours');
    if (found.session.endedAt !== null || found.consultation.status === 'ended')
      throw sessionError('This conversation has ended. Please start a new one.', 'ended');
    return found;
  }

  return [
    route({
      method: 'post',
      path: '/api/v1/consultation/create',
      summary: 'Begin a consultation',
      policy: 'consultations.open',
      body: schema.consultationInput,
      once: true,
      replies: { 201: schema.consultationOpened },
      async handle({ caller, body }) {
        const { consultation_type, ...rest } = body;
        return created(presentOpened(await consultations.open(caller, { ...fromWire(rest), type: consultation_type })));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/consultations',
      summary: 'Consultations that the caller may see, newest first, without their words',
      policy: 'consultations.read',
      query: pageQuery,
      replies: { 200: schema.consultationPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await consultations.list(caller, { after: query.cursor, limit: query.limit }), presentConsultation)),
    }),
    route({
      method: 'get',
      path: one,
      summary:
        'A consultation with everything that was said in it; with Accept: text/event-stream also what is said from now on, as it is said. The reading is recorded',
      policy: 'consultations.read',
      params: { id },
      replies: { 200: schema.consultationWhole },
      async handle({ caller, params, door }) {
        if (!String(door.request.headers.accept ?? '').includes('text/event-stream'))
          return ok(presentWhole(await consultations.read(caller, params.id)));
        const live = consultations.follow(caller, params.id)[Symbol.asyncIterator]();
        // The first look is taken before the stream begins: who may not read is told so by the status.
        const first = await live.next();
        return streamEvents(door, readAlong(first, live));
      },
    }),
    route({
      method: 'post',
      path: `${one}/end`,
      summary: 'End a consultation; a role play answers with feedback',
      policy: 'consultations.speak',
      params: { id },
      replies: { 200: schema.consultationEnded },
      async handle({ caller, params }) {
        const { consultation, feedback } = await consultations.end(caller, params.id);
        return ok({ ...presentConsultation(consultation), feedback });
      },
    }),
    route({
      method: 'post',
      path: `${one}/guest`,
      summary: "A link for a patient's own phone: this one consultation, and nothing else",
      policy: 'guests.invite',
      params: { id },
      replies: { 201: schema.guestLink },
      async handle({ caller, params, door }) {
        const { token, expiresInMs } = await consultations.invite(caller, params.id);
        // Behind the hash, so that the token is in no server's log.
        const url = `${baseUrl(door)}/guest#${token}`;
        const qr = await QRCode.toString(url, { type: 'svg', margin: 1 });
        return created({ url, qr, token, expires_in: Math.floor(expiresInMs / 1000) });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/conversation/message',
      summary: 'Say something in writing; with Accept: text/event-stream or stream: true the answer comes as it is made',
      policy: 'consultations.speak',
      body: schema.messageInput,
      limit: 'chat',
      replies: { 200: schema.answer },
      async handle({ caller, body, door }) {
        const turn = { sessionId: body.session_id, text: body.text };
        const streams = body.stream === true || String(door.request.headers.accept ?? '').includes('text/event-stream');
        if (!streams) return ok(presentAnswer(await whole(caller, turn)));
        await requireSession(caller, body.session_id);
        return streamEvents(door, streamed(caller, turn, door));
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/conversation/audio',
      summary: 'Say something in a recording (wav, mp3, m4a, webm, ogg, flac)',
      policy: 'consultations.speak',
      body: schema.recordingInput,
      upload: { file: 'file', maxBytes: LARGEST_RECORDING },
      limit: 'chat',
      replies: { 200: schema.heardAnswer },
      async handle({ caller, body, file }) {
        if (!file || file.length === 0)
          throw new AppError('invalid', 'There is no recording in what you sent.', {
            fields: [{ path: 'file', message: 'This is needed.' }],
          });
        const { consultation, session } = await requireSession(caller, body.session_id);
        const language = await consultations.languageOf(caller, consultation);
        const { transcript, demonstration } = await sound.hear(caller, file, language);
        const heard = presentTranscript(transcript, language, demonstration);
        if (transcript.text === '') return ok({ ...presentSilence(session, language, phrase(language, 'say-again')), transcript: heard });
        const done = await whole(caller, {
          sessionId: session.id,
          text: transcript.text.slice(0, 5_000),
          heard: { transcript, demonstration },
        });
        return ok({ ...presentAnswer(done), transcript: heard, ...((body.speak ?? true) ? { audio_url: audioUrl(done.message.id) } : {}) });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/conversation/audio',
      summary: 'The sound of an answer, or of a text',
      policy: 'consultations.read',
      query: schema.soundQuery,
      replies: { 200: z.string() },
      contentType: 'audio/wav',
      async handle({ caller, query, door }) {
        if ((query.message_id === undefined) === (query.text === undefined))
          throw new AppError('invalid', 'Say what should be spoken: a message_id or a text.', {
            fields: [{ path: 'message_id', message: 'Either this or text is needed.' }],
          });
        const message = query.message_id === undefined ? undefined : (await consultations.message(caller, query.message_id)).message;
        const language = message?.language ?? query.language ?? door.language;
        const { bytes, type } = await sound.speak(caller, message?.text ?? query.text ?? '', language, {
          voice: query.voice,
          format: query.format,
        });
        return { status: 200, body: Buffer.from(bytes), headers: { 'Content-Type': type, 'Cache-Control': 'private, no-store' } };
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/chat/',
      summary: "An older client's chat, for training and role play",
      policy: 'consultations.speak',
      body: schema.chatInput,
      limit: 'chat',
      replies: { 200: schema.chatAnswer },
      async handle({ caller, body }) {
        // An unknown session starts one; so does one that is over, of another mode, or somebody else's.
        const known = body.session_id == null ? undefined : await consultations.sessionFor(caller, body.session_id);
        const usable =
          known && known.session.endedAt === null && known.consultation.mode === body.mode && speaksAs(caller, known.consultation)
            ? known.session
            : undefined;
        const session = usable ?? (await consultations.open(caller, { type: 'text', mode: body.mode })).session;
        const { message } = await whole(caller, { sessionId: session.id, text: body.message });
        return ok({
          response: message.text,
          session_id: session.id,
          message_id: message.id,
          sources: presentAnswer({ message, session }).sources,
          timestamp: new Date(message.createdAt).toISOString(),
        });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/report',
      summary: 'Report an answer that is not right',
      policy: 'reports.write',
      body: schema.reportInput,
      once: true,
      replies: { 201: schema.report },
      handle: async ({ caller, body }) => created(presentReport(await consultations.report(caller, fromWire(body)))),
    }),
    route({
      method: 'get',
      path: '/api/v1/reports',
      summary: 'Answers that were reported as not right',
      policy: 'reports.read',
      query: pageQuery,
      replies: { 200: schema.reportPage },
      handle: async ({ caller, query }) =>
        ok(presentPage(await consultations.reports(caller, { after: query.cursor, limit: query.limit }), presentReport)),
    }),
    route({
      method: 'patch',
      path: '/api/v1/reports/:id',
      summary: 'Accept or reject a report',
      policy: 'reports.read',
      params: { id },
      body: schema.reportChange,
      replies: { 200: schema.report },
      handle: async ({ caller, params, body }) => ok(presentReport(await consultations.settleReport(caller, params.id, body.status))),
    }),
    route({
      method: 'post',
      path: '/api/v1/avatar/session',
      summary: 'An avatar whose mouth follows the voice of this box',
      policy: 'consultations.open',
      body: schema.avatarInput,
      replies: { 200: schema.avatarSession },
      async handle({ caller, body }) {
        if (body.provider !== 'local')
          throw offline
            ? new AppError('forbidden', 'This box makes no connection to the outside, so this avatar cannot be used.', {
                reason: 'EGRESS_DENIED',
              })
            : new AppError('unavailable', 'This avatar is not set up on this box. The local one works without a connection.', {
                context: { purpose: 'avatar', fix: 'bedside doctor' },
              });
        const { ticket, expires_in } = tickets.issue(caller);
        return ok({ provider: 'local', session_token: ticket, expires_in, visemes });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/specialties',
      summary: "Specialties of the hospital's doctors",
      policy: 'practice.read',
      replies: { 200: z.object({ items: z.array(z.string()), next_cursor: z.null() }) },
      async handle({ caller }) {
        const { items } = await practice.doctors(caller, { limit: 200 });
        return ok({ items: [...new Set(items.flatMap((doctor) => doctor.specialties))].sort(), next_cursor: null });
      },
    }),
  ];
}
