"""引継ぎ: the treasurer has the cash of closed days of a counter, one slip for all that came together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Max

from jichi.engines.audit.context import Actor, unit
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Posting
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import rules
from ..models import DeskDay, Handover
from ..permissions import SETTLE, require
from .days import open_accounts

MOST_DAYS: Final = 62
_LOCK: Final = 7_312_032
"""Key of the advisory lock under which slips get their numbers."""


def hand_over(*, actor: Actor, day_ids: Sequence[UUID], counted_yen: int) -> UUID:
    """Take over the cash of closed days of one counter, the floats left there; answers the slip. Told again: the same.

    Args:
        counted_yen: what the treasurer counted. It must be what the days come to.

    Raises:
        Forbidden; NotFound; Invalid: field "days": none or too many, "counted": another sum.
        Conflict: "cashless.not_closed", "cashless.handed_already", "cashless.several_desks".
    """
    require(actor, SETTLE)
    ids = sorted(set(day_ids))
    if not 1 <= len(ids) <= MOST_DAYS:
        raise Invalid(fields={"days": FieldError("cashless.choose_days", {"max": MOST_DAYS})})
    with unit(actor):
        days = locked_days(ids)
        if len(days) != len(ids):
            raise NotFound
        slips = {day.handover_id for day in days}
        if len(slips) == 1 and (done := slips.pop()) is not None:
            return done
        _require_takeable(days)
        yen = sum((day.counted_yen or 0) - day.float_yen for day in days)
        if yen != counted_yen:
            raise Invalid(fields={"counted": FieldError("cashless.handover_sum", {"yen": yen})})
        return _taken(actor, days, yen)


def locked_days(ids: Sequence[UUID]) -> list[DeskDay]:
    """Days that nobody else takes over until the transaction ends, oldest first."""
    rows = DeskDay.objects.select_related("desk").select_for_update(of=("self",))
    return list(rows.filter(pk__in=ids).order_by("on", "pk"))


def _require_takeable(days: Sequence[DeskDay]) -> None:
    if any(day.handed_at is not None for day in days):
        raise Conflict("cashless.handed_already")
    if any(day.state != "closed" or day.counted_yen is None for day in days):
        raise Conflict("cashless.not_closed")
    if len({day.desk_id for day in days}) > 1:
        raise Conflict("cashless.several_desks")


def _taken(actor: Actor, days: Sequence[DeskDay], yen: int) -> UUID:
    """The slip, the days on it, and a posting for each day, so that each fiscal year has its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    number = (Handover.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    now = clock.now()
    slip = Handover.objects.create(
        number=number, desk=days[0].desk, yen=yen, received_at=now, received_by=actor.account_id
    )
    DeskDay.objects.filter(pk__in=[day.pk for day in days]).update(
        handed_at=now, handed_by=actor.account_id, handover=slip
    )
    open_accounts()
    ledger.post(actor=actor, postings=[
        Posting(
            key=f"cashless:handover:{day.pk}", kind="handover", division_id=day.desk.division_id,
            fiscal_year=fiscal_year(day.on), belongs_on=clock.today(),
            entries=rules.handover_entries(day.desk.code, (day.counted_yen or 0) - day.float_yen),
        )
        for day in days
    ])  # fmt: skip
    return slip.pk
