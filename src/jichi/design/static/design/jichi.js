/* Additions to pages that already work: focus, menus, live counts, the end of a session. No inline code. */
"use strict";
(function () {
  const live = document.getElementById("live");
  const say = (text) => { if (live && text) { live.textContent = ""; window.setTimeout(() => { live.textContent = text; }, 100); } };

  // After a submit the focus goes to the error summary or to the heading of the done page.
  const goal = document.querySelector("[data-focus]");
  if (goal && !location.hash) { goal.focus(); }

  // An error's link moves the focus into its field.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
  });

  // Opened lists close with Escape and with a press elsewhere.
  const opened = () => document.querySelectorAll("details.drop[open], details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      opened().forEach((d) => { d.open = false; if (d.contains(document.activeElement)) { d.querySelector("summary").focus(); } });
    }
    if (event.key === "k" && (event.ctrlKey || event.metaKey) && document.body.classList.contains("p-staff")) {
      const box = document.querySelector("main input[type=search], main form[role=search] input");
      const page = document.querySelector(".site-tools a[href*='search']");
      if (box) { event.preventDefault(); box.focus(); } else if (page) { event.preventDefault(); page.click(); }
    }
  });
  document.addEventListener("click", (event) => {
    opened().forEach((d) => { if (!d.contains(event.target)) { d.open = false; } });
  });

  // Charts show their table on request when scripts run; without them it stands open.
  document.querySelectorAll("details.as-table").forEach((d) => { d.open = false; });

  // On a narrow page unused filters fold away.
  if (window.matchMedia("(max-width: 47.99rem)").matches) {
    document.querySelectorAll("details.more-filters:not([data-used])").forEach((d) => { d.open = false; });
  }

  // Rows chosen in a list.
  document.addEventListener("change", (event) => {
    const form = event.target.name === "row" && event.target.closest("form");
    const count = form && form.querySelector(".bulk-count");
    if (count) {
      const chosen = form.querySelectorAll("input[name=row]:checked").length;
      count.textContent = chosen ? count.dataset.selected.replace("#", String(chosen)) : "";
      say(count.textContent);
    }
  });

  // A long list is narrowed by name or reading (しば, シバ, 芝); what is chosen stays chosen while it is among those found.
  const folded = (text) => text.normalize("NFKC").toLowerCase().replace(/[ぁ-ゖ]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60)).replace(/\s/g, "");
  document.querySelectorAll("[data-find]").forEach((box) => {
    const list = document.getElementById(box.dataset.find);
    box.closest(".find").hidden = !list;
    let groups = null;
    box.addEventListener("input", () => {
      groups = groups || [...list.children].map((top) => [top, top.tagName === "OPTGROUP" ? [...top.children] : null]);
      const wanted = folded(box.value), chosen = list.value, found = [];
      const fits = (o) => !o.value || folded(o.text).includes(wanted) || folded(o.dataset.kana || "").includes(wanted);
      list.replaceChildren(...groups.flatMap(([top, inner]) => {
        const left = (inner || [top]).filter(fits);
        found.push(...left.filter((o) => o.value));
        if (inner) { top.replaceChildren(...left); }
        return left.length ? [top] : [];
      }));
      list.value = found.some((o) => o.value === chosen) ? chosen : (wanted && found.length === 1 ? found[0].value : "");
      if (list.value !== chosen) { list.dispatchEvent(new Event("change", { bubbles: true })); }
      say(wanted ? box.dataset.found.replace("#", String(found.length)) : "");
    });
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); list.focus(); } });
  });

  document.querySelectorAll("[data-print]").forEach((b) => { b.hidden = false; b.addEventListener("click", () => window.print()); });

  // htmx: what came is said once; a percentage only at the quarters.
  let quarter = 0;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const area = event.detail.target;
    area.dataset.busy = String(window.setTimeout(() => area.setAttribute("aria-busy", "true"), 400));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const area = event.detail.target;
    window.clearTimeout(Number(area.dataset.busy));
    area.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const area = event.detail.elt;
    if (area.dataset.announce) { say(area.dataset.announce); }
    if (area.dataset.percent) {
      const now = Math.floor(Number(area.dataset.percent) / 25);
      if (now > quarter) { quarter = now; say(area.querySelector(".job-count").textContent); }
    }
  });

  // Five minutes before the session ends one can stay.
  const seconds = Number(document.body.dataset.session || 0);
  const box = document.getElementById("session-end");
  if (seconds > 300 && box) {
    let timer = 0;
    const arm = () => { timer = window.setTimeout(() => box.showModal(), (seconds - 300) * 1000); };
    box.querySelector("button").addEventListener("click", () => {
      fetch(document.body.dataset.home, { method: "HEAD", credentials: "same-origin" }).finally(() => { box.close(); window.clearTimeout(timer); arm(); });
    });
    arm();
  }
})();
