/* A point on the map of towns: pressed, dragged, moved by keys and buttons, or taken from where the device is.
   The boxes for latitude and longitude stay the truth: what is set here is written there, what is typed there shows here.
   A map with `data-at` only shows its point; it is moved and made larger, and changes nothing. */
"use strict";
(function () {
  const SVG = "http://www.w3.org/2000/svg";
  const METRES = 110574;
  const OF_BLOCK = /[0-9〇一二三四五六七八九十]+丁目$/;
  const el = (name, classes, parent) => {
    const made = document.createElementNS(SVG, name);
    if (classes) { made.setAttribute("class", classes); }
    if (parent) { parent.append(made); }
    return made;
  };

  const start = (box, data) => {
    const fixed = (box.dataset.at || "").split(",").map(Number);
    const only = fixed.length === 2;
    const [latBox, lngBox] = [box.dataset.lat, box.dataset.lng].map((id) => document.getElementById(id || ""));
    const limits = (box.dataset.bounds || "").split(",").filter(Boolean).map(Number);
    const inLimits = (lat, lng) => limits.length < 4 || (lat >= limits[0] && lng >= limits[1] && lat <= limits[2] && lng <= limits[3]);
    const towns = data.towns.map(([name, kana, lat, lng, rings]) => ({ name, kana, lat, lng, rings }));
    if ((!only && (!latBox || !lngBox)) || (!towns.length && limits.length < 4)) { return; }
    const corners = towns.filter((t) => inLimits(t.lat, t.lng)).flatMap((t) => t.rings.length ? t.rings.flat() : [[t.lng, t.lat]]);
    if (!corners.length && limits.length < 4) { return; }
    if (corners.length < 3 && limits.length === 4) { corners.push([limits[1], limits[0]], [limits[3], limits[2]]); }
    const middle = corners.reduce((sum, c) => sum + c[1], 0) / corners.length;
    const across = METRES * Math.cos(middle * Math.PI / 180);
    const toX = (lng) => lng * across, toY = (lat) => -lat * METRES;
    const xs = corners.map((c) => toX(c[0])), ys = corners.map((c) => toY(c[1]));
    const all = { x: Math.min(...xs), y: Math.min(...ys) };
    all.w = Math.max(...xs) - all.x; all.h = Math.max(...ys) - all.y;
    const edge = Math.max(all.w, all.h, 400) * 0.04;
    all.x -= edge; all.y -= edge; all.w += 2 * edge; all.h += 2 * edge;

    const view = box.querySelector(".map-view");
    const svg = el("svg", "", view);
    svg.setAttribute("aria-hidden", "true");
    const ground = el("g", "map-ground", svg), names = el("g", "map-names", svg), pin = el("g", "map-pin", svg);
    el("circle", "map-halo", pin).setAttribute("r", "16");
    el("path", "", pin).setAttribute("d", "M0 0C-3-9-10-13-10-21A10 10 0 1 1 10-21C10-13 3-9 0 0Z");
    el("circle", "map-eye", pin).setAttribute("r", "4");
    pin.lastChild.setAttribute("cy", "-21");
    for (const town of towns) {
      if (!town.rings.length) {
        const dot = el("circle", "map-dot", ground);
        dot.setAttribute("cx", toX(town.lng)); dot.setAttribute("cy", toY(town.lat)); dot.setAttribute("r", edge / 5);
      }
      for (const ring of town.rings) {
        el("path", "map-town-shape", ground).setAttribute("d", "M" + ring.map((c) => `${toX(c[0]).toFixed(1)} ${toY(c[1]).toFixed(1)}`).join("L") + "Z");
      }
    }

    let zoom = only ? 4 : 1, centre = null, point = only ? { lat: fixed[0], lng: fixed[1] } : null, later = 0;
    if (only) { centre = { x: toX(point.lng), y: toY(point.lat) }; }
    const frame = () => {
      const ratio = view.clientWidth / Math.max(view.clientHeight, 1) || 1;
      const w = Math.max(all.w, all.h * ratio) / zoom, h = w / ratio;
      const at = centre || { x: all.x + all.w / 2, y: all.y + all.h / 2 };
      return { x: at.x - w / 2, y: at.y - h / 2, w, h, per: w / Math.max(view.clientWidth, 1) };
    };
    const groups = new Map();
    for (const town of towns) {
      const name = town.name.replace(OF_BLOCK, "");
      groups.set(name, [...(groups.get(name) || []), town]);
    }
    const label = (text, x, y, seen, taken) => {
      const size = 12 * seen.per, half = text.length * size * 0.55;
      const area = [x - half, y - size, x + half, y + size * 0.4];
      if (x < seen.x || x > seen.x + seen.w || y < seen.y || y > seen.y + seen.h) { return; }
      if (taken.some((o) => area[0] < o[2] && area[2] > o[0] && area[1] < o[3] && area[3] > o[1])) { return; }
      taken.push(area);
      const made = el("text", "", names);
      made.setAttribute("x", x); made.setAttribute("y", y); made.setAttribute("font-size", size);
      made.textContent = text;
    };
    const draw = () => {
      const seen = frame();
      svg.setAttribute("viewBox", `${seen.x} ${seen.y} ${seen.w} ${seen.h}`);
      names.replaceChildren();
      const taken = [];
      if (zoom < 3) {
        for (const [name, found] of groups) {
          const mean = (key) => found.reduce((sum, t) => sum + t[key], 0) / found.length;
          label(name, toX(mean("lng")), toY(mean("lat")), seen, taken);
        }
      } else { towns.forEach((t) => label(t.name, toX(t.lng), toY(t.lat), seen, taken)); }
      pin.toggleAttribute("hidden", !point);
      if (point) { pin.setAttribute("transform", `translate(${toX(point.lng)} ${toY(point.lat)}) scale(${seen.per})`); }
      view.classList.toggle("near", zoom > 1);
    };

    const inside = (ring, lng, lat) => {
      let odd = false;
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [xi, yi] = ring[i], [xj, yj] = ring[j];
        if ((yi > lat) !== (yj > lat) && lng < (xj - xi) * (lat - yi) / (yj - yi) + xi) { odd = !odd; }
      }
      return odd;
    };
    const nearest = () => towns.find((t) => t.rings.some((ring) => inside(ring, point.lng, point.lat)))
      || towns.map((t) => [Math.hypot(toX(t.lng) - toX(point.lng), toY(t.lat) - toY(point.lat)), t]).sort((a, b) => a[0] - b[0]).map((f) => f[1])[0];
    const said = box.querySelectorAll("[data-map-say]");
    const say = (what, words = {}) => {
      window.clearTimeout(later);
      said.forEach((line) => {
        line.hidden = line.dataset.mapSay !== what;
        line.querySelectorAll("[data-map-word]").forEach((w) => { w.textContent = words[w.dataset.mapWord] || ""; });
      });
    };
    const tell = () => {
      const town = point && nearest();
      if (!point) { say("none"); } else if (town) { say("near", { town: town.name }); } else { say(""); }
    };
    const show = (follow) => {
      if (point && follow) { centre = { x: toX(point.lng), y: toY(point.lat) }; }
      draw();
      window.clearTimeout(later);
      later = window.setTimeout(tell, 400);
    };
    const put = (lat, lng, follow) => {
      point = { lat: Math.round(lat * 1e6) / 1e6, lng: Math.round(lng * 1e6) / 1e6 };
      latBox.value = point.lat.toFixed(6); lngBox.value = point.lng.toFixed(6);
      show(follow);
    };
    const read = () => {
      const [lat, lng] = [latBox, lngBox].map((b) => Number.parseFloat(b.value.normalize("NFKC")));
      point = Number.isFinite(lat) && Number.isFinite(lng) && Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng } : null;
      show(point && zoom > 1);
    };
    const clear = () => { point = null; latBox.value = ""; lngBox.value = ""; show(false); };
    const closer = (by) => {
      zoom = Math.min(32, Math.max(1, zoom * by));
      centre = zoom === 1 ? null : (point ? { x: toX(point.lng), y: toY(point.lat) } : centre);
      draw();
    };
    const move = (east, north, fine) => {
      if (only) {
        const seen = frame(), part = Math.min(seen.w, seen.h) / 8;
        centre = { x: seen.x + seen.w / 2 + east * part, y: seen.y + seen.h / 2 - north * part };
        draw();
        return;
      }
      const seen = frame(), step = Math.min(seen.w, seen.h) / (fine ? 200 : 30);
      const x = (point ? toX(point.lng) : seen.x + seen.w / 2) + (point ? east * step : 0);
      const y = (point ? toY(point.lat) : seen.y + seen.h / 2) - (point ? north * step : 0);
      const out = x < seen.x || x > seen.x + seen.w || y < seen.y || y > seen.y + seen.h;
      put(-y / METRES, x / across, out && zoom > 1);
    };
    const here = () => {
      if (!navigator.geolocation || !window.isSecureContext) { say("unsupported"); return; }
      say("asking");
      navigator.geolocation.getCurrentPosition((found) => {
        const { latitude, longitude, accuracy } = found.coords;
        const [x, y] = [toX(longitude), toY(latitude)];
        if (!inLimits(latitude, longitude) || x < all.x || y < all.y || x > all.x + all.w || y > all.y + all.h) { say("outside"); return; }
        zoom = Math.max(zoom, 8);
        put(latitude, longitude, true);
        if (accuracy > 100) { say("rough", { metres: String(Math.round(accuracy / 10) * 10) }); }
      }, (refused) => say(refused.code === 1 ? "denied" : "unavailable"), { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
    };
    const acts = {
      here, clear, north: () => move(0, 1), south: () => move(0, -1), west: () => move(-1, 0), east: () => move(1, 0),
      bigger: () => closer(2), smaller: () => closer(0.5),
    };
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-map-do]");
      if (button) { acts[button.dataset.mapDo](); }
    });
    const keys = {
      ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
    };
    view.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) { return; }
      if (keys[event.key]) { move(...keys[event.key], event.shiftKey); }
      else if (event.key === "+" || event.key === ";") { closer(2); }
      else if (event.key === "-") { closer(0.5); }
      else if (!only && (event.key === "Delete" || event.key === "Backspace")) { clear(); }
      else { return; }
      event.preventDefault();
    });

    // A press sets the mark; a drag moves the mark or, on a larger map, the map.
    let held = null;
    const at = (event) => {
      const area = view.getBoundingClientRect(), seen = frame();
      return { x: seen.x + (event.clientX - area.left) * seen.per, y: seen.y + (event.clientY - area.top) * seen.per };
    };
    view.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary || event.button > 0) { return; }
      held = { from: [event.clientX, event.clientY], at: at(event), centre: frame(), onPin: !only && Boolean(event.target.closest(".map-pin")), far: false };
    });
    view.addEventListener("pointermove", (event) => {
      if (!held) { return; }
      held.far = held.far || Math.hypot(event.clientX - held.from[0], event.clientY - held.from[1]) > 8;
      if (!held.far || (!held.onPin && zoom === 1)) { return; }
      if (!view.hasPointerCapture(event.pointerId)) { view.setPointerCapture(event.pointerId); }
      if (held.onPin) { const to = at(event); put(-to.y / METRES, to.x / across, false); return; }
      const was = held.centre;
      centre = { x: was.x + was.w / 2 - (event.clientX - held.from[0]) * was.per, y: was.y + was.h / 2 - (event.clientY - held.from[1]) * was.per };
      draw();
    });
    view.addEventListener("pointerup", (event) => {
      if (held && !held.far && !only) { const to = at(event); put(-to.y / METRES, to.x / across, false); }
      held = null;
    });
    view.addEventListener("pointercancel", () => { held = null; });
    const list = box.querySelector("[data-map-town]");
    for (const town of list ? towns : []) {
      const option = new Option(town.name, town.name);
      option.lang = "ja"; option.dataset.kana = town.kana;
      list.append(option);
    }
    if (list) {
      list.addEventListener("change", () => {
        const town = towns.find((t) => t.name === list.value);
        if (town) { zoom = Math.max(zoom, 8); put(town.lat, town.lng, true); }
      });
      box.querySelector(".map-town").hidden = !towns.length;
    }
    box.querySelector("[data-map-credit]").textContent = data.credits.join(" ");
    box.querySelector(".map-credit").hidden = !data.credits.length;
    box.hidden = false;
    new ResizeObserver(draw).observe(view);
    if (only) { draw(); tell(); return; }
    [latBox, lngBox].forEach((b) => b.addEventListener("change", read));
    read();
  };

  document.querySelectorAll("[data-map]:not([data-map-on])").forEach((box) => {
    box.dataset.mapOn = "1";
    fetch(box.dataset.map, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
      .then((data) => start(box, data))
      .catch(() => { box.hidden = true; }); // the boxes below take the numbers by hand
  });
})();
