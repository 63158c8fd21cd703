"""What officials type into forms, and what is read from it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from django.http import QueryDict

from jichi.design.fields import FieldGroup, FormField
from jichi.design.typed import Typed, shown, with_wrong
from jichi.kernel.clock import TOKYO


def typed(**given: str) -> Typed:
    post = QueryDict(mutable=True)
    post.update(given)
    return Typed(post, "events")


@pytest.mark.parametrize(
    ("how", "text", "value"),
    [
        ("day", "令和8年6月20日", date(2026, 6, 20)),
        ("day", "", None),
        ("days", "2026-06-20、2026-06-27,2026-07-04", (date(2026, 6, 20), date(2026, 6, 27), date(2026, 7, 4))),
        ("hours", " ９：３０ ", time(9, 30)),
        ("moment", "2026-06-01T9:00", datetime(2026, 6, 1, 9, tzinfo=TOKYO)),
        ("moment", "2026-06-01", datetime(2026, 6, 1, tzinfo=TOKYO)),
    ],
)
def test_what_is_read(how: str, text: str, value: Any) -> None:
    read = typed(one=text)
    assert getattr(read, how)("one") == value
    assert read.wrong == {}


@pytest.mark.parametrize(
    ("how", "text", "code"),
    [
        ("day", "2026-02-30", "events.day"),
        ("days", "2026-06-20 あした", "events.day"),
        ("hours", "9時", "events.hours"),
        ("hours", "25:00", "events.hours"),
        ("moment", "2026-06-01 昼", "events.moment"),
    ],
)
def test_what_can_not_be_read_stays_in_its_field(how: str, text: str, code: str) -> None:
    read = typed(one=text)
    assert getattr(read, how)("one") == (() if how == "days" else None)
    assert (read.wrong["one"].code, read.typed["one"]) == (code, text)
    [group] = with_wrong([FieldGroup("", (FormField(name="one", label="一", value="-"),))], read.wrong, read.typed)
    assert (group.fields[0].value, group.fields[0].error) == (text, read.wrong["one"])


@pytest.mark.parametrize(
    ("text", "value", "is_wrong"),
    [("1,200", 1200, False), ("", 7, False), ("9", 7, True), ("1201", 7, True), ("十", 7, True), ("1" * 5000, 7, True)],
)
def test_numbers(text: str, value: int, *, is_wrong: bool) -> None:
    read = typed(one=text)
    assert (read.number("one", 10, 1200, 7), "one" in read.wrong) == (value, is_wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (datetime(2026, 6, 1, 9, tzinfo=TOKYO), "2026-06-01 09:00"),
        (time(9, 5), "09:05"),
        ((date(2026, 6, 20), date(2026, 6, 27)), "2026-06-20, 2026-06-27"),
        (0, "0"),
    ],
)
def test_how_it_stands_in_the_field(value: object, text: str) -> None:
    assert shown(value) == text
