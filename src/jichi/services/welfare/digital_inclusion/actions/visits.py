"""Visits to a help desk: booked on the web or by telephone, walked in with one press, and what became of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.receipt_number import new_number

from ..models import Desk, DeskDay, DeskHours, Topic, Visit
from ..permissions import require_supporter
from ..rules import AGE_CLASSES, MOST_BOOKED, OUTCOMES, Hours, SingleDay, age_class, minutes_between, slots_on
from .organising import SYSTEM
from .telling import tell_visit

LONGEST = 200
COMING = ("booked", "here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Who comes to a desk, and what for."""

    name: str = ""
    phone: str = ""
    wish: str = ""
    age_class: str = "unknown"
    language: str = "ja"


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of it: "booked", "full", "closed" (no such slot, or not bookable now) or "too_many"."""

    outcome: str
    number: str = ""


def book_visit(
    *, actor: Actor, code: str, at: datetime, booking: Booking, dedupe_key: str, channel: str = "web"
) -> Booked:
    """A slot of a desk. The same key again gives the first answer.

    Raises:
        NotFound: no such desk. Forbidden: neither a resident nor of the division.
        Invalid: "name", "phone" or "wish".
    """
    desk = Desk.objects.filter(code=code, is_open=True).first()
    if desk is None:
        raise NotFound
    if actor.kind != "resident" or actor.account_id is None:
        require_supporter(actor, desk.division_id)
    with unit(actor):
        before = Visit.objects.filter(dedupe_key=dedupe_key).first()
        if before is not None:
            return Booked("booked", before.number)
        account_id = actor.account_id if actor.kind == "resident" else None
        name, age = _known(account_id, booking)
        _checked(booking, name)
        with unit(SYSTEM):
            if account_id is not None and _has_enough(account_id):
                return Booked("too_many")
            return _taken(desk, at, booking, name, age, account_id, channel, dedupe_key)


def _known(account_id: UUID | None, booking: Booking) -> tuple[str, str]:
    """Name and class of age from the register for who is linked with it, else as told."""
    told = booking.age_class if booking.age_class in AGE_CLASSES else "unknown"
    number = accounts.linked_person(account_id) if account_id else None
    with unit(SYSTEM):
        person = registry.resident(number) if number else None
    if person is None:
        return booking.name.strip(), told
    return person.display_name, age_class(person.birth_date, clock.today())


def _checked(booking: Booking, name: str) -> None:
    wrong: dict[str, FieldError] = {}
    for field, text in (("name", name), ("phone", booking.phone.strip())):
        if not text:
            wrong[field] = FieldError("field.required")
    for field, text in (("name", name), ("phone", booking.phone), ("wish", booking.wish)):
        if len(text) > LONGEST:
            wrong[field] = FieldError("field.too_long", {"max": LONGEST, "now": len(text)})
    if wrong:
        raise Invalid(fields=wrong)


def _has_enough(account_id: UUID) -> bool:
    """One account books one after the other, so that two at once don't make one too many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('digital_visits'), hashtext(%s))", (str(account_id),))
    coming = Visit.objects.filter(account_id=account_id, state="booked", starts_at__gt=clock.now())
    return coming.count() >= MOST_BOOKED


def _taken(
    desk: Desk, at: datetime, booking: Booking, name: str, age: str, account_id: UUID | None, channel: str, key: str
) -> Booked:
    places = _places(desk, at)
    ends = at + timedelta(minutes=desk.slot_minutes)
    if not places or ends <= clock.now() or at > clock.now() + timedelta(days=desk.ahead_days + 1):
        return Booked("closed")
    for _try in range(places):
        taken = set(
            Visit.objects.filter(desk=desk, starts_at=at, lane__isnull=False)
            .exclude(state="cancelled")
            .values_list("lane", flat=True)
        )
        lane = next((n for n in range(1, places + 1) if n not in taken), None)
        if lane is None:
            break
        try:
            with transaction.atomic():
                row = Visit.objects.create(
                    number=new_number(secrets.token_bytes(8)), desk=desk, starts_at=at, ends_at=ends, lane=lane,
                    channel=channel, state="booked", account_id=account_id, name=name, phone=booking.phone.strip(),
                    wish=booking.wish.strip(), age_class=age, language=booking.language, dedupe_key=key,
                )  # fmt: skip
        except IntegrityError:  # somebody else had this place in the same moment: the next one, if there is one
            continue
        if account_id is not None:
            tell_visit(visit=row, what="booked")
        return Booked("booked", row.number)
    again = Visit.objects.filter(dedupe_key=key).first()  # the same press twice at the same moment
    return Booked("booked", again.number) if again else Booked("full")


def _places(desk: Desk, at: datetime) -> int:
    """How many may be booked at a moment; 0 where no slot begins."""
    day = at.astimezone(TOKYO).date()
    hours = [
        Hours(valid_from=one.valid_from, weekday=one.weekday, opens=one.opens, closes=one.closes,
              supporters=one.supporters)
        for one in DeskHours.objects.filter(desk=desk)
    ]  # fmt: skip
    days = [
        SingleDay(day=one.day, opens=one.opens, closes=one.closes, supporters=one.supporters)
        for one in DeskDay.objects.filter(desk=desk, day=day)
    ]
    return next((one.places for one in slots_on(day, hours, days, desk.slot_minutes) if one.starts_at == at), 0)


def cancel_visit(*, actor: Actor, number: str) -> None:
    """Give the slot back. Told again it changes nothing.

    Raises:
        NotFound: no visit that the actor may see. Forbidden: nobody signed in.
        Conflict: "digital.visit_over", it has begun or is over.
    """
    with unit(actor):
        row = _locked(actor, number)
        if row.state == "cancelled":
            return
        if row.state != "booked":
            raise Conflict("digital.visit_over")
        with unit(SYSTEM):
            Visit.objects.filter(pk=row.pk).update(state="cancelled")


def _locked(actor: Actor, number: str) -> Visit:
    """A visit that the actor may see, of their own or of a desk of theirs."""
    if actor.kind == "anonymous":
        raise Forbidden
    if not Visit.objects.filter(number=number).exists():  # row security decides who sees it
        raise NotFound
    with unit(SYSTEM):
        row = Visit.objects.select_for_update(of=("self",)).select_related("desk").get(number=number)
    if actor.kind == "staff":
        require_supporter(actor, row.desk.division_id)
    return row


def walk_in(*, actor: Actor, code: str, dedupe_key: str) -> str:
    """Somebody stands at the desk: one press. The number of the visit; the same key again makes no second.

    Raises:
        NotFound: no such desk. Forbidden: not of the division.
    """
    desk = Desk.objects.filter(code=code).first()
    if desk is None:
        raise NotFound
    require_supporter(actor, desk.division_id)
    with unit(actor), unit(SYSTEM):
        now = clock.now()
        row, _new = Visit.objects.get_or_create(
            dedupe_key=dedupe_key,
            defaults={
                "number": new_number(secrets.token_bytes(8)), "desk": desk, "starts_at": now, "channel": "walk_in",
                "state": "here", "arrived_at": now,
            },
        )  # fmt: skip
        return row.number


def receive_visit(*, actor: Actor, number: str, came: bool) -> None:
    """Who booked is there, or did not come. Told again it changes nothing.

    Raises:
        NotFound; Forbidden: not of the division. Conflict: "digital.visit_over"; "digital.too_early" before its day.
    """
    with unit(actor):
        row = _locked(actor, number)
        if actor.kind == "resident":
            raise Forbidden
        state = "here" if came else "absent"
        if row.state == state:
            return
        if row.state not in ("booked", "absent"):
            raise Conflict("digital.visit_over")
        if row.starts_at.astimezone(TOKYO).date() > clock.today():
            raise Conflict("digital.too_early")
        with unit(SYSTEM):
            Visit.objects.filter(pk=row.pk).update(state=state, arrived_at=clock.now() if came else None)


def finish_visit(
    *, actor: Actor, number: str, topics: Sequence[str], outcome: str, minutes: int | None = None,
    age: str = "", passed_to: str = "",
) -> None:  # fmt: skip
    """What was asked, how long it took (None: since they came) and what became of it; may be corrected later.

    Raises:
        NotFound; Forbidden: not of the division. Conflict: "digital.visit_over", nobody came.
        Invalid: "topics", "outcome", "minutes" or "passed_to".
    """
    with unit(actor):
        row = _locked(actor, number)
        if actor.kind == "resident":
            raise Forbidden
        if row.state not in ("here", "done") or row.arrived_at is None:
            raise Conflict("digital.visit_over")
        took = minutes_between(row.arrived_at, clock.now()) if minutes is None else minutes
        known = set(Topic.objects.filter(code__in=list(topics)).values_list("code", flat=True))
        wrong: dict[str, FieldError] = {}
        if not topics or known != set(topics):
            wrong["topics"] = FieldError("field.choose_one")
        if outcome not in OUTCOMES:
            wrong["outcome"] = FieldError("field.choose_one")
        if not 1 <= took <= 480:
            wrong["minutes"] = FieldError("digital.number", {"least": 1, "most": 480})
        if len(passed_to) > LONGEST:
            wrong["passed_to"] = FieldError("field.too_long", {"max": LONGEST, "now": len(passed_to)})
        if wrong:
            raise Invalid(fields=wrong)
        with unit(SYSTEM):
            Visit.objects.filter(pk=row.pk).update(
                state="done", topics=sorted(known), outcome=outcome, minutes=took,
                passed_to=passed_to.strip() if outcome == "passed_on" else "",
                age_class=age if age in AGE_CLASSES else row.age_class,
            )  # fmt: skip
