/* Checks the record of a draw in this browser: algorithm "verifiable-lottery-1", docs/draws.md.
   It asks nobody: the file stays here, SHA-256 is written out below (plain HTTP pages have no crypto.subtle).
   long: one file, so that a visitor can read it, keep it and run it whole. */
"use strict";
(function () {

  /* -- SHA-256 (FIPS 180-4) and HMAC (RFC 2104) ------------------------------------------------------------------ */

  const K = new Int32Array(64);
  const FIRST = new Int32Array(8);
  (function constants() {  // the first 32 bits of the fractions of square and cube roots of the first primes
    const root = (n, power) => {  // exact, by whole numbers: floor(n^(1/power) · 2^32) modulo 2^32
      const wanted = BigInt(n) << BigInt(32 * power);
      let low = 0n, high = 1n << 40n;
      while (high - low > 1n) {
        const middle = (low + high) >> 1n;
        if (middle ** BigInt(power) <= wanted) { low = middle; } else { high = middle; }
      }
      return Number(BigInt.asIntN(32, low));
    };
    for (let n = 2, found = 0; found < 64; n += 1) {
      let prime = true;
      for (let d = 2; d * d <= n; d += 1) { if (n % d === 0) { prime = false; break; } }
      if (!prime) { continue; }
      if (found < 8) { FIRST[found] = root(n, 2); }
      K[found] = root(n, 3);
      found += 1;
    }
  })();

  const W = new Int32Array(64);

  function block(state, bytes, at) {
    for (let i = 0; i < 16; i += 1, at += 4) {
      W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = W[i - 15], y = W[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  const rest = new Uint8Array(128);

  /* Ends a hash: `state` has taken `before` bytes (whole blocks), `bytes` are all that follow. */
  function finish(state, bytes, length, before) {
    let at = 0;
    for (; at + 64 <= length; at += 64) { block(state, bytes, at); }
    rest.fill(0);
    rest.set(bytes.subarray(at, length));
    rest[length - at] = 0x80;
    const end = length - at < 56 ? 64 : 128;
    const total = before + length;
    const high = Math.floor(total / 0x20000000), low = (total << 3) >>> 0;
    for (let i = 0; i < 4; i += 1) {
      rest[end - 5 - i] = (high >>> (8 * i)) & 255;
      rest[end - 1 - i] = (low >>> (8 * i)) & 255;
    }
    block(state, rest, 0);
    if (end === 128) { block(state, rest, 64); }
    return state;
  }

  function toBytes(state) {
    const found = new Uint8Array(32);
    for (let i = 0; i < 32; i += 1) { found[i] = (state[i >> 2] >>> (24 - 8 * (i & 3))) & 255; }
    return found;
  }

  function sha256(bytes) { return toBytes(finish(FIRST.slice(), bytes, bytes.length, 0)); }

  /* The two hashes of an HMAC after their first block: what every message under one key begins with. */
  function keyed(key) {
    const short = key.length > 64 ? sha256(key) : key;
    const pad = new Uint8Array(64);
    const begun = (with_) => {
      pad.fill(with_);
      for (let i = 0; i < short.length; i += 1) { pad[i] ^= short[i]; }
      const state = FIRST.slice();
      block(state, pad, 0);
      return state;
    };
    return { inner: begun(0x36), outer: begun(0x5c), one: new Int32Array(8), both: new Int32Array(8), half: new Uint8Array(32) };
  }

  /* HMAC as eight words, left in `keys.both`. */
  function hmacWords(keys, message, length) {
    keys.one.set(keys.inner);
    finish(keys.one, message, length, 64);
    for (let i = 0; i < 8; i += 1) {
      const word = keys.one[i], at = 4 * i;
      keys.half[at] = word >>> 24; keys.half[at + 1] = word >>> 16; keys.half[at + 2] = word >>> 8; keys.half[at + 3] = word;
    }
    keys.both.set(keys.outer);
    return finish(keys.both, keys.half, 32, 64);
  }

  function hmac(key, message) { return toBytes(hmacWords(keyed(key), message, message.length)); }

  /* -- bytes, texts, canonical JSON ------------------------------------------------------------------------------- */

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  function fromHex(text, length, name) {
    if (typeof text !== "string" || text.length !== 2 * length || !/^[0-9a-fA-F]*$/.test(text)) { throw new Unusable(name); }
    return Uint8Array.from({ length }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
  }

  function joined(...parts) {
    const found = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    parts.forEach((part) => { found.set(part, at); at += part.length; });
    return found;
  }

  function byBytes(one, other) {
    const length = Math.min(one.length, other.length);
    for (let i = 0; i < length; i += 1) { if (one[i] !== other[i]) { return one[i] - other[i]; } }
    return one.length - other.length;
  }

  const byCodePoint = (one, other) => byBytes(utf8(one), utf8(other));

  function canonical(value) {
    if (Array.isArray(value)) { return "[" + value.map(canonical).join(",") + "]"; }
    if (value && typeof value === "object") {
      return "{" + Object.keys(value).sort(byCodePoint).map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
    }
    return JSON.stringify(value);
  }

  class Unusable extends Error {}

  /* A difference: which part of the record, and where in it. */
  class Difference extends Error {
    constructor(part, detail) { super(part); this.part = part; this.detail = detail || ""; }
  }

  /* -- rules and list --------------------------------------------------------------------------------------------- */

  const isObject = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);
  const isCount = (value, least) => Number.isSafeInteger(value) && value >= least && value <= 999999999;

  function rulesOf(params) {
    const keys = ["algorithm", "beacon", "draw_id", "fill", "items", "passes"];
    const good = isObject(params) && Object.keys(params).sort().join() === keys.join()
      && params.algorithm === "verifiable-lottery-1" && typeof params.draw_id === "string" && params.draw_id
      && isObject(params.beacon) && typeof params.beacon.kind === "string"
      && (params.fill === "greedy" || params.fill === "strict") && isCount(params.passes, 1) && params.passes <= 1000
      && Array.isArray(params.items) && params.items.length > 0
      && params.items.every((one) => isObject(one) && typeof one.id === "string" && one.id && isCount(one.capacity, 0));
    if (!good || new Set(params.items.map((one) => one.id)).size !== params.items.length) { throw new Unusable("params"); }
    return { passes: params.passes, strict: params.fill === "strict", items: params.items.map((one) => one.id),
             places: params.items.map((one) => one.capacity), number: new Map(params.items.map((one, n) => [one.id, n])) };
  }

  const NUMBER = /^(0|[1-9][0-9]{0,8})$/;

  function listOf(text, rules) {
    if (text && !text.endsWith("\n")) { throw new Unusable("entries"); }
    const lines = text.split("\n");
    lines.pop();
    const list = { ids: [], names: [], size: [], tier: [], weight: [], want: [], prefs: [] };
    const choices = new Map();
    let before = new Uint8Array(0), tickets = 0;
    lines.forEach((line, n) => {
      const fields = line.split("\t");
      const name = utf8(fields[0]);
      const good = fields.length === 6 && !fields[0].includes(",") && name.length > 0 && name.length <= 200 && byBytes(before, name) < 0
        && fields.slice(1, 5).every((field, place) => NUMBER.test(field) && (place === 1 || field !== "0"));
      if (!good) { throw new Unusable("entries " + (n + 1)); }
      let prefs = choices.get(fields[5]);
      if (!prefs) {
        prefs = fields[5].split(",").map((item) => rules.number.get(item));
        if (prefs.includes(undefined) || new Set(prefs).size !== prefs.length) { throw new Unusable("entries " + (n + 1)); }
        choices.set(fields[5], prefs);
      }
      before = name;
      list.ids.push(fields[0]); list.names.push(name); list.prefs.push(prefs);
      list.size.push(Number(fields[1])); list.tier.push(Number(fields[2]));
      list.weight.push(Number(fields[3])); list.want.push(Number(fields[4]));
      tickets += Number(fields[3]);
    });
    if (tickets * rules.passes > 50000000) { throw new Unusable("entries"); }
    return list;
  }

  /* -- the draw --------------------------------------------------------------------------------------------------- */

  const u32 = (bytes, at, value) => { bytes[at] = value >>> 24; bytes[at + 1] = value >>> 16; bytes[at + 2] = value >>> 8; bytes[at + 3] = value; };

  function keyOf(seed, p, e, r) { return hmac(seed, joined(utf8("verifiable-lottery-1/key\0"), p, e, r)); }

  const breathe = () => new Promise((go) => { window.setTimeout(go); });

  /* T(p,e) of every entry, eight words each. */
  async function ticketsOf(key, pass, list, told) {
    const keys = keyed(key);
    const message = new Uint8Array(256);
    message.set(utf8("ticket\0"));
    u32(message, 7, pass);
    const found = new Uint32Array(8 * list.ids.length);
    for (let n = 0; n < list.ids.length; n += 1) {
      const name = list.names[n], at = 8 * n;
      message.set(name, 15);
      for (let j = 0; j < list.weight[n]; j += 1) {
        u32(message, 11, j);
        const words = hmacWords(keys, message, 15 + name.length);
        let less = j === 0;
        for (let i = 0; i < 8 && !less; i += 1) {
          const mine = words[i] >>> 0;
          if (mine !== found[at + i]) { if (mine > found[at + i]) { break; } less = true; }
        }
        if (less) { for (let i = 0; i < 8; i += 1) { found[at + i] = words[i]; } }
      }
      if (told && n % 10000 === 9999) { told(n); await breathe(); }
    }
    return found;
  }

  function orderOf(list, tickets) {
    const order = Array.from(list.ids, (_, n) => n);
    const tier = list.tier;
    return order.sort((a, b) => {
      if (tier[a] !== tier[b]) { return tier[a] - tier[b]; }
      for (let i = 0; i < 8; i += 1) {
        const one = tickets[8 * a + i], other = tickets[8 * b + i];
        if (one !== other) { return one < other ? -1 : 1; }
      }
      return byBytes(list.names[a], list.names[b]);
    });
  }

  function fillPass(hall, pass, order, list, rules) {
    for (const n of order) {
      const mine = hall.wins[n];
      if (mine && mine.length >= Math.min(pass, list.want[n])) { continue; }
      for (const item of list.prefs[n]) {
        if (hall.closed[item] || (mine && mine.includes(item))) { continue; }
        if (hall.left[item] >= list.size[n]) {
          hall.left[item] -= list.size[n];
          if (mine) { mine.push(item); } else { hall.wins[n] = [item]; }
          if (hall.left[item] === 0) { hall.closed[item] = true; hall.filled[item] = { pass, n }; }
          break;
        }
        if (rules.strict) { hall.closed[item] = true; hall.filled[item] = { pass, n }; }
      }
    }
  }

  async function draw(rules, list, key, told) {
    const count = rules.items.length;
    const hall = { left: rules.places.slice(), closed: rules.places.map((n) => n === 0), wins: new Array(list.ids.length), filled: new Array(count) };
    const tickets = [], orders = [];
    for (let pass = 1; pass <= rules.passes; pass += 1) {
      tickets.push(await ticketsOf(key, pass, list, told && ((n) => told((pass - 1 + n / list.ids.length) / rules.passes))));
      orders.push(orderOf(list, tickets[pass - 1]));
      fillPass(hall, pass, orders[pass - 1], list, rules);
    }
    const waiting = rules.items.map(() => []);
    for (const n of orders[0]) {
      const mine = hall.wins[n] || [];
      if (mine.length < list.want[n]) { list.prefs[n].forEach((item) => { if (!mine.includes(item)) { waiting[item].push(n); } }); }
    }
    return { tickets, orders, wins: hall.wins, left: hall.left, filled: hall.filled, waiting };
  }

  /* -- checking a record ------------------------------------------------------------------------------------------ */

  function sameList(part, shown, due, where) {
    if (!Array.isArray(shown)) { throw new Difference(part, where); }
    const length = Math.max(shown.length, due.length);
    for (let n = 0; n < length; n += 1) {
      if (shown[n] !== due[n]) { throw new Difference(part, `${where} ${n + 1}: ${due[n] || "–"} / ${shown[n] || "–"}`); }
    }
  }

  function compare(record, rules, list, outcome) {
    if (!Array.isArray(record.orders) || record.orders.length !== rules.passes) { throw new Difference("orders"); }
    outcome.orders.forEach((order, pass) => sameList("orders", record.orders[pass], order.map((n) => list.ids[n]), String(pass + 1)));
    const due = new Map();
    outcome.wins.forEach((mine, n) => { due.set(list.ids[n], mine.map((item) => rules.items[item])); });
    if (!isObject(record.wins)) { throw new Difference("wins"); }
    due.forEach((mine, id) => sameList("wins", Object.hasOwn(record.wins, id) ? record.wins[id] : [], mine, id));
    Object.keys(record.wins).forEach((id) => { if (!due.has(id)) { throw new Difference("wins", id); } });
    rules.items.forEach((item, n) => {
      if (!isObject(record.remaining) || record.remaining[item] !== outcome.left[n]) { throw new Difference("remaining", item); }
      if (!isObject(record.waitlists)) { throw new Difference("waitlists"); }
      sameList("waitlists", record.waitlists[item], outcome.waiting[n].map((one) => list.ids[one]), item);
    });
    for (const part of ["remaining", "waitlists"]) {
      if (Object.keys(record[part]).length !== rules.items.length) { throw new Difference(part); }
    }
  }

  function checkSeed(record) {
    if (!record.operator_seed) {
      if (record.commitment) { throw new Difference("commitment"); }
      return new Uint8Array(0);
    }
    const seed = fromHex(record.operator_seed, 32, "operator_seed");
    if (hex(sha256(joined(utf8("verifiable-lottery-1/commit\0"), seed))) !== record.commitment) { throw new Difference("commitment"); }
    return seed;
  }

  /* What was announced must be what came. "hash": the randomness is the hash of what the record shows; "none": nothing shows. */
  function checkBeacon(record) {
    const shown = record.beacon, announced = record.params.beacon;
    if (!isObject(shown)) { throw new Unusable("beacon"); }
    Object.keys(announced).forEach((key) => {
      if (shown[key] === undefined || canonical(shown[key]) !== canonical(announced[key])) { throw new Difference("beacon", key); }
    });
    const randomness = fromHex(shown.randomness, 32, "beacon");
    let proof = "none";
    if (announced.kind === "drand" && shown.signature) {
      if (hex(sha256(fromHex(shown.signature, shown.signature.length / 2, "beacon"))) !== hex(randomness)) { throw new Difference("beacon", "signature"); }
      proof = "hash";
    } else if (announced.kind === "text") {
      const line = shown.line || announced.sources;
      if (typeof line === "string" && hex(sha256(utf8(line))) === hex(randomness)) { proof = "line"; }
      if (shown.line && proof === "none") { throw new Difference("beacon", "line"); }
    }
    return { randomness, proof };
  }

  const CHAINS = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": [1692803367, 3],
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": [1595431050, 30],
  };

  function checkTimes(record) {
    const chain = CHAINS[record.params.beacon.chain], frozen = isObject(record.times) && record.times.frozen;
    if (record.params.beacon.kind !== "drand" || !chain || !frozen) { return; }
    const at = Date.parse(frozen) / 1000;
    if (!Number.isFinite(at)) { throw new Unusable("times"); }
    if (at + 600 > chain[0] + (record.params.beacon.round - 1) * chain[1]) { throw new Difference("times", "frozen"); }
  }

  function nextInLine(now, item, rules, list) {
    for (const n of now.waiting[item]) {
      const mine = now.wins[n] || [];
      if (mine.includes(item) || mine.length >= list.want[n] || now.declined.has(item + " " + n)) { continue; }
      if (list.size[n] <= now.left[item]) { return n; }
      if (rules.strict) { return -1; }
    }
    return -1;
  }

  /* Places given back and passed on after the draw: each link names the hash of the one before and follows from the lists. */
  function checkChanges(record, rules, list, outcome) {
    const changes = record.changes === undefined ? [] : record.changes;
    if (!Array.isArray(changes)) { throw new Unusable("changes"); }
    if (!changes.length) { return; }
    const now = { left: outcome.left.slice(), wins: outcome.wins.map((mine) => mine.slice()), waiting: outcome.waiting, declined: new Set() };
    const place = new Map(list.ids.map((id, n) => [id, n]));
    let previous = hex(sha256(utf8(canonical({ ...record, changes: [] }))));
    changes.forEach((change, number) => {
      const wrong = () => new Difference("changes", String(number + 1));
      if (!isObject(change) || Object.keys(change).sort().join() !== "at,entry,item,kind,previous") { throw wrong(); }
      const item = rules.number.get(change.item), n = place.get(change.entry);
      if (item === undefined || n === undefined || change.previous !== previous) { throw wrong(); }
      const mine = now.wins[n] || (now.wins[n] = []);
      if (change.kind === "release" && mine.includes(item)) {
        mine.splice(mine.indexOf(item), 1);
        now.left[item] += list.size[n];
        now.declined.add(item + " " + n);
      } else if (change.kind === "promote" && nextInLine(now, item, rules, list) === n) {
        mine.push(item);
        now.left[item] -= list.size[n];
      } else if (change.kind === "decline" && !mine.includes(item) && now.waiting[item].includes(n)) {
        now.declined.add(item + " " + n);
      } else { throw wrong(); }
      previous = hex(sha256(utf8(canonical(change))));
    });
  }

  /* Everything again. Throws Difference or Unusable; else gives what the pages and tests show. */
  async function verify(record, told) {
    if (!isObject(record) || typeof record.entries !== "string") { throw new Unusable("record"); }
    const rules = rulesOf(record.params);
    const p = sha256(utf8(canonical(record.params)));
    if (hex(p) !== record.params_sha256) { throw new Difference("params_sha256"); }
    const list = listOf(record.entries, rules);
    const e = sha256(utf8(record.entries));
    if (hex(e) !== record.entries_sha256) { throw new Difference("entries_sha256"); }
    const seed = checkSeed(record);
    const { randomness, proof } = checkBeacon(record);
    checkTimes(record);
    const key = keyOf(seed, p, e, randomness);
    if (hex(key) !== record.key) { throw new Difference("key"); }
    const outcome = await draw(rules, list, key, told);
    compare(record, rules, list, outcome);
    checkChanges(record, rules, list, outcome);
    return { rules, list, outcome, proof, p: hex(p), e: hex(e), key: hex(key), randomness: hex(randomness) };
  }

  function explain(found, id) {
    const n = found.list.ids.indexOf(id);
    if (n < 0) { return null; }
    const { outcome, list, rules } = found;
    const words = (tickets) => Array.from(tickets.subarray(8 * n, 8 * n + 8), (word) => word.toString(16).padStart(8, "0")).join("");
    return {
      tickets: outcome.tickets.map(words),
      positions: outcome.orders.map((order) => order.indexOf(n) + 1),
      wins: (outcome.wins[n] || []).map((item) => rules.items[item]),
      filled: list.prefs[n].map((item) => {
        const full = outcome.filled[item];
        return [rules.items[item], full ? [full.pass, outcome.orders[full.pass - 1].indexOf(full.n) + 1, list.ids[full.n]] : null];
      }),
    };
  }

  window.JichiDraw = { sha256, hmac, hex, utf8, verify, explain, ticketsOf, orderOf, Difference, Unusable };

  /* -- the page --------------------------------------------------------------------------------------------------- */

  const page = document.getElementById("draw-check");
  if (!page) { return; }
  const form = page.querySelector("form");
  const file = form.querySelector("input[type=file]");
  const entry = form.querySelector("input[name=entry]");
  const progress = document.getElementById("draw-progress");
  const word = (name, filled) => {
    const source = page.querySelector(`[data-word="${name}"]`);
    const span = document.createElement("span");
    if (filled) { span.textContent = Object.entries(filled).reduce((text, [key, value]) => text.replace(`{${key}}`, value), source.textContent); } else {
      source.childNodes.forEach((node) => span.append(node.cloneNode(true)));
    }
    return span;
  };
  const results = ["pass", "fail", "unusable"].map((name) => document.getElementById("draw-" + name));
  let last = null;

  page.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  file.addEventListener("change", () => { last = null; });

  function show(name) {
    progress.hidden = true;
    results.forEach((one) => { one.hidden = one.id !== "draw-" + name; });
    const heading = document.querySelector(`#draw-${name} h2`);
    if (heading) { heading.focus(); }
  }

  function facts(where, rows) {
    const list = document.createElement("dl");
    list.className = "facts compact";
    list.dataset.noruby = "";
    rows.forEach(([label, value]) => {
      const line = document.createElement("div"), term = document.createElement("dt"), told = document.createElement("dd");
      term.append(label); told.append(value);
      line.append(term, told); list.append(line);
    });
    where.replaceChildren(list);
  }

  function showOwn(found) {
    const own = document.getElementById("draw-own"), id = entry.value.trim().normalize("NFC");
    own.replaceChildren();
    if (!id) { return; }
    const told = explain(found, id);
    if (!told) { own.append(word("nobody")); return; }
    const rows = [[word("entry"), id]];
    told.tickets.forEach((ticket, n) => {
      rows.push([word("ticket", { pass: n + 1 }), ticket]);
      rows.push([word("place", { pass: n + 1 }), word("of", { place: told.positions[n].toLocaleString(), all: found.list.ids.length.toLocaleString() })]);
    });
    rows.push([word("won"), told.wins.length ? told.wins.join(", ") : word("nothing")]);
    told.filled.forEach(([item, full]) => {
      rows.push([item, full ? word("filled", { pass: full[0], place: full[1].toLocaleString(), entry: full[2] }) : word("room")]);
    });
    facts(own, rows);
  }

  async function start() {
    results.forEach((one) => { one.hidden = true; });
    const published = page.dataset.record;
    if (!file.files.length && !published) { document.getElementById("draw-reason").replaceChildren(word("choose")); show("unusable"); return; }
    progress.hidden = false;
    await breathe();
    try {
      if (!last) {
        const source = file.files.length ? file.files[0] : await fetch(published);
        const bytes = new Uint8Array(await source.arrayBuffer());
        const record = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
        const bar = progress.querySelector("progress");
        last = await verify(record, (part) => { bar.value = part; });
        last.id = record.params.draw_id;
        last.file = hex(sha256(bytes));
      }
      facts(document.getElementById("draw-facts"), [
        [word("draw_id"), last.id], [word("entries"), last.list.ids.length.toLocaleString()],
        [word("params_sha256"), last.p], [word("entries_sha256"), last.e],
        [word("randomness"), last.randomness], [word("file"), last.file],
      ]);
      document.getElementById("draw-proof").replaceChildren(word("proof_" + last.proof));
      showOwn(last);
      show("pass");
    } catch (problem) {
      last = null;
      if (problem instanceof Difference) {
        document.getElementById("draw-part").replaceChildren(word(problem.part));
        document.getElementById("draw-detail").textContent = problem.detail;
        show("fail");
      } else {
        document.getElementById("draw-reason").replaceChildren(word("not_a_record"));
        show("unusable");
      }
    }
  }
})();
