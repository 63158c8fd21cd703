/* Checks a family's proof of a nursery result in this browser: docs/nursery.md. It sends nothing anywhere.
   SHA-256 is written out: pages without encryption have no crypto.subtle. */
"use strict";
(function () {
  const page = document.getElementById("nursery-check");
  const form = page.querySelector("form");
  const file = form.querySelector("input[type=file]");

  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) {
    if (primes.every((p) => n % p)) { primes.push(n); }
  }
  const fraction = (n, power) => {  // the first 32 bits of the fraction of a root, by whole numbers
    const wanted = BigInt(n) << BigInt(32 * power);
    let low = 0n, high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** BigInt(power) <= wanted) { low = middle; } else { high = middle; }
    }
    return Number(BigInt.asUintN(32, low));
  };
  const K = primes.map((p) => fraction(p, 3));
  const START = primes.slice(0, 8).map((p) => fraction(p, 2));
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  function sha256(bytes) {
    const size = ((bytes.length + 8) >> 6) + 1;
    const padded = new Uint8Array(size * 64);
    padded.set(bytes);
    padded[bytes.length] = 128;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 536870912));
    const state = START.slice();
    const w = new Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i += 1) { w[i] = view.getUint32(at + 4 * i); }
      for (let i = 16; i < 64; i += 1) {
        const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
    }
    const out = new Uint8Array(32);
    state.forEach((value, i) => new DataView(out.buffer).setInt32(4 * i, value));
    return out;
  }

  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (!/^[0-9a-f]{64}$/.test(text)) { throw new Error("no hash"); }
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  };
  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

  function rootOf(proof) {
    let found = sha256(joined([0], new TextEncoder().encode(proof.leaf)));
    proof.path.forEach(([side, other]) => {
      const brother = unhex(other);
      found = sha256(side === "left" ? joined([1], brother, found) : joined([1], found, brother));
    });
    return hex(found);
  }

  function show(which) {
    ["pass", "fail", "unusable"].forEach((name) => { document.getElementById("nursery-" + name).hidden = name !== which; });
    document.querySelector("#nursery-" + which + " h2").focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const proof = JSON.parse(await file.files[0].text());
      const rows = JSON.parse(proof.leaf).children;
      if (page.dataset.roots.split(" ").includes(rootOf(proof))) {
        document.getElementById("nursery-own").replaceChildren(...rows.map((row) => {
          const item = document.createElement("li");
          item.textContent = [row.child, row.status, row.facility].filter(Boolean).join(" ");
          return item;
        }));
        show("pass");
      } else { show("fail"); }
    } catch (problem) { show("unusable"); }
  });
  page.hidden = false;
})();
