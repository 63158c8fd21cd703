"""What every page must be, looked at in the browser: structure, words, size, reach; findings as sentences."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from jichi.design.readings import missing_readings

if TYPE_CHECKING:
    from .browsing import Person

WARD = "みどり区"
MOST_BYTES = 150_000
FINGER = 44
POINTER = 24

_STRUCTURE = """
() => {
  const found = [];
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const words = (e) => (e.getAttribute("aria-label") || e.textContent).replace(/\\s+/g, " ").trim();
  const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(h => shown(h) && !h.closest("#error-summary, .notice")).map(h => Number(h.tagName[1]));
  const tops = levels.filter(l => l === 1).length;
  if (tops !== 1) { found.push(`${tops} h1`); }
  if (levels[0] !== 1) { found.push(`the first heading is an h${levels[0]}`); }
  levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) { found.push(`h${l} after h${levels[i - 1]}`); } });
  for (const part of ["header.site", "main#main", "footer"]) {
    if (document.querySelectorAll(part).length !== 1) { found.push(`not one ${part}`); }
  }
  if (document.querySelector("a.skip") !== document.body.querySelector("a")) { found.push("the skip link is not the first"); }
  for (const field of document.querySelectorAll("input,select,textarea")) {
    for (const name of ["placeholder", "disabled", "readonly"]) {
      if (field.hasAttribute(name)) { found.push(`${field.name} has ${name}`); }
    }
    if (!["hidden", "submit"].includes(field.type) && !field.labels.length && !field.getAttribute("aria-label")) { found.push(`${field.name} has no label`); }
    for (const label of field.labels || []) {
      if (shown(field) && !shown(label)) { found.push(`the label of ${field.name} is not visible`); }
    }
  }
  const places = {};
  for (const link of document.querySelectorAll("main a[href]")) {
    const name = words(link);
    if (!name) { found.push(`a link without words to ${link.getAttribute("href")}`); }
    if (/^(こちら|ここ|詳細|もっと見る)$/.test(name)) { found.push(`a link that says only ${name}`); }
    const href = link.href.baseVal === undefined ? link.href : new URL(link.href.baseVal, document.baseURI).href;
    (places[name] = places[name] || new Set()).add(href.split("#")[0]);
  }
  for (const [name, hrefs] of Object.entries(places)) {
    if (hrefs.size > 1) { found.push(`「${name}」 leads to ${hrefs.size} places`); }
  }
  for (const table of document.querySelectorAll("main table")) {
    if (!table.caption) { found.push("a table without caption"); }
    if ([...table.querySelectorAll("th")].some(th => !th.scope)) { found.push("a table heading without scope"); }
  }
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => found.push(`the id ${id} twice`));
  for (const link of document.querySelectorAll("#error-summary a")) {
    if (link.hash && !document.getElementById(decodeURIComponent(link.hash.slice(1)))) { found.push(`the summary leads nowhere: ${link.hash}`); }
  }
  return found;
}
"""

_TARGETS = """
(least) => [...document.querySelectorAll(
    "header a, header summary, footer nav a, main button, main .button, .input, .choice label, main summary, .card-link, nav.back a")]
  .filter(e => e.getClientRects().length && !e.closest("p, li.crumb, .crumbs, table, [aria-hidden=true]"))
  .filter(e => Math.round(e.getBoundingClientRect().height) < least)
  .map(e => `only ${Math.round(e.getBoundingClientRect().height)} px high: ${e.outerHTML.replace(/\\s+/g, " ").slice(0, 90)}`)
"""

_SIDEWAYS = """
() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide <= 0) { return []; }
  const by = [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest(".scroll, .table-wrap"))
    .map(e => e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? "." + e.className : ""));
  return [`${wide} px too wide (${[...new Set(by)].slice(0, 4).join(", ")})`];
}
"""

_BUILD = """
() => {
  const kept = ["role", "type", "scope", "lang", "open", "hidden", "target", "autocomplete", "aria-current", "aria-hidden"];
  const style = (e) => e.tagName + [...e.classList].map(c => "." + c).join("") + [...e.attributes]
    .filter(a => kept.includes(a.name) || a.name.startsWith("aria-")).map(a => kept.includes(a.name) ? `[${a.name}=${a.value}]` : `[${a.name}]`).join("");
  const build = (e) => {
    const inside = [...e.children].map(build);
    return style(e) + "(" + inside.filter((one, i) => one !== inside[i - 1]).join("") + ")";
  };
  return build(document.body);
}
"""


def build(page: Page) -> str:
    """How the page is built: elements, classes and what tells helpers of people what they are; rows of one kind once, no words."""
    found: str = page.evaluate(_BUILD)
    return found


def sideways(page: Page) -> list[str]:
    """Sideways scroll at the width the page stands at."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


_LARGE = "size => { document.documentElement.style.fontSize = size; }"


def structure_findings(page: Page) -> list[str]:
    """Headings, landmarks, labels, links, tables, ids, title."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(_STRUCTURE)
    title = page.title()
    if not title.endswith(f" - {WARD}"):
        found.append(f"the title does not end with the ward: {title}")
    if title.startswith(" -"):
        found.append(f"the title says nothing of the page: {title}")
    if bool(page.locator("#error-summary").count()) != says_error(title):
        found.append(f"errors and title disagree: {title}")
    return found


def says_error(title: str) -> bool:
    """Does the title begin with the word for an error, in any language?"""
    return title.startswith(("エラー: ", "まちがい: ", "Error: ", "错误", "오류"))


_AXE = """
async (known) => {
  const style = (e) => e.tagName + "." + [...e.classList].sort().join(".") + [...e.attributes]
    .filter(a => ["aria-current", "type", "open", "disabled", "style", "role"].includes(a.name)).map(a => `[${a.name}=${a.value}]`).join("");
  const place = (e) => e === document.documentElement ? "" : place(e.parentElement) + ">" + style(e);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const met = new Set(known), fresh = new Map();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) { continue; }
    const where = place(element);
    if (!met.has(where) && !fresh.has(where)) { fresh.set(where, element); }
  }
  const rest = await axe.run(document, {resultTypes: ["violations"], rules: {"color-contrast": {enabled: false}}});
  const colours = fresh.size
    ? await axe.run({include: [...fresh.values()]}, {resultTypes: ["violations"], runOnly: {type: "rule", values: ["color-contrast"]}})
    : {violations: []};
  const found = [...rest.violations, ...colours.violations].map(v => `axe ${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
  return [found, found.length ? [] : [...fresh.keys()]];
}
"""
_met: dict[str, None] = {}
"""Places of text in the structure of pages, as styles see them, whose contrast was measured in this process."""


def axe_findings(page: Page) -> list[str]:
    """What axe finds. Contrast takes two thirds of its time: measured once for each place that styles can tell apart."""
    page.wait_for_load_state()
    page.evaluate(Axe().axe_script)
    found, fresh = page.evaluate(_AXE, list(_met))
    _met.update(dict.fromkeys(fresh))
    return list(found)


def width_findings(page: Page) -> list[str]:
    """Sideways scroll at 390 and 1280 px, each with text at 100 and 200 %."""
    page.wait_for_load_state()
    found = []
    before = page.viewport_size
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for size in ("", "200%"):
            page.evaluate(_LARGE, size)
            found += [f"at {width} px {size or '100%'}: {text}" for text in sideways(page)]
    page.evaluate(_LARGE, "")
    if before:
        page.set_viewport_size(before)
    return found


def target_findings(page: Page, least: int = FINGER) -> list[str]:
    """Controls that are too low for a finger (residents) or a pointer (officials)."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(_TARGETS, least)
    return found


def skip_link_findings(page: Page) -> list[str]:
    """The first Tab is the skip link, and Enter brings the focus to the content."""
    page.wait_for_load_state()
    page.evaluate("() => { document.activeElement.blur(); window.getSelection().removeAllRanges(); }")
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")
    return [] if page.evaluate("document.activeElement.id") == "main" else ["the skip link does not reach the content"]


def ruby_findings(source: str) -> list[str]:
    """Kanji of an easy page that stand bare."""
    missing = missing_readings(source)
    return [f"no reading over {'、'.join(missing)}"] if missing else []


def weight_findings(page: Page) -> list[str]:
    """More than 150 kB over the wire, fonts apart, by a first visit."""
    page.wait_for_load_state()
    sizes = page.evaluate(
        """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .filter(e => !/\\.(woff2?|otf|ttf)$/.test(e.name)).map(e => [e.name, e.encodedBodySize])"""
    )
    total = sum(size for _name, size in sizes)
    return [] if total <= MOST_BYTES else [f"{total} bytes: {json.dumps(sizes)}"]


def language_findings(page: Page, language: str) -> list[str]:
    """The `lang` of the page, and of the parts in another script."""
    page.wait_for_load_state()
    found = []
    wanted = {"easy": "ja", "zh-hans": "zh-hans"}.get(language, language)
    lang = (page.locator("html").get_attribute("lang") or "").lower()
    if lang != wanted:
        found.append(f"lang is {lang}, not {wanted}")
    if language not in {"ja", "easy"}:
        unmarked = page.evaluate(
            """() => { const out = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walk.nextNode()) { const node = walk.currentNode; const up = node.parentElement;
                if (/[\\u3041-\\u3096]{2}/.test(node.data) && !up.closest("[lang=ja], [data-noruby], textarea, script, style"))
                  { out.push(node.data.trim().slice(0, 40)); } } return out; }"""
        )
        found += [f"Japanese without lang: {text}" for text in unmarked if WARD not in text]
    return found


def is_page(content_type: str) -> bool:
    """An answer that is looked at, not a file."""
    return bool(re.match(r"text/html", content_type))


def look(person: Person, wrong: list[str]) -> None:
    """Add all findings of the page that somebody reading Japanese stands on."""
    page, staff = person.page, person.path.startswith("/staff/")
    found = structure_findings(page) + axe_findings(page) + width_findings(page)
    found += language_findings(page, "ja") + target_findings(page, POINTER if staff else FINGER)
    wrong += [f"{person.path}: {text}" for text in found]
