// Keeps the verifier's pages for use without a network: a gate often has none. Served with KEPT and MARK before it.
// The network comes first, so that nobody works with an old page while a newer one can be had.
/* global KEPT, MARK */

const NAME = `verify-${MARK}`;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  // one by one: a file that is not there must not cost the others; and as nobody: no page with a name on it is kept
  const add = (cache, path) => cache.add(new Request(path, { credentials: "omit" })).catch(() => {});
  const keep = (cache) => Promise.all(KEPT.map((path) => add(cache, path)));
  event.waitUntil(caches.open(NAME).then(keep));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("verify-") && name !== NAME);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});

const pathOf = (url) => url.pathname + (url.pathname.startsWith("/static/") ? url.search : "");

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url), path = pathOf(url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const known = KEPT.includes(path) ? path : KEPT.includes(`${path}/`) ? `${path}/` : null;
  if (known) event.respondWith(fetch(event.request).catch(() => caches.match(known)));
});
