"""How residents' pages put dates."""

from __future__ import annotations

from datetime import datetime, timedelta

from jichi.engines.booking.rules.series import Slot
from jichi.kernel.clock import TOKYO
from jichi.services.front.events.pages import words

FIRST = Slot(datetime(2026, 6, 24, 13, tzinfo=TOKYO), datetime(2026, 6, 24, 15, tzinfo=TOKYO))
WEEK = timedelta(days=7)
NEXT = Slot(FIRST.starts_at + WEEK, FIRST.ends_at + WEEK)


def test_hours_that_all_dates_have_are_said_once() -> None:
    assert words.whens([FIRST, NEXT], "ja") == (
        "午後1時から午後3時まで", ["2026年6月24日(水)", "2026年7月1日(水)"],
    )  # fmt: skip


def test_one_date_other_hours_and_nights_say_their_own() -> None:
    later = Slot(NEXT.starts_at, NEXT.ends_at + timedelta(hours=1))
    nights = [Slot(one.starts_at, one.ends_at + timedelta(hours=12)) for one in (FIRST, NEXT)]
    for slots in ([FIRST], [FIRST, later], nights, []):
        assert words.whens(slots, "ja") == ("", [words.when(one, "ja") for one in slots])
