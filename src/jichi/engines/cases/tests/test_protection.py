"""What is left out of answers of protected people: places as addresses, in the register's words, or on the map."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jichi.engines.cases.protection import masked_answer, tells_where
from jichi.engines.cases.staff_pages import sight as sight_page
from jichi.engines.forms.rules import Field, answer_lines
from jichi.engines.registry.rules import HIDDEN

HOME = "みどり一丁目2番3号"


def field(kind: str, **more: Any) -> Field:
    return Field.model_validate({"id": "where", "kind": kind, "label": {"ja": "どこ"}, **more})


@pytest.mark.parametrize(
    ("asked", "answer", "lines"),
    [
        (field("address"), {"choice": "other", "postcode": "1050011", "address": HOME}, (HIDDEN,)),
        (field("point"), {"words": HOME, "lat": "35.65", "lng": "139.74"}, (HIDDEN,)),
        (field("postcode"), "1050011", ()),
        (field("text", prefill="subject.address"), HOME, (HIDDEN,)),
    ],
)
def test_a_place_is_hidden_wherever_it_stands(asked: Field, answer: Any, lines: tuple[str, ...]) -> None:
    assert tells_where(asked)
    hidden = masked_answer(asked, answer)
    shown = "".join(answer_lines(asked, hidden, "ja"))
    assert HOME not in shown
    assert "35.65" not in shown
    for line in lines:
        assert line in shown


def test_what_is_no_place_stays() -> None:
    asked = field("text")
    assert not tells_where(asked)
    assert masked_answer(asked, HOME) == HOME


def test_a_point_is_shown_on_the_map_unless_where_somebody_lives_is_hidden() -> None:
    spot = field("point")
    answer = {"words": "公園", "lat": "35.650000", "lng": "139.740000"}
    for hides, shown in ((False, ("35.650000", "139.740000")), (True, None)):
        sight: Any = SimpleNamespace(hides_places=hides, sent=SimpleNamespace(answers={spot.id: answer}))
        line = sight_page._line(sight, spot, "")
        assert line.point == shown
        html = str(sight_page.answer_facts(sight, [line])[0].value)
        assert ("data-at=" in html, "35.65" in html) == (not hides, not hides)
