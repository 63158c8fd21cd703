"""The money of entries: asked for while a place is held, and given back by rule when it is not needed any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Forbidden

from ..events import PaidTooLate, PlacePaid
from ..models import Entry, EntryPerson, Item, Place, Seat
from ..rules import paying as rules
from .noting import locked_draw
from .offering import SYSTEM


def is_paid_first(entry: Entry) -> bool:
    """Is the place only held until money has come? Who telephoned has it, and pays until the day."""
    return entry.owes_yen > 0 and entry.channel == "web" and entry.paid_at is None


def give_place(entry: Entry, item: Item, *, answers: bool) -> Place:
    """A place by promotion or draw, inside the open unit: held for paying or (`answers`) for a yes, or taken at once.

    Seats, where the item has some, are for the caller to choose.
    """
    now, hours = clock.now(), item.offering.answer_hours
    pays = is_paid_first(entry)
    is_held = pays or (answers and hours > 0)
    until = now + timedelta(hours=hours or rules.PAY_HOURS) if is_held else None
    if pays:
        entry.pay_until = until
        Entry.objects.filter(pk=entry.pk).update(pay_until=until)
    place = Place.objects.create(
        entry=entry, item=item, size=entry.size, state="held" if is_held else "taken", given_at=now, held_until=until
    )
    ask_for_money(entry, item)
    return place


def ask_for_money(entry: Entry, item: Item) -> None:
    """Open the charge of an entry that got a place, once; inside the open unit. Nothing where nothing is owed."""
    if not entry.owes_yen or entry.paid_at is not None:
        return
    last = (entry.pay_until if is_paid_first(entry) else item.starts_at) or clock.now()
    payments.open_charge(
        actor=SYSTEM, subject=_subject(entry), account_id=entry.account_id,
        payer_no=(accounts.linked_person(entry.account_id) or "") if entry.account_id else "",
        division_id=entry.offering.division_id, title=entry.offering.title, about=entry.number,
        lines=[ChargeLine(**line) for line in entry.lines], due_on=last.astimezone(TOKYO).date(),
        dedupe_key=f"eng_booking:entry:{entry.pk}",
    )  # fmt: skip


def _subject(entry: Entry) -> str:
    return rules.subject_of(entry.offering.code, entry.pk)


def begins_at(entry: Entry) -> datetime | None:
    """The first moment of what an entry has or had last."""
    place = Place.objects.filter(entry=entry).select_related("item").order_by("-pk").first()
    return place.item.starts_at if place else None


def withdrawal_cost(*, actor: Actor, entry_id: UUID) -> rules.Cost:
    """What giving it back today would cost; all zero where nothing was paid.

    Raises:
        NotFound: no entry that the actor may see.
    """
    from .entering import own_entry

    with unit(actor):
        entry = own_entry(actor, entry_id)
        with unit(SYSTEM):
            return cost_now(entry)


def cost_now(entry: Entry) -> rules.Cost:
    """By the offering's table, as of today."""
    if entry.paid_at is None or entry.money_done_at is not None:
        return rules.Cost()
    begins = begins_at(entry)
    left = sum(one.kept_yen for one in charges.charges_of(_subject(entry)) if one.state == "paid")
    return rules.cost_of(
        rules.steps_of(entry.offering.cancel_fees), left, today=clock.today(),
        starts_on=begins.astimezone(TOKYO).date() if begins else None,
    )  # fmt: skip


def end_money(entry: Entry, *, reason: str, kept_yen: int = 0) -> None:
    """Nothing is owed any more: unpaid it is called off, paid it goes back but for `kept_yen`. Told again: nothing.

    Inside the open unit, the entry locked. `reason` is for officials, in Japanese.
    """
    if not entry.owes_yen or entry.money_done_at is not None:
        return
    subject = _subject(entry)
    if kept_yen == 0 or entry.paid_at is None:
        payments.cancel_charge(actor=SYSTEM, subject=subject, reason=reason)
    else:
        back = sum(one.kept_yen for one in charges.charges_of(subject) if one.state == "paid") - kept_yen
        if back > 0:
            payments.refund_part(
                actor=SYSTEM, subject=subject, amount_yen=back, reason=reason, dedupe_key=f"{subject}:withdrawn"
            )
    Entry.objects.filter(pk=entry.pk).update(money_done_at=clock.now())


def hold_ended(entry: Entry) -> None:
    """A place came free unpaid. Who is at the payment firm's page at this moment may finish within `rules.GRACE`."""
    if not entry.owes_yen or entry.paid_at is not None:
        return
    trying = any(
        one.state == "open"
        for charge in charges.charges_of(_subject(entry))
        for one in charges.record(charge.id).checkouts
    )
    if not trying:
        end_money(entry, reason="期限までに支払いがなかったため")


def charge_settled(*, actor: Actor, subject: str) -> None:
    """Money of an entry came: its place is its own. Where the place is gone it is given anew if one is free; else it
    goes back by itself. Told again it changes nothing.

    Raises:
        Forbidden: not the platform itself.
    """
    entry_id = rules.entry_of_subject(subject)
    if actor.kind != "system":
        raise Forbidden
    if entry_id is None:
        return
    with unit(SYSTEM):
        entry = Entry.objects.select_for_update(of=("self",)).select_related("offering").get(pk=entry_id)
        if entry.paid_at is not None:
            return
        Entry.objects.filter(pk=entry_id).update(paid_at=clock.now())
        entry.refresh_from_db(fields=["paid_at"])
        places = Place.objects.filter(entry=entry)
        places.filter(state="held").update(state="taken", held_until=None)
        if places.filter(state="taken").exists() or _given_anew(entry):
            announce(PlacePaid(offering_id=entry.offering_id, entry_id=entry.pk))
            return
        end_money(entry, reason="支払いが期限のあとに届き、席がなかったため")
        announce(PaidTooLate(offering_id=entry.offering_id, entry_id=entry.pk))


def _given_anew(entry: Entry) -> bool:
    """A place for money that came too late: the same item, if one is free and nobody waits for it."""
    last = Place.objects.filter(entry=entry).order_by("-pk").first()
    if entry.state != "lost" or last is None or locked_draw(entry.offering_id) is not None:
        return False
    item = Item.objects.select_for_update(of=("self",)).select_related("offering").get(pk=last.item_id)
    waits = Entry.objects.filter(offering_id=entry.offering_id, state="waiting", choices__contains=[item.code])
    over = item.starts_at is not None and clock.now() >= item.starts_at
    if item.offering.state == "cancelled" or over or waits.exists():
        return False
    seats = list(Seat.objects.select_for_update().filter(item=item, place=None).order_by("number")[: entry.size])
    if (len(seats) if item.seated else item.capacity - item.taken) < entry.size:
        return False
    try:
        with transaction.atomic():
            EntryPerson.objects.filter(entry=entry).update(living=True)
            Entry.objects.filter(pk=entry.pk).update(state="placed")
            place = Place.objects.create(entry=entry, item=item, size=entry.size, state="taken", given_at=clock.now())
    except IntegrityError:  # somebody of the group stands in another entry by now, or has a place in a linked offering
        return False
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(place=place)
    return True


def charge_reopened(*, actor: Actor, subject: str) -> None:
    """What was recorded at the counter was a mistake: it is owed again, and a place of the web is held again.

    Raises:
        Forbidden: not the platform itself.
    """
    entry_id = rules.entry_of_subject(subject)
    if actor.kind != "system":
        raise Forbidden
    if entry_id is None:
        return
    with unit(SYSTEM):
        entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry_id)
        until = clock.now() + timedelta(hours=rules.PAY_HOURS)
        Entry.objects.filter(pk=entry_id).update(paid_at=None, pay_until=until)
        if entry.channel == "web":
            Place.objects.filter(entry=entry, state="taken").update(state="held", held_until=until)


def end_money_of_ended(*, actor: Actor, limit: int = 1000) -> int:
    """Money of entries whose offering was cancelled, and of holds that ended: each once, each in a unit of its own.

    Killed in the middle, the next run goes on with those that are left. How many it ended.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    late = Q(state="lost", paid_at=None, pay_until__lte=clock.now() - rules.GRACE)
    left = Entry.objects.filter(Q(state="cancelled") | late, owes_yen__gt=0, money_done_at=None)
    with unit(actor):
        ids = list(left.order_by("pk").values_list("pk", flat=True)[:limit])
    for entry_id in ids:
        with unit(actor):
            entry = left.select_for_update(of=("self",), skip_locked=True).select_related("offering")
            found = entry.filter(pk=entry_id).first()
            if found is not None:
                is_off = found.state == "cancelled"
                end_money(found, reason="中止のため" if is_off else "期限までに支払いがなかったため")
    return len(ids)
