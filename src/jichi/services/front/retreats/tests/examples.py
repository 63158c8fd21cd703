"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jichi.engines.audit.context import system_actor
from jichi.kernel import clock
from jichi.kernel.calendar import add_months

from .. import actions
from ..queries import house
from . import inn

SHARED = frozenset({"front_retreats:house", "front_retreats:book", "front_retreats:lottery"})
"""Houses are for everybody; to book one for every resident."""
SYSTEM = system_actor("test")
CODE = "shared-house"


def _house(world: Any) -> Mapping[str, Any]:
    if house(CODE) is None:
        inn.house(
            world.division.id,
            CODE,
            desk=world.division.id,
            rooms=("松", "竹", "梅", "藤", "桜", "楓", "桐", "菊", "萩", "椿"),
        )
    return {"code": CODE}


def _soon() -> Any:
    return clock.today() + timedelta(days=3)


def _book(world: Any) -> Mapping[str, Any]:
    return {**_house(world), "room": "washitsu", "day": _soon().isoformat()}


def _stay(world: Any) -> Mapping[str, Any]:
    code = _house(world)["code"]
    # Asked for by several addresses: one person has two rooms a night at most.
    done = inn.book(world.resident.actor, f"example:{world.resident.actor.account_id}", code=code, day=_soon())
    return {"number": done.number}


def _tariff(world: Any) -> Mapping[str, Any]:
    code, day = _house(world)["code"], clock.today() + timedelta(days=90)
    found = house(code)
    if found is None or all(one.valid_from != day for one in found.tariffs):
        actions.save_tariff(actor=SYSTEM, code=code, valid_from=day, tariff=inn.tariff())
    return {"code": code, "day": day.isoformat()}


def _lottery(world: Any) -> Mapping[str, Any]:
    code = _house(world)["code"]
    month = add_months(clock.today().replace(day=1), 8)
    found = house(code)
    if found is None or not found.lotteries:
        now = clock.now()
        actions.open_lottery(
            actor=SYSTEM, code=code, month=month, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5),
            draw_at=now + timedelta(days=6), confirm_until=now + timedelta(days=9),
            first_come_on=clock.today() + timedelta(days=12),
        )  # fmt: skip
    return {"code": code, "month": f"{month:%Y-%m}"}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → its arguments."""
    staff = ("house", "change", "rooms", "closures", "day", "telephone", "tariff_new", "lotteries")
    return {
        "front_retreats:house": _house,
        "front_retreats:book": _book,
        "front_retreats:lottery": _lottery,
        "front_retreats_staff:lottery": _lottery,
        **{f"front_retreats:{name}": _stay for name in ("stay", "done", "people", "cancel", "paper", "calendar")},
        "front_retreats_staff:stay": _stay,
        **{f"front_retreats_staff:{name}": _house for name in staff},
        **{f"front_retreats_staff:{name}": _tariff for name in ("tariff", "tariff_export", "tariff_load")},
    }
