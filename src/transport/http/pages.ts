import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import { AppError } from '../../shared/errors.ts';

/** Pages of the box itself: the console, the first run, a guest's, and the description of its API. Their files come from here and from nowhere else. */
export function makePages(options: { trustedIps: readonly string[] | undefined }): { path: string; handler: RequestHandler }[] {
  const here = dirname(fileURLToPath(import.meta.url));
  const folder = join(here, 'pages');
  const packageFolder = (name: string) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const swagger = packageFolder('swagger-ui-dist');
  const devanagari = join(packageFolder('@fontsource-variable/noto-sans-devanagari'), 'files');
  const files = (root: string) => express.static(root, { index: false, redirect: false, dotfiles: 'deny', maxAge: '1h' });
  const page =
    (name: string): RequestHandler =>
    (_request, response) =>
      response.sendFile(join(folder, name));
  const consoleFolder = join(here, import.meta.url.endsWith('.ts') ? '../../../dist/console' : '../../console');
  // The page names its files by their contents: it is asked for anew each time, they are kept for good.
  const fromConsole =
    (name: string): RequestHandler =>
    (request, response, next) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') return next();
      response.sendFile(name, { root: consoleFolder, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } }, (error) =>
        // Without a build there is no console, and that is all that may be said.
        error && !response.headersSent ? next() : undefined,
      );
    };
  const consoleFiles = express.static(join(consoleFolder, 'assets'), {
    index: false,
    redirect: false,
    dotfiles: 'deny',
    immutable: true,
    maxAge: '1y',
  });
  const docs: RequestHandler = (request, response, next) => {
    if (options.trustedIps && !options.trustedIps.includes((request.ip ?? '').replace(/^::ffff:/, ''))) {
      next(new AppError('forbidden', 'This page is only for trusted addresses of this box.'));
      return;
    }
    // The API page draws with inline styles; scripts stay forbidden but for the box's own files.
    const policy = String(response.getHeader('Content-Security-Policy') ?? '').replace(
      "style-src 'self'",
      "style-src 'self' 'unsafe-inline'",
    );
    response.setHeader('Content-Security-Policy', policy);
    if (request.path === '/' || request.path === '') {
      if (!request.originalUrl.startsWith('/docs/')) response.redirect(301, '/docs/');
      else response.sendFile(join(folder, 'docs.html'));
    } else next();
  };
  return [
    { path: '/docs', handler: docs },
    { path: '/docs', handler: files(swagger) },
    { path: '/setup', handler: exactly(page('setup.html')) },
    { path: '/guest', handler: exactly(page('guest.html')) },
    { path: '/pages', handler: files(folder) },
    { path: '/fonts', handler: files(devanagari) },
    ...['/', '/knowledge', '/kiosk', '/captions'].map((path) => ({ path, handler: exactly(fromConsole('index.html')) })),
    { path: '/shell-worker.js', handler: exactly(fromConsole('shell-worker.js')) },
    { path: '/assets', handler: consoleFiles },
  ];
}

/** `use` also matches what lies beneath a path; a page has nothing beneath it. */
function exactly(handler: RequestHandler): RequestHandler {
  return (request, response, next) => (request.path === '/' ? handler(request, response, next) : next());
}
