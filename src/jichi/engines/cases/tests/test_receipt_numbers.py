"""A receipt number that is drawn twice is drawn again: sending never fails for it."""

from __future__ import annotations

import pytest

from jichi.engines.audit.context import unit
from jichi.engines.cases.actions import opening
from jichi.engines.cases.models import Case
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import SAKURA
from jichi.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db


def test_a_number_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    office = desk.build()
    first = desk.apply(office)
    drawn = iter([first.number, first.number, "K7M42QF9"])
    monkeypatch.setattr(opening, "new_number", lambda _bytes: next(drawn))
    assert desk.apply(office, SAKURA).number == "K7M42QF9"


def test_without_a_free_number_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    office = desk.build()
    first = desk.apply(office)
    monkeypatch.setattr(opening, "new_number", lambda _bytes: first.number)
    with pytest.raises(Unavailable):
        desk.apply(office, SAKURA)
    with unit(desk.SYSTEM):
        assert Case.objects.count() == 1
