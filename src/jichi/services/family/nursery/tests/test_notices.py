"""Notices of a result: each family its own, print runs for the others, protected families never with an address."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.files.documents import render_pdf

from .. import queries
from ..models import Application, Outcome
from ..pages.notices import LETTER, _paper
from ..pages.reasons import change_words
from .office import SYSTEM, Office, family_in


@pytest.mark.parametrize(
    ("reason", "hidden", "words"),
    [
        ({"code": "GRANTED", "own": 40, "cutoff": 40}, False, []),
        (
            {"code": "CUTOFF", "own": 38, "cutoff": 40, "places": 3}, False,
            ["指数があと2点高いと、最後に内定した方に並びました。", "空きがあと3人分あると、順番が届きました。"],
        ),
        (
            {"code": "CUTOFF", "own": 40, "cutoff": 40, "places": 1}, False,
            [
                "指数は最後に内定した方と同じで、同じ指数の中の順番が届きませんでした。",
                "空きがあと1人分あると、順番が届きました。",
            ],
        ),
        (
            {"code": "CUTOFF", "own": 38, "cutoff": 40, "places": 3}, True,
            ["空きがあと3人分あると、順番が届きました。"],
        ),
        ({"code": "CUTOFF", "own": 38, "cutoff": None}, False, []),
    ],
)  # fmt: skip
def test_what_would_have_changed_a_refusal(reason: dict[str, object], hidden: bool, words: list[str]) -> None:
    assert change_words(reason, hidden=hidden) == words


def build() -> Office:
    """Three families for two seats, published: the third waits."""
    office = Office()
    one = office.born(1)
    office.take(family_in("A", one), family_in("B", one, number="900000000000001"), family_in("C", one, full=False))
    office.publish()
    return office


office = shared_world(build)
needs_rows = pytest.mark.django_db


@needs_rows
def test_a_page_for_each_child_with_its_reasons_alone(office: Office) -> None:
    with unit(SYSTEM):
        round_ = queries.round_of(office.round)
        assert round_ is not None
        run = round_.published_run
        assert run is not None
        assert queries.notice_codes(run_id=run, without_login=True) == ["A", "B", "C"]
        third = Outcome.objects.get(run_id=run, child__application__code="C")
        assert [reason.get("places") for reason in third.reasons] == [1, 1]
        pdf, pages = _paper(round_, queries.families_by_code(office.round, ["C"]), addressed=True)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert pages == 1
    for words in ("利用調整結果通知書", "児童C1", "保留", "空きがあと1人分", "審査請求"):
        assert words in text.replace("\n", "")
    assert all(words not in text for words in ("児童A1", "児童B1", "保護者A"))
    assert "内定最終指数" not in text  # one was admitted at each: protected


@needs_rows
def test_another_family_gets_no_notice(office: Office) -> None:
    with unit(SYSTEM):
        other = Application.objects.get(code="C").pk
    assert Client().get(f"/nursery/{other}/notice/").status_code in {302, 404}


def test_protected_families_are_named_by_number_alone() -> None:
    data = {
        "ward": "みどり区", "office": "課", "phone": "", "round": "1次", "day": "今日", "pages": [],
        "mayor": "みどり区長", "left_out": ["K7M4-2QF9"], "remedies": "",
    }  # fmt: skip
    pdf = render_pdf(template=LETTER, data=data, title="通知書", language="ja")
    assert "K7M4-2QF9" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
