"""Notices of a result: each family its own, print runs for the others, protected families never with an address."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pypdf import PdfReader

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.files.documents import render_pdf
from jichi.kernel import clock
from jichi.kernel.errors import Invalid, NotFound

from .. import actions, queries
from ..models import Application, Outcome, RemedyText
from ..pages.notices import LETTER, _paper
from ..pages.reasons import change_words
from ..pages.wording import remedies_of
from ..rules.remedies import EXAMPLE, filled, read_remedies
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


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, {}),
        ({"text": ""}, {"text": "field.required"}),
        ({"text": "あ" * 1501}, {"text": "field.too_long"}),
        ({"text": EXAMPLE.text + "{市長}"}, {"text": "nursery.place_unknown"}),
        ({"text": EXAMPLE.text + "{"}, {"text": "nursery.place_unknown"}),
        ({"text": EXAMPLE.text.replace("{区長}", "区長")}, {"text": "nursery.place_missing"}),
        ({"text": EXAMPLE.text.replace("取消", "")}, {"text": "nursery.place_missing"}),
        (
            {"appeal_months": "0", "suit_months": "六"},
            {"appeal_months": "nursery.months", "suit_months": "nursery.months"},
        ),
    ],
)
def test_an_instruction_on_remedies_says_all_it_must(changed: dict[str, str], wrong: dict[str, str]) -> None:
    given = {"text": EXAMPLE.text, "appeal_months": "3", "suit_months": "6", **changed}
    found, errors = read_remedies(given)
    assert {name: error.code for name, error in errors.items()} == wrong
    assert (found == EXAMPLE) == (not wrong)


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


@needs_rows
def test_notices_keep_the_wording_of_the_day_they_were_published(office: Office) -> None:
    today = clock.today()
    changed = replace(EXAMPLE, text=EXAMPLE.text + "新しい文。", appeal_months=4)
    later, division = today + timedelta(days=30), office.division
    actions.set_remedies(actor=office.sato, division_id=division, valid_from=later, wording=EXAMPLE)
    actions.set_remedies(actor=office.suzuki, division_id=division, valid_from=later, wording=changed)
    with pytest.raises(Invalid):
        actions.set_remedies(
            actor=office.sato, division_id=division, valid_from=today - timedelta(days=1), wording=changed
        )
    with pytest.raises(NotFound):
        actions.set_remedies(actor=office.other, division_id=division, valid_from=later, wording=changed)
    with unit(SYSTEM):
        assert [one.changed_by for one in queries.wordings(frozenset({division}))] == ["suzuki"]
        assert queries.remedies_on(division, today) == EXAMPLE
        assert queries.remedies_on(division, later) == changed
        round_ = queries.round_of(office.round)
        assert round_ is not None
        with clock.standing_at(clock.now() + timedelta(days=60)):
            assert "新しい文" not in remedies_of(round_)
    text = filled(changed, ward="みどり区")
    assert "起算して4か月以内に、みどり区長に対して審査請求" in text
    assert "{" not in text
    actions.set_remedies(actor=office.sato, division_id=division, valid_from=today, wording=changed)
    with pytest.raises(Invalid):
        actions.set_remedies(actor=office.sato, division_id=division, valid_from=today, wording=EXAMPLE)
    with unit(SYSTEM):
        RemedyText.objects.filter(valid_from=today).update(valid_from=today - timedelta(days=5))
        with pytest.raises(IntegrityError), transaction.atomic():
            RemedyText.objects.filter(valid_from__lt=today).update(text="x")
