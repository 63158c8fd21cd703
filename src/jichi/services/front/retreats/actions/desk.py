"""The desk of a house or inn: saying yes or no, who arrived, who did not come, and what was shown."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

from ..models import Closure, Member, Stay
from ..permissions import require_desk, require_editor
from ..rules import charge_on, content_from, tariff_from
from .houses import SYSTEM
from .keeping import ended, locked_stay, require_reason
from .paying import end_money, settle_down
from .telling import subject_key, tell


def _for_desk(actor: Actor, number: str) -> Stay:
    stay = locked_stay(actor, number)
    require_desk(actor, stay.house.division_id, stay.house.desk_id)
    return stay


def accept_request(*, actor: Actor, number: str) -> None:
    """The inn says yes. Told again it changes nothing.

    Raises:
        NotFound; Forbidden; Conflict: "retreats.not_now".
    """
    with unit(actor):
        stay = _for_desk(actor, number)
        if stay.state in ("booked", "held"):
            return
        if stay.state != "requested":
            raise Conflict("retreats.not_now")
        with unit(SYSTEM):
            settle_down(stay, hours=content_from(stay.house.content).answer_hours)
            stay.save(update_fields=["state", "answer_until", "pay_until", "owes_yen"])
            inbox.close_items(actor=SYSTEM, subject_key=f"{subject_key(stay.pk)}:desk")
            tell(stay, stay.house, "to_pay" if stay.state == "held" else "booked")


def refuse_request(*, actor: Actor, number: str, reason: str) -> UUID:
    """The inn has no room after all: the guest hears why, and the room stays closed for those nights; the closure.

    Raises:
        NotFound; Forbidden; Invalid: "reason"; Conflict: "retreats.not_now".
    """
    with unit(actor):
        stay = _for_desk(actor, number)
        text = require_reason(reason)
        if stay.state != "requested":
            raise Conflict("retreats.not_now")
        with unit(SYSTEM):
            closure = Closure.objects.create(
                pk=uuid4(), house=stay.house, first=stay.check_in, last=stay.check_in + timedelta(days=stay.nights - 1),
                reason=text, bookings=[str(stay.booking_id)], rooms=1,
            )  # fmt: skip
            stay.reason = text
            inbox.close_items(actor=SYSTEM, subject_key=f"{subject_key(stay.pk)}:desk")
            ended(stay, "refused", free=False)
    return closure.pk


def check_in(*, actor: Actor, number: str, arrived: bool = True) -> str:
    """Guests came ("arrived", or "already"); `arrived` False takes it back ("taken_back").

    Raises:
        NotFound; Forbidden; Conflict: "retreats.not_now": no room, or the day is not there yet.
    """
    with unit(actor):
        stay = _for_desk(actor, number)
        if stay.state == "arrived" and arrived:
            return "already"
        if stay.state not in (("booked", "no_show") if arrived else ("arrived",)) or clock.today() < stay.check_in:
            raise Conflict("retreats.not_now")
        with unit(SYSTEM):
            stay.state, stay.arrived_at = ("arrived", clock.now()) if arrived else ("booked", None)
            stay.charge_yen = 0
            stay.save(update_fields=["state", "arrived_at", "charge_yen"])
    return "arrived" if arrived else "taken_back"


def mark_no_shows(*, actor: Actor, code: str, day: date) -> int:
    """Who was booked for a day that is over and did not come: the charge of that day is due; how many.

    Raises:
        Forbidden: neither the division nor the desk.
    """
    with unit(actor), unit(SYSTEM):
        over = Stay.objects.select_for_update(of=("self",)).select_related("house", "tariff")
        rows = [row for row in over.filter(house__code=code, check_in=day, state="booked") if day < clock.today()]
        for stay in rows:
            require_desk(actor, stay.house.division_id, stay.house.desk_id)
            stay.state = "no_show"
            stay.charge_yen = charge_on(
                tariff_from(stay.tariff.content), before_tax_yen=stay.before_tax_yen, check_in=day, day=day
            ).yen
            stay.save(update_fields=["state", "charge_yen"])
            end_money(stay, reason="不泊", kept_yen=stay.charge_yen)
    return len(rows)


def note_proof(*, actor: Actor, number: str, until: date) -> None:
    """Somebody showed that they work or learn here: the booking stands, and counts for others until a day.

    Raises:
        NotFound; Forbidden: not an official of the division.
    """
    with unit(actor):
        stay = locked_stay(actor, number)
        require_editor(actor, stay.house.division_id)
        with unit(SYSTEM):
            Stay.objects.filter(member_id=stay.member_id, prove_until__isnull=False, check_in__lte=until).update(
                prove_until=None
            )
            Stay.objects.filter(pk=stay.pk).update(prove_until=None)
            Member.objects.filter(pk=stay.member_id).update(proved_until=until)
