"""Which answer opens a mailed link, and what counts as the same answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.forms.rules import FormDefinition, asked_again, fits_again, load_definition

from .ward import source

TODAY = date(2026, 11, 21)


def definition() -> FormDefinition:
    """A form with a text, a mail address, a long text and a choice."""
    return load_definition(source("ward-opinion"))


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, None),
        ({"wants_reply": "yes"}, None),
        ({"email": "a@example.jp"}, None),
        ({"subject_line": "道"}, None),
        ({"subject_line": "歩道の段差"}, "subject_line"),
        ({"opinion_text": "段差があります"}, "opinion_text"),
        ({"opinion_text": "段差があります", "subject_line": "歩道の段差"}, "subject_line"),
    ],
)
def test_what_is_asked_was_typed_and_is_not_in_the_mail(answers: dict[str, Any], asked: str | None) -> None:
    found = asked_again(definition(), answers)
    assert (found.id if found else None) == asked


def test_a_date_comes_before_words() -> None:
    form = load_definition(source("neighbourhood-subsidy"))
    found = asked_again(form, {"project_text": "夏まつり", "starts_on": "2026-12-01"})
    assert found is not None
    assert found.id == "starts_on"
    assert fits_again(found, "2026-12-01", {"starts_on_era": ["令和"], "starts_on_y": ["8"], "starts_on_m": ["12"],
                                            "starts_on_d": ["1"]}, TODAY)  # fmt: skip
    assert fits_again(found, "2026-12-01", {"starts_on": ["2026-12-01"]}, TODAY)
    assert not fits_again(found, "2026-12-01", {"starts_on": ["2026-12-02"]}, TODAY)


@pytest.mark.parametrize(
    ("field", "answer", "typed", "fits"),
    [
        ("subject_line", "歩道の段差 ABC", "歩道の段差ＡＢＣ", True),
        ("subject_line", "歩道の段差", "歩道", False),
        ("subject_line", "歩道の段差", "", False),
        ("subject_line", "歩道の段差", "\x00", False),
        ("opinion_text", "駅前の歩道に段差があります。", "駅前の歩道", True),
        ("opinion_text", "駅前の歩道に段差があります。", "駅前の歩", False),
        ("opinion_text", "段差です", "段差です", True),
    ],
)
def test_what_counts_as_the_same(field: str, answer: str, typed: str, fits: bool) -> None:
    form = definition()
    assert fits_again(form.fields[field], answer, {field: [typed]}, TODAY) is fits


@given(st.text(max_size=80))
def test_whatever_is_typed_is_an_answer_or_not_and_never_breaks(typed: str) -> None:
    form = definition()
    for name in ("subject_line", "opinion_text"):
        fits_again(form.fields[name], "歩道の段差", {name: [typed]}, TODAY)
