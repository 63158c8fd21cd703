/* The door of an event or a class: tickets are read against a list kept in this browser, arrivals are kept and sent later. */
"use strict";
(function () {
  const state = JSON.parse(document.getElementById("door-state").textContent);
  const form = document.getElementById("door"), said = document.getElementById("door-said");
  const line = document.getElementById("door-line"), ready = document.getElementById("door-ready");
  const { shelf, newKey, sender, keepPage } = window.jichiOffline;
  const rows = shelf("jichi-door", "rows");  // the list under the code of the event or session, arrivals under keys of their own
  const WEEK = 7 * 24 * 3600 * 1000;
  const TOKEN = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
  const LINES = {
    here: "つながっています。",
    out: "サインインが切れています。別の画面でサインインすると、送れます。記録はこの端末に残っています。",
    away: "つながっていません。受け付けはできます。つながると自動で送ります。",
  };
  const time = (at) => new Date(at).toLocaleTimeString("ja-JP", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" });

  if (!(window.crypto && crypto.subtle)) {
    ready.textContent = "この接続では使えません。httpsの住所で開くか、出席のページを使ってください。";
    return;
  }
  const hash = async (text) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
    .map((one) => one.toString(16).padStart(2, "0")).join("");
  const device = async () => {
    const there = await rows.get("device");
    if (there) { return there.name; }
    const name = newKey().slice(0, 8);
    await rows.keep({ key: "device", name });
    return name;
  };
  const list = async () => (await rows.get(`list:${state.event}`)) || { tickets: [], mark: "", at: "" };
  const arrivals = async () => (await rows.all())
    .filter((one) => one.event === state.event && one.ticket).sort((a, b) => a.at.localeCompare(b.at));

  // -- reading a ticket ----------------------------------------------------------------------------
  const found = async (text) => {
    const token = TOKEN.exec(text), { tickets } = await list();
    if (token) {
      const wanted = (await hash(token[0].toLowerCase())).slice(0, 32);
      return tickets.find((one) => one[0] === wanted);
    }
    const number = text.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
    const wanted = await Promise.all(state.offerings.map(async (one) => (await hash(`${one}:${number}`)).slice(0, 16)));
    return tickets.find((one) => wanted.includes(one[1]));
  };
  const tell = (tone, text) => {
    said.className = `notice ${tone}`;
    said.textContent = text;
  };
  const read = async (text) => {
    if (!text.trim()) { return; }
    const ticket = await found(text);
    if (!ticket) {
      tell("error", "この端末の名簿にない券です。席がないか、ほかの催しや教室の券です。");
      return;
    }
    const before = (await arrivals()).find((one) => one.ticket === ticket[0]);
    if (before || ticket[3]) {
      tell("todo", before ? `もう受け付けています(この端末、${time(before.at)})。` : "もう受け付けています(ほかの端末か手で)。");
      return;
    }
    try {
      await rows.keep({
        key: newKey(), event: state.event, ticket: ticket[0], size: ticket[2], device: await device(),
        at: new Date().toISOString(), outcome: "", text: "", number: "",
      });
    } catch (error) {
      tell("error", "この端末に保存できません。受け付けていません。出席のページを使ってください。");
      return;
    }
    tell("done", `受け付けました。${ticket[2]}人です。`);
    await show();
    send();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = form.elements.ticket.value;
    form.reset();
    form.elements.ticket.focus();
    await read(text);
  });

  // -- the camera, where this browser reads codes by itself ----------------------------------------
  const camera = document.getElementById("door-camera"), picture = document.getElementById("door-picture");
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    camera.hidden = false;
    camera.addEventListener("click", async () => {
      const reader = new window.BarcodeDetector({ formats: ["qr_code"] });
      try {
        picture.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch (error) {
        tell("error", "カメラを使えません。番号を入力してください。");
        return;
      }
      picture.hidden = false;
      camera.hidden = true;
      await picture.play();
      let last = "";
      window.setInterval(async () => {
        const codes = await reader.detect(picture).catch(() => []);
        const text = codes.length ? codes[0].rawValue : "";
        if (text && text !== last) { await read(text); }
        last = text;
      }, 300);
    });
  }

  // -- what is shown -------------------------------------------------------------------------------
  const show = async () => {
    const kept = await arrivals(), { tickets, at } = await list();
    for (const one of kept.filter((row) => row.outcome && Date.now() - Date.parse(row.at) > WEEK)) { await rows.forget(one.key); }
    const unsent = kept.filter((one) => !one.outcome).length, here = new Set(kept.map((one) => one.ticket));
    const came = tickets.filter((one) => one[3] || here.has(one[0]));
    const people = (some) => some.reduce((all, one) => all + one[2], 0);
    document.getElementById("door-unsent").textContent = unsent ? `送っていない受付が${unsent}件あります。` : "全部送りました。";
    document.getElementById("door-list").textContent = at
      ? `${time(at)}の名簿: 来た ${people(came)}人 / ${people(tickets)}人` : "名簿はまだ届いていません。";
    const table = document.getElementById("door-kept");
    table.replaceChildren();
    for (const one of kept.slice(-50).reverse()) {
      const row = table.insertRow();
      for (const text of [time(one.at), `${one.size}人`, one.text || (one.outcome ? "送りました" : "まだ送っていません")]) {
        row.insertCell().textContent = text;
      }
    }
  };

  // -- sending ---------------------------------------------------------------------------------------
  document.getElementById("door-area").hidden = false;
  const send = sender({
    ...state,
    waiting: async () => (await arrivals()).filter((one) => !one.outcome),
    told: async (now) => {
      if (now.mark === (await list()).mark) { return; }
      const answer = await fetch(state.list_url, { cache: "no-store", credentials: "same-origin" });
      if (answer.ok && !answer.redirected) { await rows.keep({ key: `list:${state.event}`, ...(await answer.json()) }); }
    },
    answered: (one, told) => rows.keep({ ...one, outcome: told.outcome || "", text: told.text || "" }),
    said: (how) => { line.textContent = LINES[how]; },
    shown: show,
  });
  document.getElementById("door-send").addEventListener("click", send);
  keepPage(state.worker_url).then((kept) => {
    ready.textContent = kept
      ? "つながらないときも、このページを開けます。"
      : "この接続では、つながらないときにページを開き直せません。開いたままにしてください。";
  });
})();
