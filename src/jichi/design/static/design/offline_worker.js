/* Keeps one page that goes on while the line is away, and what it is made of. Nothing else. */
"use strict";
const KEPT = "jichi-offline";
const PATIENCE = 4000;
const HERE = new URL(self.registration.scope).pathname;

self.addEventListener("install", () => { self.skipWaiting(); });
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });

// The page names its files once it is there: it may have been loaded before this worker was.
self.addEventListener("message", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(event.data)));
});

const inTime = (request) => new Promise((done, failed) => {
  setTimeout(() => failed(new Error("no answer")), PATIENCE);
  fetch(request).then(done, failed);
});

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  const isPage = request.mode === "navigate" && url.pathname === HERE;
  if (request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (!isPage && !url.pathname.startsWith("/static/")) { return; }
  event.respondWith((async () => {
    const cache = await caches.open(KEPT), key = isPage ? HERE : request;
    try {
      const response = await inTime(request);
      if (response.ok && !response.redirected) { await cache.put(key, response.clone()); }
      return response;
    } catch (error) {
      return (await cache.match(key)) || Response.error();
    }
  })());
});
