"""After booking: answering an offer, other people, cancelling with its charge, and who waits getting what came free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions as booking
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from ..models import Stay
from ..permissions import require_editor
from ..rules import OPEN, WORDS, charge_on, content_from, plans_of, priced, tariff_from, wrong_party
from .booking import bill_columns, party_of
from .houses import SYSTEM
from .lodging import take_room
from .paying import end_money, hold_ended, settle_down
from .telling import tell


def locked_stay(actor: Actor, number: str) -> Stay:
    """The stay, locked, if the actor sees it; call inside the actor's unit. Raises NotFound, Forbidden."""
    if actor.kind == "anonymous":
        raise Forbidden
    if not Stay.objects.filter(number=number).exists():
        raise NotFound
    with unit(SYSTEM):
        return (
            Stay.objects.select_for_update(of=("self",))
            .select_related("house", "room_type", "tariff")
            .get(number=number)
        )


def _own(actor: Actor, stay: Stay) -> None:
    """Whose stay it is, or an editor of the division."""
    if actor.kind == "resident" and actor.account_id is not None and actor.account_id == stay.account_id:
        return
    require_editor(actor, stay.house.division_id)


def answer_offer(*, actor: Actor, number: str, comes: bool) -> bool:
    """Say yes or no to a room that was offered; False where the time was over.

    Raises:
        NotFound: no stay that the actor may see. Forbidden.
    """
    with unit(actor):
        stay = locked_stay(actor, number)
        _own(actor, stay)
        in_time = stay.state == "offered" and stay.answer_until is not None and clock.now() < stay.answer_until
        if not in_time:
            return stay.state in ("booked", "held", "requested") and comes
        with unit(SYSTEM):
            if not comes:
                ended(stay, "cancelled")
                return True
            if stay.house.kind == "inn":
                stay.state, stay.answer_until = "requested", None
            else:
                settle_down(stay)
            stay.save(update_fields=["state", "answer_until", "pay_until", "owes_yen"])
            tell(stay, stay.house, "to_pay" if stay.state == "held" else stay.state)
    return True


def change_party(
    *, actor: Actor, number: str, party: Mapping[str, int], meals: str, expected_yen: int | None = None
) -> int:
    """Other people or meals, by the tariff that was booked; the new total in yen.

    Raises:
        NotFound; Forbidden; Invalid: by field. Conflict: "retreats.not_now", "retreats.price_changed",
            "retreats.paid_change": money was asked for already.
    """
    with unit(actor):
        stay = locked_stay(actor, number)
        _own(actor, stay)
        if stay.state not in OPEN or clock.today() >= stay.check_in:
            raise Conflict("retreats.not_now")
        tariff = tariff_from(stay.tariff.content)
        wrong = wrong_party(
            tariff, party, least=stay.room_type.least, most=stay.room_type.most, meals=meals, plans=plans_of(tariff)
        )
        if wrong:
            raise Invalid(fields=wrong)
        bill = priced(tariff, party=party, check_in=stay.check_in, nights=stay.nights, meals=meals)
        if expected_yen is not None and expected_yen != bill.total_yen:
            raise Conflict("retreats.price_changed")
        if stay.owes_yen and bill.total_yen != stay.total_yen:
            raise Conflict("retreats.paid_change")
        with unit(SYSTEM):
            for name, value in (bill_columns(bill) | {"party": party_of(party), "meals": meals}).items():
                setattr(stay, name, value)
            stay.save(update_fields=["lines", "total_yen", "before_tax_yen", "party", "meals"])
    return bill.total_yen


def charge_of(stay: Stay) -> tuple[int, int]:
    """Percent and yen that cancelling costs today; nothing where no room was promised yet, or nobody confirmed."""
    if stay.state not in ("booked", "requested"):
        return 0, 0
    row = charge_on(
        tariff_from(stay.tariff.content), before_tax_yen=stay.before_tax_yen, check_in=stay.check_in, day=clock.today()
    )
    return row.percent, row.yen


def cancel_stay(*, actor: Actor, number: str, expected_yen: int | None = None, waive: str = "") -> int:
    """Cancel; the room is free at once for the next in line. The charge in yen; told again it changes nothing.

    Args:
        expected_yen: the charge that was shown; another one now (midnight passed) is refused.
        waive: an official's reason for asking no charge.

    Raises:
        NotFound; Forbidden; Conflict: "retreats.not_now", "retreats.charge_changed".
    """
    with unit(actor):
        stay = locked_stay(actor, number)
        _own(actor, stay)
        if stay.state == "cancelled":
            return stay.charge_yen
        if stay.state not in OPEN:
            raise Conflict("retreats.not_now")
        _percent, yen = charge_of(stay)
        if expected_yen is not None and expected_yen != yen:
            raise Conflict("retreats.charge_changed")
        if waive.strip() and actor.kind != "resident":
            yen, stay.reason = 0, waive.strip()[:500]
        with unit(SYSTEM):
            stay.charge_yen = yen
            ended(stay, "cancelled")
    return yen


def ended(stay: Stay, state: str, *, free: bool = True) -> None:
    """A stay ends; its room comes free (unless the inn has none) and goes to who waits. Inside the system's unit.

    Money goes back but for the charge; who did not pay in time may be at the firm's page just then.
    """
    booking_id, stay.booking_id = stay.booking_id, None
    was_held = stay.state == "held"
    stay.state, stay.ended_at, stay.answer_until = state, clock.now(), None
    stay.save(update_fields=["state", "ended_at", "booking", "answer_until", "charge_yen", "reason"])
    if stay.entry_id is not None:
        booking.withdraw(actor=SYSTEM, entry_id=stay.entry_id)  # the published record follows what was given back
    if was_held and state == "lost":
        hold_ended(stay)
    else:
        end_money(stay, reason=stay.reason or WORDS[state], kept_yen=stay.charge_yen)
    tell(stay, stay.house, "unpaid" if was_held and state == "lost" else state)
    if booking_id is not None and free:
        booking.release_room(actor=SYSTEM, booking_id=booking_id)
        promote_waiting(actor=SYSTEM, room_type_id=stay.room_type_id)


def end_stay(*, actor: Actor, number: str, state: str, reason: str = "") -> None:
    """A stay ends by the platform or the desk: "lost", "cancelled" or "refused"; its room is free again.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        stay = locked_stay(actor, number)
        if stay.state in OPEN:
            stay.reason = reason
            ended(stay, state)


def promote_waiting(*, actor: Actor, room_type_id: int) -> list[UUID]:
    """Offer free rooms of a type to who waits, in their line, each who fits; the stays that got one.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    found: list[UUID] = []
    with unit(actor):
        waiting = Stay.objects.select_for_update(of=("self",), skip_locked=True).filter(
            room_type_id=room_type_id, state="waiting", check_in__gt=clock.today()
        )
        for stay in waiting.select_related("house").order_by("line")[:200]:
            if not take_room(stay):
                continue
            hours = content_from(stay.house.content).answer_hours
            arrival = datetime.combine(stay.check_in, time(0), TOKYO)
            stay.state = "offered"
            stay.answer_until = min(clock.now() + timedelta(hours=hours), arrival)
            stay.save(update_fields=["state", "booking", "answer_until"])
            tell(stay, stay.house, "offered")
            found.append(stay.pk)
    return found


def expire(*, actor: Actor) -> int:
    """Offers nobody answered and 仮予約 nobody proved end, and who still waits on the day has lost; how many.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    now, today = clock.now(), clock.today()
    with unit(actor):
        late = list(Stay.objects.filter(state="offered", answer_until__lte=now).values_list("number", flat=True))
        unproved = Stay.objects.filter(state__in=("booked", "requested"), prove_until__lt=today)
        over = Stay.objects.filter(state="waiting", check_in__lte=today)
        ends = [(number, "lost", "") for number in (*late, *over.values_list("number", flat=True))]
        ends += [(number, "cancelled", "在勤・在学を確かめられなかったため")
                 for number in unproved.values_list("number", flat=True)]  # fmt: skip
    for number, state, reason in ends:
        end_stay(actor=actor, number=number, state=state, reason=reason)
    return len(ends)


def end_unpaid(*, actor: Actor) -> int:
    """Rooms held for paying whose time is over go to the next; how many.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        late = Stay.objects.filter(state="held", pay_until__lte=clock.now()).order_by("pay_until")
        numbers = list(late.values_list("number", flat=True)[:1000])
    for number in numbers:
        with unit(actor):
            stay = locked_stay(actor, number)
            if stay.state == "held" and stay.pay_until is not None and stay.pay_until <= clock.now():
                ended(stay, "lost")
    return len(numbers)


def remind(*, actor: Actor, days: int = 3) -> int:
    """Who comes in so many days hears of it once; how many.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        rows = Stay.objects.select_related("house").filter(
            state="booked", check_in=clock.today() + timedelta(days=days)
        )  # fmt: skip
        for stay in rows:
            tell(stay, stay.house, "soon")
        return len(rows)


def require_reason(reason: str) -> str:
    """A reason that people read. Raises Invalid: "reason"."""
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    return reason.strip()[:500]
