/* The tablet of a counter: a sale is kept in this browser first, then sent under its own key until the house has it. */
"use strict";
(function () {
  const state = JSON.parse(document.getElementById("tablet-state").textContent);
  const form = document.getElementById("tablet"), list = document.getElementById("tablet-kept");
  const line = document.getElementById("tablet-line"), total = document.getElementById("tablet-total");
  const said = document.getElementById("tablet-said");
  const WEEK = 7 * 24 * 3600 * 1000, AGAIN = 20000;
  const yen = (amount) => `${amount.toLocaleString("ja-JP")}円`;

  // -- what is kept ------------------------------------------------------------------------------
  const opened = new Promise((done, failed) => {
    const asked = indexedDB.open("jichi-counter", 1);
    asked.onupgradeneeded = () => { asked.result.createObjectStore("sales", { keyPath: "key" }); };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const store = async (mode, act) => {
    const base = await opened;
    return new Promise((done, failed) => {
      const unit = base.transaction("sales", mode, { durability: "strict" });
      const asked = act(unit.objectStore("sales"));
      unit.oncomplete = () => done(asked.result);
      unit.onerror = unit.onabort = () => failed(unit.error);
    });
  };
  const keep = (sale) => store("readwrite", (sales) => sales.put(sale));
  const forget = (key) => store("readwrite", (sales) => sales.delete(key));
  const kept = async () => (await store("readonly", (sales) => sales.getAll()))
    .filter((sale) => sale.desk === state.desk).sort((a, b) => a.at.localeCompare(b.at));

  const newKey = () => {
    if (self.crypto.randomUUID) { return crypto.randomUUID(); }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  // -- the order ---------------------------------------------------------------------------------
  const whole = (text) => (/^[0-9]{1,8}$/.test(text.trim()) ? Number(text) : text.trim() === "" ? 0 : NaN);
  const counts = () => Object.fromEntries(state.fees.map((fee) => [fee.code, whole(form.elements[`n_${fee.code}`].value)])
    .filter(([, count]) => count !== 0));
  const sum = (wanted) => state.fees.reduce((all, fee) => all + fee.yen * (wanted[fee.code] || 0), 0);
  form.addEventListener("input", () => { total.textContent = Number.isNaN(sum(counts())) ? "—" : yen(sum(counts())); });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = counts(), due = sum(wanted), way = form.elements.way.value, cash = way === "cash";
    const given = whole(form.elements.tendered.value);
    if (!(due > 0) || Object.values(wanted).some((count) => !(count > 0 && count <= 999))) {
      said.textContent = "数を1から999までの整数で入力してください。まだ記録していません。";
      return;
    }
    if (cash && !(given >= due)) {
      said.textContent = `受け取った現金は、${yen(due)}以上で入力してください。まだ記録していません。`;
      return;
    }
    const sale = {
      key: newKey(), desk: state.desk, at: new Date().toISOString(), list: state.list, counts: wanted, way,
      tendered: cash ? given : null, slip_no: form.elements.slip_no.value.trim(), total: due, number: "", trouble: "",
    };
    try {
      await keep(sale);
    } catch (error) {
      said.textContent = "この端末に保存できません。記録していません。ふつうのページで受け取ってください。";
      return;
    }
    form.reset();
    total.textContent = yen(0);
    said.textContent = cash ? `記録しました。おつりは${yen(given - due)}です。` : `記録しました。${yen(due)}です。`;
    await show();
    send();
  });

  // -- sending -----------------------------------------------------------------------------------
  let sending = false;
  const send = async () => {
    if (sending) { return; }
    sending = true;
    try {
      const waiting = (await kept()).filter((sale) => !sale.number);
      const answer = await fetch(state.state_url, { cache: "no-store", credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { throw new Error(answer.redirected ? "signed out" : "refused"); }
      const now = await answer.json();
      line.textContent = "つながっています。";
      for (const sale of waiting) {
        const got = await fetch(state.send_url, {
          method: "POST", credentials: "same-origin", body: JSON.stringify(sale),
          headers: { "Content-Type": "application/json", "X-CSRFToken": now.token },
        });
        const told = await got.json();
        await keep({ ...sale, number: told.number || "", url: told.url || "", late: told.late || "", trouble: told.text || "" });
      }
    } catch (error) {
      line.textContent = error.message === "signed out"
        ? "サインインが切れています。別の画面でサインインすると、送れます。記録はこの端末に残っています。"
        : "つながっていません。受け取りはできます。つながると自動で送ります。";
    } finally {
      sending = false;
      await show();
    }
  };

  // -- what is shown -----------------------------------------------------------------------------
  const cell = (row, text, link) => {
    const made = row.insertCell();
    if (link) {
      const a = document.createElement("a");
      a.href = link;
      a.textContent = text;
      made.append(a);
    } else { made.textContent = text; }
  };
  const show = async () => {
    const sales = await kept();
    for (const sale of sales.filter((one) => one.number && Date.now() - Date.parse(one.at) > WEEK)) { await forget(sale.key); }
    const unsent = sales.filter((sale) => !sale.number).length;
    document.getElementById("tablet-unsent").textContent = unsent ? `送っていない売上が${unsent}件あります。` : "全部送りました。";
    list.replaceChildren();
    for (const sale of sales.slice(-50).reverse()) {
      const row = list.insertRow();
      cell(row, new Date(sale.at).toLocaleString("ja-JP", { timeZone: "Asia/Tokyo" }));
      cell(row, yen(sale.total));
      cell(row, sale.way === "cash" ? "現金" : sale.way);
      cell(row, sale.number ? `${sale.number}${sale.late}` : sale.trouble || "まだ送っていません", sale.url);
    }
  };

  document.getElementById("tablet-send").addEventListener("click", send);
  window.addEventListener("online", send);
  window.addEventListener("offline", () => { line.textContent = "つながっていません。受け取りはできます。つながると自動で送ります。"; });
  window.setInterval(send, AGAIN);
  document.getElementById("tablet-area").hidden = false;
  send();

  // -- for when the page itself must come without the line -----------------------------------------
  const ready = document.getElementById("tablet-ready");
  if (!("serviceWorker" in navigator)) {
    ready.textContent = "この接続では、つながらないときにページを開き直せません。開いたままにしてください。";
    return;
  }
  const files = [location.pathname, ...[...document.querySelectorAll("link[href], script[src]")].map((e) => e.href || e.src)];
  navigator.serviceWorker.register(state.worker_url, { scope: location.pathname }).then(async () => {
    (await navigator.serviceWorker.ready).active.postMessage(files);
    ready.textContent = "つながらないときも、このページを開けます。";
  }).catch(() => { ready.textContent = "つながらないときにページを開き直せません。開いたままにしてください。"; });
})();
