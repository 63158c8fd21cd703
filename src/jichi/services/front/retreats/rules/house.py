"""What a division writes about a house, and when its nights may be booked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from jichi.kernel.calendar import add_months
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LocalizedText

KINDS: Final = {"own": "区の施設", "inn": "借上の旅館・ホテル"}
STATES: Final = {"draft": "下書き", "published": "公開", "closed": "終了"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseContent:
    """Texts and limits of a house. `months_ahead`: a month opens on the first day of so many months before."""

    description: LocalizedText = field(default_factory=dict)
    address: str = ""
    phone: str = ""
    access: str = ""
    months_ahead: int = 3
    lead_days: int = 1
    nights_most: int = 3
    proof_days: int = 7
    answer_hours: int = 48
    hold_minutes: int = 0
    """How long a room is held while it is paid for online; 0: it is paid for at the house."""

    @property
    def pays_first(self) -> bool:
        """Is a stay paid for when it is booked?"""
        return self.hold_minutes > 0


def content_to(content: HouseContent) -> dict[str, Any]:
    """As JSON."""
    return asdict(content)


def content_from(data: Mapping[str, Any]) -> HouseContent:
    """What `content_to` wrote."""
    return HouseContent(**data)


def house_problems(content: HouseContent, *, titled: bool, room_types: int, rooms: int) -> dict[str, FieldError]:
    """What is missing before a house may be published; its tariff is looked at apart."""
    wrong: dict[str, FieldError] = {}
    if not titled:
        wrong["title_ja"] = FieldError("field.required")
    for name in ("address", "phone"):
        if not getattr(content, name):
            wrong[name] = FieldError("field.required")
    if not room_types or not rooms:
        wrong["rooms"] = FieldError("retreats.no_rooms")
    return wrong


@dataclass(frozen=True, slots=True)
class MonthState:
    """May nights of a month be booked? "open", "later" (from `day` on) or "lottery" (first come from `day` on)."""

    state: str
    day: date | None = None


def month_state(month: date, *, today: date, months_ahead: int, first_come_on: date | None) -> MonthState:
    """How a month stands.

    Args:
        month: its first day.
        first_come_on: where the month is drawn: the day from which what is left goes to who comes first.
    """
    if first_come_on is not None:
        return MonthState("open") if today >= first_come_on else MonthState("lottery", first_come_on)
    opens = add_months(month, -months_ahead)
    return MonthState("open") if today >= opens else MonthState("later", opens)
