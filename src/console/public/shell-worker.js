// Keeps the shell of the console, so that a page which is loaded again while the box is away opens, says so, and still has what was
// typed. Pages come from the box whenever it answers; files are named by their contents and never change. Nothing that a person
// said or wrote passes through here: what is asked of /api is none of its business.
const SHELL = 'bedside-shell';
const PAGES = ['/', '/knowledge', '/kiosk', '/captions'];

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && PAGES.includes(pathname)) event.respondWith(page(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(file(request));
});

async function page(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match('/');
  try {
    const fresh = await fetch(request);
    if (!fresh.ok) return fresh;
    const text = await fresh.clone().text();
    // A newer console has other files: those of the old one go with it.
    if (kept && (await kept.clone().text()) !== text) for (const key of await shell.keys()) await shell.delete(key);
    await shell.put('/', fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await shell.put(request, fresh.clone());
  return fresh;
}
