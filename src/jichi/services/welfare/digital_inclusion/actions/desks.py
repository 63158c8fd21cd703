"""Help desks as their division sets them up: what they are, when they are open, what is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Desk, DeskDay, DeskHours, Topic
from ..permissions import require_editor
from ..rules import SLOT_MINUTES, Hours, SingleDay

_CODE: Final = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskContent:
    """What people read of a desk, and how it takes bookings."""

    title: LocalizedText
    address: str = ""
    access: str = ""
    phone: str = ""
    slot_minutes: int = 30
    ahead_days: int = 28
    is_open: bool = True


def put_desk(*, actor: Actor, code: str, division_id: int, content: DeskContent) -> None:
    """Make a desk, or write it anew; its division stays.

    Raises:
        Forbidden: not an official of its division.
        Invalid: "code", "title_ja", "slot_minutes" or "ahead_days".
    """
    require_editor(actor, division_id)
    wrong: dict[str, FieldError] = {}
    if not _CODE.match(code) or code in ("new", "topics", "load"):
        wrong["code"] = FieldError("digital.code")
    if not content.title.get("ja"):
        wrong["title_ja"] = FieldError("field.required")
    if content.slot_minutes not in SLOT_MINUTES:
        wrong["slot_minutes"] = FieldError("field.choose_one")
    if not 0 <= content.ahead_days <= 180:
        wrong["ahead_days"] = FieldError("digital.number", {"least": 0, "most": 180})
    if wrong:
        raise Invalid(fields=wrong)
    with unit(actor):
        row = Desk.objects.select_for_update().filter(code=code).first()
        if row is not None:
            require_editor(actor, row.division_id)
        Desk.objects.update_or_create(
            code=code,
            defaults={
                "title": dict(content.title), "address": content.address, "access": content.access,
                "phone": content.phone, "slot_minutes": content.slot_minutes, "ahead_days": content.ahead_days,
                "is_open": content.is_open, "updated_at": clock.now(),
            },
            create_defaults={
                "division_id": division_id, "title": dict(content.title), "address": content.address,
                "access": content.access, "phone": content.phone, "slot_minutes": content.slot_minutes,
                "ahead_days": content.ahead_days, "is_open": content.is_open, "updated_at": clock.now(),
            },
        )  # fmt: skip


def _locked(actor: Actor, code: str) -> Desk:
    row = Desk.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NotFound
    require_editor(actor, row.division_id)
    return row


def set_hours(*, actor: Actor, code: str, valid_from: date, hours: Sequence[Hours]) -> None:
    """The week of a desk from a day on; a set of the same day is replaced. Bookings that no longer fit stay to be told.

    Raises:
        NotFound; Forbidden; Invalid: "hours", none, or an end before its start.
    """
    if not hours or any(one.closes <= one.opens for one in hours):
        raise Invalid(fields={"hours": FieldError("digital.times")})
    with unit(actor):
        desk = _locked(actor, code)
        DeskHours.objects.filter(desk=desk, valid_from=valid_from).delete()
        for one in hours:
            DeskHours.objects.create(
                desk=desk, valid_from=valid_from, weekday=one.weekday, opens=one.opens, closes=one.closes,
                supporters=one.supporters,
            )  # fmt: skip


def set_day(*, actor: Actor, code: str, day: SingleDay, reason: str = "") -> None:
    """A day unlike its weekday, in place of what was said of it before; without hours it is closed.

    Raises:
        NotFound; Forbidden; Invalid: "closes", an end before its start.
    """
    if (day.opens is None) != (day.closes is None) or (day.opens and day.closes and day.closes <= day.opens):
        raise Invalid(fields={"closes": FieldError("digital.times")})
    with unit(actor):
        desk = _locked(actor, code)
        given = {"opens": day.opens, "closes": day.closes, "supporters": day.supporters, "reason": reason.strip()[:200]}
        DeskDay.objects.update_or_create(desk=desk, day=day.day, defaults=given)


def remove_day(*, actor: Actor, code: str, day: date) -> None:
    """A day is as its weekday again. Told again it changes nothing.

    Raises:
        NotFound; Forbidden.
    """
    with unit(actor):
        DeskDay.objects.filter(desk=_locked(actor, code), day=day).delete()


def put_topic(
    *, actor: Actor, division_id: int, code: str, title: Mapping[str, str], place: int = 0, is_active: bool = True
) -> None:
    """Something people ask for, or its new words; retired ones are asked no more and stay in figures.

    Raises:
        Forbidden: not an official who may edit. Invalid: "code" or "title_ja".
    """
    require_editor(actor, division_id)
    if not _CODE.match(code):
        raise Invalid(fields={"code": FieldError("digital.code")})
    if not title.get("ja"):
        raise Invalid(fields={"title_ja": FieldError("field.required")})
    with unit(actor):
        given = {"title": dict(title), "place": place, "is_active": is_active}
        Topic.objects.update_or_create(code=code, defaults=given)
