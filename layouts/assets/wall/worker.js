/*
 * Keeps the wall's page, styles, scripts and fonts, so that a screen that is switched on while the server is
 * down still has a page to show its last picture in. The network always comes first; figures are never kept here.
 */
'use strict';
const SHELL = 'golden-thread-wall';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** Keep all of a page's parts, and no part of an older version. */
async function store({ page, parts }) {
  const cache = await caches.open(SHELL);
  const wanted = [page, ...parts].map((part) => new URL(part, self.location.href).href);
  await Promise.all(wanted.map(async (address) => {
    const answer = await fetch(address, { cache: 'no-cache' });
    if (!answer.ok) throw new Error(address + ' answered ' + answer.status); // then the older version stays
    await cache.put(address, answer);
  }));
  const kept = await cache.keys();
  const isPage = (request) => new URL(request.url).pathname.startsWith('/wall/');
  await Promise.all(kept.filter((request) => !isPage(request) && !wanted.includes(request.url)).map((old) => cache.delete(old)));
}

async function networkFirst(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.status < 500) {
      if (answer.ok) await cache.put(request.url, answer.clone()); // a new page never without its new parts
      return answer;
    }
    return (await cache.match(request.url)) || answer;
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('message', (event) => event.waitUntil(store(event.data).catch(() => {})));
self.addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  const ours = address.origin === self.location.origin;
  const shell = event.request.mode === 'navigate' || address.pathname.startsWith('/assets/');
  if (event.request.method === 'GET' && ours && shell) event.respondWith(networkFirst(event.request));
});
