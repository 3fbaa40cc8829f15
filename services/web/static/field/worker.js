// Keeps the shell of the field app on the phone, and nothing else: never a task, never an answer with a name.
// Served with MARK and KEPT before it. A new version waits until the person takes it or the app was closed.
/* global KEPT, MARK */

const NAME = `field-${MARK}`;

self.addEventListener("install", (event) => {
  // as nobody, and past the browser's own cache: the parts of one version must belong together
  const wanted = KEPT.map((path) => new Request(path, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(wanted)));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("field-") && name !== NAME);
  const drop = caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name))));
  event.waitUntil(drop.then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => event.data === "take" && self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url), path = url.pathname + (url.pathname.startsWith("/static/") ? url.search : "");
  if (event.request.method !== "GET" || url.origin !== location.origin || !KEPT.includes(path)) return;
  const kept = caches.open(NAME).then((cache) => cache.match(path));
  event.respondWith(kept.then((found) => found ?? fetch(event.request)));
});
