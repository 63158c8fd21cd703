"""The money of stays that are paid for when they are booked: asked for while the room is held, given back by rule.

The rules are those of places at events (`engines.booking.actions.paying`); a stay is no entry and has its own charge.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking.rules.paying import GRACE, PAY_HOURS
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Forbidden

from ..models import Stay
from ..queries.stays import line_of
from ..rules import charge_lines, content_from
from .houses import SYSTEM
from .lodging import take_room
from .telling import tell

SUBJECT: Final = "front_retreats:"
LATE: Final = "期限までに支払いがなかったため"


def subject_of(number: str) -> str:
    """Under which name payments know a stay."""
    return f"{SUBJECT}{number}"


def pays_first(stay: Stay) -> bool:
    """Is the room only held until money has come? Who telephoned has it, and pays until the day."""
    asks = content_from(stay.house.content).pays_first and stay.total_yen > 0
    return asks and stay.channel == "web" and stay.paid_at is None


def settle_down(stay: Stay, *, hours: int = 0) -> None:
    """A stay whose room is promised: "booked", or "held" while it is paid for. Inside the system's unit, before saving.

    Args:
        hours: how long to pay for who has waited for an answer; 0: the minutes of the house.
    """
    content = content_from(stay.house.content)
    stay.state, stay.answer_until = "booked", None
    if not content.pays_first or not stay.total_yen or stay.paid_at is not None:
        return
    if pays_first(stay):
        wait = timedelta(hours=hours) if hours else timedelta(minutes=content.hold_minutes)
        stay.state, stay.pay_until = "held", clock.now() + wait
    stay.owes_yen = stay.total_yen
    due = stay.pay_until.astimezone(TOKYO).date() if stay.state == "held" and stay.pay_until else stay.check_in
    payments.open_charge(
        actor=SYSTEM, subject=subject_of(stay.number), account_id=stay.account_id,
        payer_no=(accounts.linked_person(stay.account_id) or "") if stay.account_id else "",
        division_id=stay.house.division_id, title=stay.house.title, about=stay.number, due_on=due,
        lines=charge_lines([line_of(one) for one in stay.lines]),
        dedupe_key=f"front_retreats:stay:{stay.pk}",
    )  # fmt: skip


def end_money(stay: Stay, *, reason: str, kept_yen: int = 0) -> None:
    """Nothing is owed any more: unpaid it is called off, paid it goes back but for `kept_yen`. Told again: nothing."""
    if not stay.owes_yen or stay.money_done_at is not None:
        return
    subject = subject_of(stay.number)
    back = sum(one.kept_yen for one in charges.charges_of(subject) if one.state == "paid") - kept_yen
    if kept_yen == 0 or stay.paid_at is None:
        payments.cancel_charge(actor=SYSTEM, subject=subject, reason=reason)
    elif back > 0:
        payments.refund_part(
            actor=SYSTEM, subject=subject, amount_yen=back, reason=reason, dedupe_key=f"{subject}:ended"
        )
    stay.money_done_at = clock.now()
    Stay.objects.filter(pk=stay.pk).update(money_done_at=stay.money_done_at)


def _of(subject: str) -> Stay | None:
    """The stay of a charge, locked; None where the charge is about something else. Inside the system's unit."""
    if not subject.startswith(SUBJECT):
        return None
    found = Stay.objects.select_for_update(of=("self",)).select_related("house", "room_type", "tariff")
    return found.filter(number=subject.removeprefix(SUBJECT)).first()


def charge_settled(*, actor: Actor, subject: str) -> None:
    """Money of a stay came: its room is its own. A room that has gone is given anew if one is free and nobody waits;
    else the money goes back by itself. Told again it changes nothing.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(SYSTEM):
        stay = _of(subject)
        if stay is None or stay.paid_at is not None:
            return
        stay.paid_at = clock.now()
        Stay.objects.filter(pk=stay.pk).update(paid_at=stay.paid_at)
        if stay.state == "booked":
            return
        if stay.state != "held" and not _given_anew(stay):
            end_money(stay, reason="支払いが期限のあとに届き、部屋がなかったため")
            tell(stay, stay.house, "paid_too_late")
            return
        stay.state, stay.pay_until, stay.ended_at = "booked", None, None
        stay.save(update_fields=["state", "pay_until", "ended_at", "booking"])
        tell(stay, stay.house, "paid")


def _given_anew(stay: Stay) -> bool:
    """A room for money that came too late, if one is free and nobody waits for the kind."""
    waits = Stay.objects.filter(room_type_id=stay.room_type_id, state="waiting").exists()
    return stay.state == "lost" and not waits and clock.today() < stay.check_in and take_room(stay)


def charge_reopened(*, actor: Actor, subject: str) -> None:
    """What was recorded at the counter was a mistake: it is owed again, and a room of the web is held again.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(SYSTEM):
        stay = _of(subject)
        if stay is None:
            return
        stay.paid_at = None
        if stay.state == "booked" and stay.channel == "web":
            stay.state, stay.pay_until = "held", clock.now() + timedelta(hours=PAY_HOURS)
        stay.save(update_fields=["paid_at", "state", "pay_until"])


def hold_ended(stay: Stay) -> None:
    """A room came free unpaid. Who is at the firm's page at this moment may finish within `GRACE`."""
    trying = any(
        one.state == "open"
        for charge in charges.charges_of(subject_of(stay.number))
        for one in charges.record(charge.id).checkouts
    )
    if not trying:
        end_money(stay, reason=LATE)


def end_money_of_late(*, actor: Actor) -> int:
    """Charges of holds that ended, once the firm's page has died, too; each in a unit of its own. How many.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    left = Stay.objects.filter(
        state="lost", owes_yen__gt=0, paid_at=None, money_done_at=None, pay_until__lte=clock.now() - GRACE
    )
    with unit(actor):
        ids = list(left.values_list("pk", flat=True)[:1000])
    for pk in ids:
        with unit(actor):
            stay = left.select_for_update(of=("self",), skip_locked=True).select_related("house").filter(pk=pk).first()
            if stay is not None:
                end_money(stay, reason=LATE)
    return len(ids)
