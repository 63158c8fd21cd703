"""`jichi ledger`: balances, what came late, closing; what is refused is said and changes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import shared_world
from jichi.engines.ledger import commands, queries
from jichi.kernel import clock

from . import hall as desk
from .hall import Hall, post, posting
from .test_books import at

pytestmark = pytest.mark.django_db

hall = shared_world(desk.build)
JUNE = date(2026, 6, 10)


def test_balances_add_up(db: None, hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    post(posting("a", hall.first, JUNE, ("claims", 500), ("revenue", -500)))
    post(posting("b", hall.first, date(2026, 6, 12), ("cash", 200), ("claims", -200)))
    assert commands.main(["balances", "--on", "2026-06-11"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "科目,名前,残高"
    assert "claims,未収金,500" in lines
    assert "cash,歳計現金,0" in lines
    assert lines[-1] == ",合計,0"
    assert commands.main(["balances", "--on", "R8.6.12", "--year", "2026", "--division", str(hall.second)]) == 0
    assert "claims,未収金,0" in capsys.readouterr().out


def test_closing_and_what_comes_late(db: None, hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    with clock.standing_at(at(JUNE)):
        assert commands.main(["close-days", "2026-06-10"]) == 0
        assert commands.main(["close-days", "2026-06-10"]) == 0
    assert capsys.readouterr().out == "2026-06-10までを締めました。\nすでに締めてあります。\n"
    post(posting("a", hall.first, JUNE, ("claims", 500), ("revenue", -500)))
    assert commands.main(["late"]) == 0
    assert sorted(capsys.readouterr().out.splitlines()[1:]) == [
        "a,claims,500,2026-06-10,2026,2026-06-11,2026",
        "a,revenue,-500,2026-06-10,2026,2026-06-11,2026",
    ]


def test_a_year_is_closed_when_it_is_over(db: None, hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    post(posting("a", hall.first, JUNE, ("claims", 500), ("revenue", -500)))
    with clock.standing_at(at(date(2027, 5, 31))):
        assert commands.main(["close-year", "2026"]) == 1
        assert "出納整理期間" in capsys.readouterr().err
        assert commands.main(["close-days", "2027-05-31"]) == 1
        assert "2026年度の出納を閉鎖してください" in capsys.readouterr().err
        assert queries.closes() == []
    with clock.standing_at(at(date(2027, 6, 1))):
        assert commands.main(["close-year", "2026"]) == 0
        assert commands.main(["close-year", "2026"]) == 0
    assert capsys.readouterr().out == "2026年度を閉鎖し、残高を繰り越しました。\nすでに閉鎖してあります。\n"
    assert queries.wrong() == ()
