"""A resident checks a draw in their own browser: the published vectors and figures, the page, a record tampered with."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from conftest import ROOT
from jichi.engines.booking.rules import draw as rules
from jichi.engines.booking.tests.published import PUBLISHED, VECTORS, loaded

from . import page_checks as checks
from .browsing import Person

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SCRIPT = ROOT / "src/jichi/engines/booking/static/eng_booking/draw.js"

CHI_SQUARES = """
async ({ positions, weights }) => {
  const D = window.JichiDraw;
  const key = (d) => D.sha256(new Uint8Array([...D.utf8("verifiable-lottery-1/test\\0"), d >>> 24, d >>> 16, d >>> 8, d]));
  const list = (names, weight) => ({ ids: names, names: names.map(D.utf8), tier: names.map(() => 0), weight });
  const square = (counts, due) => counts.reduce((sum, n, i) => sum + (n - due[i]) ** 2 / due[i], 0).toFixed(4);
  const even = list(Array.from({ length: 10 }, (_, n) => "E-0" + n), new Array(10).fill(1));
  const heavy = list(weights.weights.map((_, n) => "W-" + n), weights.weights);
  const counts = even.ids.map(() => new Array(10).fill(0)), first = weights.weights.map(() => 0);
  for (let d = 0; d < positions.draws; d += 1) {
    D.orderOf(even, await D.ticketsOf(key(d), 1, even)).forEach((n, place) => { counts[n][place] += 1; });
    first[D.orderOf(heavy, await D.ticketsOf(key(d), 1, heavy))[0]] += 1;
  }
  return { positions: [counts[0], square(counts.flat(), new Array(100).fill(positions.draws / 10))],
           weights: [first, square(first, weights.weights.map((w) => positions.draws * w / 10))] };
}
"""
VERIFY = """
async (record) => {
  try {
    const found = await window.JichiDraw.verify(record);
    return { key: found.key, proof: found.proof,
             own: Object.fromEntries(found.list.ids.map((id) => [id, window.JichiDraw.explain(found, id)])) };
  } catch (problem) {
    return { part: problem.part || "", detail: problem.detail || problem.message, unusable: problem instanceof window.JichiDraw.Unusable };
  }
}
"""


def record_of(vector: dict[str, Any]) -> dict[str, Any]:
    """The record of a published vector."""
    params, entries = loaded(vector)
    seed = bytes.fromhex(vector["seed"])
    outcome = rules.draw(params, entries, bytes.fromhex(vector["randomness"]), seed)
    beacon = {**params.beacon, "randomness": vector["randomness"], "signature": vector["signature"]}
    return deepcopy(rules.build_record(params, entries, outcome, beacon=beacon, seed=seed))


@pytest.fixture
def blank(chromium: Browser) -> Any:
    """An empty page with the script alone: no server at all."""
    page = chromium.new_page()
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield page
    page.close()


def test_the_script_computes_the_published_figures(blank: Page) -> None:
    for length in (0, 3, 55, 56, 63, 64, 65, 119, 120, 1000):
        data = bytes(n % 251 for n in range(length))
        found = blank.evaluate("(all) => { const D = window.JichiDraw, b = new Uint8Array(all);"
                               " return [D.hex(D.sha256(b)), D.hex(D.hmac(b, b))]; }", list(data))  # fmt: skip
        assert found == [hashlib.sha256(data).hexdigest(), hmac.digest(data, data, "sha256").hex()]
    found = blank.evaluate(CHI_SQUARES, PUBLISHED)
    for name in ("positions", "weights"):
        assert found[name] == [PUBLISHED[name]["first"], PUBLISHED[name]["chi_square"]]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_script_agrees_with_the_command(blank: Page, vector: dict[str, Any]) -> None:
    record = record_of(vector)
    found = blank.evaluate(VERIFY, record)
    assert found["key"] == vector["K"]
    verdict = rules.verify_record(record)
    for name, own in found["own"].items():
        due = rules.explain(verdict, name)
        assert due is not None
        assert own["tickets"] == [ticket.hex() for ticket in due.tickets]
        assert own["positions"] == list(due.positions)
        assert own["wins"] == list(due.wins)
        assert own["filled"] == [[item, list(full) if full else None] for item, full in due.filled.items()]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("params_sha256", lambda r: r["params"].update(draw_id="other")),
        ("entries_sha256", lambda r: r.update(entries=r["entries"].replace("G1\t2", "G1\t3"))),
        ("commitment", lambda r: r.update(operator_seed="00" * 32)),
        ("beacon", lambda r: r["beacon"].update(round=2)),
        ("key", lambda r: r["beacon"].update(randomness="00" * 32)),
        ("orders", lambda r: r["orders"][1].reverse()),
        ("wins", lambda r: r["wins"].update(G6=["COURT1-PM"])),
        ("remaining", lambda r: r["remaining"].update({"COURT1-PM": 0})),
        ("waitlists", lambda r: r["waitlists"]["COURT1-AM"].clear()),
        ("changes", lambda r: r.update(changes=[{"kind": "promote", "item": "COURT1-AM", "entry": "G4", "at": "x",
                                                 "previous": rules.record_sha256(r)}])),
    ],
)  # fmt: skip
def test_the_script_finds_the_first_difference_too(
    blank: Page, part: str, change: Callable[[dict[str, Any]], None]
) -> None:
    record = record_of(VECTORS[1])
    change(record)
    assert blank.evaluate(VERIFY, record)["part"] == part
    assert rules.verify_record(record).difference.startswith(part)


def test_changes_after_the_draw_are_followed(blank: Page) -> None:
    record = record_of(VECTORS[0])
    previous = rules.record_sha256(record)
    for kind, entry in (("release", "A-005"), ("decline", "A-008"), ("promote", "A-007")):
        change = {
            "kind": kind,
            "item": "SEMINAR",
            "entry": entry,
            "at": "2026-07-01T09:00:00+09:00",
            "previous": previous,
        }
        record["changes"].append(change)
        previous = hashlib.sha256(rules.canonical_json(change)).hexdigest()
    assert blank.evaluate(VERIFY, record)["key"] == VECTORS[0]["K"]
    assert rules.verify_record(record).passed


@pytest.mark.parametrize("part", ["params", "entries", "beacon", "orders", "wins", "remaining", "waitlists", "changes"])
@pytest.mark.parametrize("value", [None, 7, "x", [7], {"a": 7}])
def test_strange_records_are_no_accident(blank: Page, part: str, value: object) -> None:
    found = blank.evaluate(VERIFY, {**record_of(VECTORS[1]), part: value})
    assert found.get("part") or found.get("unusable") or "key" not in found


def check(person: Person, path: Path, entry: str = "") -> str:
    """Choose the file, press, and read the answer."""
    page = person.page
    page.set_input_files("main input[type=file]", path)
    page.fill("main input[name=entry]", entry)
    page.locator("#draw-check form button").click()
    page.wait_for_selector("#draw-pass:not([hidden]), #draw-fail:not([hidden]), #draw-unusable:not([hidden])")
    return page.inner_text("main section:not([hidden])")


def test_a_resident_checks_a_draw(arrive: Arrive, tmp_path: Path) -> None:
    record = record_of(VECTORS[2])
    good, bad, none = tmp_path / "record.json", tmp_path / "tampered.json", tmp_path / "none.json"
    good.write_bytes(rules.record_bytes(record))
    bad.write_text(json.dumps({**record, "wins": {}}), encoding="utf-8")
    none.write_text("{", encoding="utf-8")
    person = arrive()
    person.goto("/verify/")
    person.follow("抽選を確かめる")
    asked: list[str] = []
    person.page.on("request", lambda request: request.url.endswith("/mark.svg") or asked.append(request.url))
    shown = check(person, good, "受付-10")
    assert "一致しました" in shown
    assert "10件のうち5番目" in shown
    assert "1巡目の4番目(受付-04)で埋まりました" in shown
    assert hashlib.sha256(good.read_bytes()).hexdigest() in shown
    assert person.page.evaluate("document.activeElement.textContent") == "一致しました"
    wrong = checks.axe_findings(person.page) + checks.width_findings(person.page)
    assert "名簿にありません" in check(person, good, "受付-99")
    assert "最初に違うところ: 当選" in check(person, bad)
    wrong += checks.axe_findings(person.page)
    assert "抽選の記録ではない" in check(person, none)
    assert asked == []  # nothing left the browser
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("easy", "5番目"), ("en", "It matches"), ("zh-hans", "一致"), ("ko", "일치합니다")],
)
def test_the_check_speaks_five_languages(arrive: Arrive, tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "record.json").write_bytes(rules.record_bytes(record_of(VECTORS[2])))
    person = arrive(language=language)
    person.goto("/verify/draw/")
    assert said in check(person, tmp_path / "record.json", "受付-10")
    assert checks.structure_findings(person.page) + checks.axe_findings(person.page) == []


def test_without_scripts_the_page_says_what_to_do(arrive: Arrive) -> None:
    person = arrive(scripts=False)
    person.goto("/verify/draw/")
    assert "jichi draw verify RECORD.json" in person.text
    assert not person.page.locator("#draw-check").is_visible()
