/* What pages share that go on while the line is away: a shelf in this browser, sending again and again, the page kept. */
"use strict";
(function () {
  const AGAIN = 20000;

  // Rows of one object store, each under its "key". The shelf of a page stays when the page goes.
  const shelf = (base, name) => {
    const opened = new Promise((done, failed) => {
      const asked = indexedDB.open(base, 1);
      asked.onupgradeneeded = () => { asked.result.createObjectStore(name, { keyPath: "key" }); };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    const act = async (mode, what) => {
      const found = await opened;
      return new Promise((done, failed) => {
        const unit = found.transaction(name, mode, { durability: "strict" });
        const asked = what(unit.objectStore(name));
        unit.oncomplete = () => done(asked.result);
        unit.onerror = unit.onabort = () => failed(unit.error);
      });
    };
    return {
      keep: (row) => act("readwrite", (rows) => rows.put(row)),
      forget: (key) => act("readwrite", (rows) => rows.delete(key)),
      get: (key) => act("readonly", (rows) => rows.get(key)),
      all: () => act("readonly", (rows) => rows.getAll()),
    };
  };

  const newKey = () => {
    if (self.crypto.randomUUID) { return crypto.randomUUID(); }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  // Asks the house whether it is there (`state_url`), hands what it says to `told`, then sends each waiting row to
  // `send_url` and gives the answer to `answered`. `said` puts how it stands into words: "here", "out" or "away".
  // `proof`: what this device shows of itself with each row, as headers.
  const sender = ({ state_url, send_url, waiting, told, answered, said, shown, proof }) => {
    let sending = false;
    const send = async () => {
      if (sending) { return; }
      sending = true;
      try {
        const rows = await waiting();
        const answer = await fetch(state_url, { cache: "no-store", credentials: "same-origin" });
        if (!answer.ok || answer.redirected) { throw new Error(answer.redirected ? "signed out" : "refused"); }
        const now = await answer.json();
        said("here");
        await told(now);
        for (const row of rows) {
          const got = await fetch(send_url, {
            method: "POST", credentials: "same-origin", body: JSON.stringify(row),
            headers: { "Content-Type": "application/json", "X-CSRFToken": now.token, ...(proof ? await proof() : {}) },
          });
          await answered(row, await got.json());
        }
      } catch (error) {
        said(error.message === "signed out" ? "out" : "away");
      } finally {
        sending = false;
        await shown();
      }
    };
    window.addEventListener("online", send);
    window.addEventListener("offline", () => said("away"));
    window.setInterval(send, AGAIN);
    send();
    return send;
  };

  // Keeps this page and its files, so that it opens while the line is away; true where that can be done.
  const keepPage = async (worker_url) => {
    if (!("serviceWorker" in navigator)) { return false; }
    const made = [...document.querySelectorAll("link[href], script[src]")].map((one) => one.href || one.src);
    try {
      await navigator.serviceWorker.register(worker_url, { scope: location.pathname });
      (await navigator.serviceWorker.ready).active.postMessage([location.pathname, ...made]);
      return true;
    } catch (error) {
      return false;
    }
  };

  window.jichiOffline = { shelf, newKey, sender, keepPage };
})();
