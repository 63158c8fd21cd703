/* The tablet of a counter: a sale is kept in this browser first, then sent under its own key until the house has it. */
"use strict";
(function () {
  const state = JSON.parse(document.getElementById("tablet-state").textContent);
  const form = document.getElementById("tablet"), list = document.getElementById("tablet-kept");
  const line = document.getElementById("tablet-line"), total = document.getElementById("tablet-total");
  const said = document.getElementById("tablet-said");
  const WEEK = 7 * 24 * 3600 * 1000;
  const yen = (amount) => `${amount.toLocaleString("ja-JP")}円`;

  // -- what is kept ------------------------------------------------------------------------------
  const { shelf, newKey, sender, keepPage } = window.jichiOffline;
  const sales = shelf("jichi-counter", "sales");
  const proofs = shelf("jichi-counter-key", "proofs");
  const proof = async () => ((await proofs.get(state.desk)) || {}).proof || "";
  const kept = async () => (await sales.all())
    .filter((sale) => sale.desk === state.desk).sort((a, b) => a.at.localeCompare(b.at));

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
      await sales.keep(sale);
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
    const found = await kept();
    for (const sale of found.filter((one) => one.number && Date.now() - Date.parse(one.at) > WEEK)) { await sales.forget(sale.key); }
    const unsent = found.filter((sale) => !sale.number).length;
    document.getElementById("tablet-unsent").textContent = unsent ? `送っていない売上が${unsent}件あります。` : "全部送りました。";
    list.replaceChildren();
    for (const sale of found.slice(-50).reverse()) {
      const row = list.insertRow();
      cell(row, new Date(sale.at).toLocaleString("ja-JP", { timeZone: "Asia/Tokyo" }));
      cell(row, yen(sale.total));
      cell(row, sale.way === "cash" ? "現金" : sale.way);
      cell(row, sale.number ? `${sale.number}${sale.late}` : sale.trouble || "まだ送っていません", sale.url);
    }
  };

  // -- sending -----------------------------------------------------------------------------------
  const LINES = {
    here: "つながっています。",
    out: "サインインが切れています。別の画面でサインインすると、送れます。記録はこの端末に残っています。",
    away: "つながっていません。受け取りはできます。つながると自動で送ります。",
  };
  const area = document.getElementById("tablet-area"), pairing = document.getElementById("tablet-pair");
  // Without a key nothing is taken on this tablet; what was taken before is shown and waits.
  const open = async () => {
    const known = Boolean(await proof());
    pairing.hidden = known;
    area.hidden = !known && !(await kept()).length;
    form.hidden = !known;
  };
  const send = sender({
    ...state,
    proof: async () => ({ "X-Jichi-Tablet": await proof() }),
    waiting: async () => (await kept()).filter((sale) => !sale.number),
    told: async () => {},
    answered: async (sale, told) => {
      await sales.keep(
        { ...sale, number: told.number || "", url: told.url || "", late: told.late || "", trouble: told.text || "" },
      );
      if (told.code === "cashless.tablet_revoked" || told.code === "cashless.tablet_unknown") {
        await proofs.forget(state.desk);
        await open();
      }
    },
    said: (how) => { line.textContent = LINES[how]; },
    shown: show,
  });
  document.getElementById("tablet-pair-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const told_here = document.getElementById("tablet-pair-said");
    try {
      const now = await (await fetch(state.state_url, { cache: "no-store", credentials: "same-origin" })).json();
      const got = await fetch(state.pair_url, {
        method: "POST", credentials: "same-origin",
        body: JSON.stringify({ code: event.target.elements.code.value.trim() }),
        headers: { "Content-Type": "application/json", "X-CSRFToken": now.token },
      });
      const answer = await got.json();
      told_here.textContent = answer.text || "";
      if (!answer.proof) { return; }
      await proofs.keep({ key: state.desk, proof: answer.proof });
      await open();
      send();
    } catch (error) {
      told_here.textContent = "つながっていないので、登録できません。";
    }
  });
  open();
  document.getElementById("tablet-send").addEventListener("click", send);

  // -- for when the page itself must come without the line -----------------------------------------
  keepPage(state.worker_url).then((kept_here) => {
    document.getElementById("tablet-ready").textContent = kept_here
      ? "つながらないときも、このページを開けます。"
      : "この接続では、つながらないときにページを開き直せません。開いたままにしてください。";
  });
})();
