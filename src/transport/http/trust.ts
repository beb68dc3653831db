import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request, RequestHandler } from 'express';
import QRCode from 'qrcode';
import type { BoxNames } from '../../domain/access/certificates.ts';
import { preferredLanguage, say, spoken } from '../words/say.ts';

export interface TrustParts {
  /** PEM, of the box's own authority. */
  readonly authority: () => string;
  readonly plainPort: number;
  readonly names: () => BoxNames;
}

export const TRUST_PATH = '/trust';

const words = {
  title: 'Trust this box',
  why: 'Phones and computers in this clinic need the certificate of this box once. After that their browsers open it without a warning and give it the microphone.',
  scan: 'Open this page on another device: point its camera here, or type',
  get: 'Get the certificate',
  android:
    'Tap “Get the certificate” above. Then open Settings and search for “CA certificate” (on most phones: Security, More security settings, Install from phone storage). Choose CA certificate, Install anyway, and the file bedside.crt.',
  iphone:
    'Open this page in Safari and tap “Get the certificate”, then Allow. Open Settings, tap “Profile downloaded” and Install. Then open General, About, Certificate Trust Settings and switch on the certificate of Bedside.',
  windows:
    'Get the certificate and open the file bedside.crt. Choose Install Certificate, Local Machine, “Place all certificates in the following store”, Browse, “Trusted Root Certification Authorities”. Then close the browser and open it again.',
  compare:
    'Before you install it, compare these letters with the ones that “bedside doctor” shows at the box itself. If they differ, stop and tell whoever looks after the box.',
  limits: 'This certificate vouches for addresses of your own network and for the names of this box, and for nothing on the Internet.',
  open: 'Open Bedside',
} as const;

/** The page from which a device learns to trust the box. It needs no script and no sign-in, and is served in the open as well: before there is trust there is no TLS. */
export function trustPages(parts: TrustParts): { path: string; handler: RequestHandler }[] {
  const here = dirname(fileURLToPath(import.meta.url));
  const letters = join(
    dirname(createRequire(import.meta.url).resolve('@fontsource-variable/noto-sans-devanagari/package.json')),
    'files/noto-sans-devanagari-devanagari-wght-normal.woff2',
  );
  const certificate = () => new X509Certificate(parts.authority());
  const place =
    (answer: RequestHandler): RequestHandler =>
    (request, response, next) =>
      request.path === '/' && (request.method === 'GET' || request.method === 'HEAD') ? answer(request, response, next) : next();
  const file = (type: string, content: () => Buffer | string): RequestHandler =>
    place((_request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      response.type(type).send(content());
    });
  const stored = (path: string): RequestHandler => place((_request, response) => response.sendFile(path, { maxAge: '1h' }));
  return [
    { path: `${TRUST_PATH}/bedside.crt`, handler: file('application/x-x509-ca-cert', () => certificate().raw) },
    { path: `${TRUST_PATH}/bedside.pem`, handler: file('application/x-pem-file', parts.authority) },
    {
      path: `${TRUST_PATH}/qr.svg`,
      handler: place(async (request, response) => {
        const image = await QRCode.toString(addressOf(request, parts), { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
        response.setHeader('Cache-Control', 'no-store');
        response.type('image/svg+xml').send(image);
      }),
    },
    { path: `${TRUST_PATH}/trust.css`, handler: stored(join(here, 'pages/trust.css')) },
    { path: `${TRUST_PATH}/letters.woff2`, handler: stored(letters) },
    {
      path: TRUST_PATH,
      handler: place((request, response) => {
        const asked = new URLSearchParams(request.originalUrl.split('?')[1] ?? '').get('lang') ?? '';
        const language = (spoken as readonly string[]).includes(asked) ? asked : preferredLanguage(request.headers['accept-language']);
        response.setHeader('Cache-Control', 'no-store');
        response.type('html').send(page(language, addressOf(request, parts), certificate().fingerprint256));
      }),
    },
  ];
}

/** How another device reaches this page: as this one did, unless it sits at the box itself or came by TLS, which the other does not trust yet. */
function addressOf(request: Request, { plainPort, names }: TrustParts): string {
  const host = request.headers.host ?? '';
  const isHere = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i.test(host);
  if (!request.secure && !isHere && /^[\w.:[\]-]+$/.test(host)) return `http://${host}${TRUST_PATH}`;
  const lan = names().addresses.find((address) => address !== '127.0.0.1' && address !== '::1') ?? 'localhost';
  const port = request.secure ? plainPort : (request.socket.localPort ?? plainPort);
  return `http://${lan.includes(':') ? `[${lan}]` : lan}${port === 80 ? '' : `:${port}`}${TRUST_PATH}`;
}

function page(language: string, address: string, fingerprint: string): string {
  const text = (key: keyof typeof words) => html(say(language, words[key]));
  const part = (name: string, key: keyof typeof words) => `<h2>${name}</h2><p>${text(key)}</p>`;
  const other = language === 'hi' ? ['en', 'English'] : ['hi', 'हिन्दी'];
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Bedside: ${text('title')}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${TRUST_PATH}/trust.css">
  </head>
  <body>
    <main>
      <p class="other"><a href="${TRUST_PATH}?lang=${other[0]}" lang="${other[0]}">${other[1]}</a></p>
      <h1>${text('title')}</h1>
      <p>${text('why')}</p>
      <p><a class="button" href="${TRUST_PATH}/bedside.crt">${text('get')}</a></p>
      <p>${text('compare')}</p>
      <p class="print">SHA-256<br><code>${html(fingerprint)}</code></p>
      ${part('Android', 'android')}
      ${part('iPhone, iPad', 'iphone')}
      ${part('Windows', 'windows')}
      <p>${text('limits')}</p>
      <section class="scan">
        <img src="${TRUST_PATH}/qr.svg" width="200" height="200" alt="${html(address)}">
        <p>${text('scan')} <code>${html(address)}</code></p>
      </section>
      <p><a href="/">${text('open')}</a></p>
    </main>
  </body>
</html>
`;
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
