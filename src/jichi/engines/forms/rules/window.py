"""When a procedure is open: days and times as people write them, "31 March 24:00" included."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from jichi.kernel.clock import TOKYO

if TYPE_CHECKING:
    from .definition import FormDefinition

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2}))?")
State: TypeAlias = Literal["before", "open", "closed"]


def _check(value: str) -> str:
    try:
        split_moment(value)
    except ValueError as error:
        raise PydanticCustomError(
            "moment", "日付は 2026-10-01、時刻があるときは 2026-10-01 17:00 と書きます。", {}
        ) from error
    return value


Moment = Annotated[str, StringConstraints(max_length=16), AfterValidator(_check)]
"""A day, or a day and a time up to 24:00, in Japan."""


def split_moment(text: str) -> tuple[date, int | None]:
    """Day and minutes after its midnight (0…1440); None where no time is written.

    Raises:
        ValueError: no such day or time.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    day = date.fromisoformat(match[1])
    if match[2] is None:
        return day, None
    minutes = int(match[2]) * 60 + int(match[3])
    if int(match[3]) > 59 or minutes > 24 * 60:
        raise ValueError(text)
    return day, minutes


def instant(day: date, minutes: int) -> datetime:
    """The moment so many minutes after the day's midnight in Japan; 1440 is the next day's 0:00."""
    return datetime.combine(day, time(), TOKYO) + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class OpenState:
    """`opens_at` is the first moment it is open, `closes_at` the first at which it is closed again.

    `last_day` is the day people are told; `ends_with_day`: it closes at the end of that day
    (「3月31日(水)の終わりまで」).
    """

    state: State
    opens_at: datetime | None
    closes_at: datetime | None
    last_day: date | None
    ends_with_day: bool


def open_state(
    definition: FormDefinition, now: datetime, next_open_day: Callable[[date], date] | None = None
) -> OpenState:
    """Whether the procedure can be sent at `now` (aware).

    Args:
        definition: the procedure.
        now: the moment asked about.
        next_open_day: the day itself or the next one on which the office is open; used where the
            definition moves a closing day that falls on a closed day (地方自治法 第4条の2第4項).
    """
    opens_at = closes_at = last_day = None
    ends_with_day = False
    if definition.opens_on is not None:
        day, minutes = split_moment(definition.opens_on)
        opens_at = instant(day, minutes or 0)
    if definition.closes_on is not None:
        last_day, minutes = split_moment(definition.closes_on)
        if definition.closing_on_closed_day == "next_open_day" and next_open_day is not None:
            last_day = next_open_day(last_day)
        ends_with_day = minutes is None or minutes == 24 * 60
        closes_at = instant(last_day, 24 * 60 if minutes is None else minutes)
    state: State = "open"
    if opens_at is not None and now < opens_at:
        state = "before"
    elif closes_at is not None and now >= closes_at:
        state = "closed"
    return OpenState(state, opens_at, closes_at, last_day, ends_with_day)
