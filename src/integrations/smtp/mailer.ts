import nodemailer from 'nodemailer';
import { addressWithin, distanceOf } from '../../shared/distance.ts';
import { AppError } from '../../shared/errors.ts';
import type { Mail, Mailer, Way } from '../mailer.ts';

const PATIENCE_MS = 20_000;

/**
 * Mail by SMTP. One connection for each mail: a clinic sends some dozens a day. Towards a server in the world a mail and the password
 * travel encrypted or not at all; in the house and in this machine as the server offers.
 */
export function makeSmtpMailer(url: string): Mailer {
  const server = serverOf(url);
  return {
    async send(mail, { allowed, signal }: Way) {
      const address = await addressWithin(server.host, allowed);
      const transport = nodemailer.createTransport({
        host: address,
        port: server.port,
        secure: server.secure,
        requireTLS: distanceOf(address) === 'world',
        tls: { servername: server.host },
        ...(server.user === '' ? {} : { auth: { user: server.user, pass: server.password } }),
        ...{ connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS },
        ...{ disableFileAccess: true, disableUrlAccess: true },
      });
      const stop = () => transport.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await Promise.race([transport.sendMail(messageOf(mail)), aborted(signal)]);
      } catch (error) {
        throw failure(error);
      } finally {
        signal.removeEventListener('abort', stop);
        transport.close();
      }
    },
  };
}

interface Server {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
}

/** Pure. Throws `invalid` for what is no `smtp://` or `smtps://` address. */
export function serverOf(url: string): Server {
  const parsed = URL.parse(url);
  if (!parsed || !['smtp:', 'smtps:'].includes(parsed.protocol) || parsed.hostname === '')
    throw new AppError('invalid', 'SMTP_URL must be an address as smtp://user:password@host:port.');
  const secure = parsed.protocol === 'smtps:' || parsed.port === '465';
  return {
    ...{ host: parsed.hostname.replace(/^\[|\]$/g, ''), secure },
    port: parsed.port === '' ? (secure ? 465 : 587) : Number(parsed.port),
    ...{ user: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) },
  };
}

function messageOf({ messageId, from, to, subject, text, html, calendar }: Mail) {
  return {
    ...{ messageId: `<${messageId}>`, from, subject, text, html },
    // As an object: what stands in it is one address, whatever commas it holds.
    to: { name: '', address: to },
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...(calendar ? { icalEvent: { method: calendar.method, content: calendar.content, filename: 'invite.ics' } } : {}),
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** What the server said stays in the cause: it repeats addresses. */
function failure(error: unknown): AppError {
  const { code, responseCode } = (error ?? {}) as { code?: string; responseCode?: number };
  if (code === 'EAUTH')
    return new AppError('unavailable', 'The mail server did not accept the name or the password in SMTP_URL.', {}, error);
  if (responseCode !== undefined && responseCode >= 500)
    return new AppError('refused', 'The mail server refused this mail for good.', { context: { status: responseCode } }, error);
  if (responseCode !== undefined)
    return new AppError('unavailable', 'The mail server could not take this mail now.', { context: { status: responseCode } }, error);
  return new AppError('unavailable', 'The receiver could not be reached.', { reason: 'UNREACHABLE' }, error);
}
