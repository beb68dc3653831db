import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A real mail server on this machine, which keeps what it was given. */
export interface MailServer {
  readonly port: number;
  readonly url: string;
  /** In the order in which it said that it has them. */
  readonly mails: ReceivedMail[];
  /** What it says to the next mails, in place of yes: a number of SMTP; 0 cuts the line after the mail was taken. */
  answers: number[];
  stop(): Promise<void>;
}

export interface ReceivedMail {
  readonly messageId: string;
  readonly to: readonly string[];
  /** As it came. */
  readonly raw: string;
  /** Its text parts, decoded, one after the other. */
  readonly words: string;
}

/** `mails` is what it kept before it was stopped. */
export async function startMailServer(port = 0, mails: ReceivedMail[] = []): Promise<MailServer> {
  const answers: number[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    hideSTARTTLS: true,
    logger: false,
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        const answer = answers.shift();
        if (answer === undefined || answer === 0) {
          const messageId = /^Message-ID: <([^>]+)>/im.exec(raw)?.[1] ?? '';
          const to = session.envelope.rcptTo.map(({ address }) => address);
          mails.push({ messageId, to, raw, words: wordsOf(raw) });
        }
        // It has the mail, and whoever sent it never hears so.
        if (answer === 0) for (const connection of server.connections) (connection as { _socket?: { destroy(): void } })._socket?.destroy();
        else if (answer === undefined) done();
        else done(Object.assign(new Error('no'), { responseCode: answer }));
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const bound = (server.server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `smtp://127.0.0.1:${bound}`,
    mails,
    answers,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function wordsOf(raw: string): string {
  const decoded = (name: string, body: string) => {
    if (/base64/i.test(name)) return Buffer.from(body.replace(/\s/g, ''), 'base64').toString('utf8');
    if (!/quoted-printable/i.test(name)) return body;
    const bytes = body
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  };
  const subject = (/^Subject: ((?:.*\r?\n[ \t])*.*)$/im.exec(raw)?.[1] ?? '').replace(/\r?\n[ \t]/g, ' ');
  const said = subject
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString('utf8') : decoded('quoted-printable', text.replaceAll('_', ' ')),
    );
  const parts = raw.split(/^--[^\r\n]+\r?$/m).map((part) => {
    const [, head = '', body = ''] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(part) ?? [];
    const how = /^Content-Transfer-Encoding: *(\S+)/im.exec(head)?.[1] ?? '';
    return /^Content-Type:/im.test(head) ? decoded(how, body) : '';
  });
  return [said, ...parts].join('\n');
}
