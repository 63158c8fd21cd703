"""A counter's day: opened with a counted float, closed with a counted drawer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import IntegrityError

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger import queries as ledger_queries
from jichi.engines.ledger.rules import Posting
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year, format_date
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from .. import queries, rules
from ..models import Desk, DeskDay
from ..permissions import CONFIRM, SELL, require

SYSTEM: Final = system_actor("cashless")
MOST_REASON: Final = 500


def desk_for(actor: Actor, id: UUID) -> Desk:
    """A counter that the actor may sell at.

    Raises:
        Forbidden: "cashless.not_clerk". NotFound: of another division.
    """
    require(actor, SELL)
    desk = Desk.objects.select_related("division").filter(pk=id).first()
    if desk is None or (actor.kind != "system" and desk.division_id not in actor.divisions):
        raise NotFound
    if actor.kind != "system" and desk.clerks and actor.account_id not in desk.clerks:
        raise Forbidden("cashless.not_clerk")
    return desk


def open_day(*, actor: Actor, desk_id: UUID, pieces: Mapping[int, str]) -> UUID:
    """Open a counter today with the float that was counted.

    Raises:
        Forbidden; NotFound; Invalid: fields "p10000" and so on.
        Conflict: "cashless.open_already", "cashless.closed_today", "cashless.day_of_before".
    """
    desk = desk_for(actor, desk_id)
    counted = rules.checked_pieces(pieces)
    today = clock.today()
    try:
        with unit(actor):
            day = DeskDay.objects.create(
                desk=desk, on=today, opened_at=clock.now(), opened_by=actor.account_id,
                float_yen=rules.pieces_total(counted), float_pieces=_kept(counted),
            )  # fmt: skip
            return day.pk
    except IntegrityError:
        with unit(actor):
            left = DeskDay.objects.filter(desk=desk).exclude(state="closed").first()
        if left is None:
            raise Conflict("cashless.closed_today") from None
        if left.on == today:
            raise Conflict("cashless.open_already") from None
        raise Conflict("cashless.day_of_before", day=format_date(left.on)) from None


def _kept(pieces: Mapping[int, int]) -> dict[str, int]:
    return {str(piece): count for piece, count in pieces.items()}


def _locked(actor: Actor, id: UUID, *states: str) -> DeskDay:
    """A day of the actor's divisions, locked. NotFound; Conflict where its state is none of these."""
    day = DeskDay.objects.select_related("desk").select_for_update(of=("self",)).filter(pk=id).first()
    if day is None or (actor.kind != "system" and day.desk.division_id not in actor.divisions):
        raise NotFound
    if day.state not in states:
        raise Conflict("cashless.not_open" if "open" in states else "cashless.not_waiting")
    return day


def close_day(*, actor: Actor, day_id: UUID, pieces: Mapping[int, str], reason: str = "") -> str:
    """Close a day with the drawer that was counted, and post it; beyond the counter's limit a second person confirms.

    Returns:
        "closed", or "waiting" for the second person.

    Raises:
        Forbidden; NotFound; Invalid: fields of pieces, "reason" of the difference. Conflict: "cashless.not_open".
    """
    require(actor, SELL)
    counted = rules.checked_pieces(pieces)
    with unit(actor):
        day = _locked(actor, day_id, "open")
        desk_for(actor, day.desk_id)
        sums = queries.day_sums(day.pk)
        found = rules.close_of(
            float_yen=day.float_yen, cash_yen=sums.cash, counted_yen=rules.pieces_total(counted),
            confirm_over_yen=day.desk.confirm_over_yen,
        )  # fmt: skip
        reason = reason.strip()
        if found.needs_reason and not reason:
            off = FieldError("cashless.reason_needed", {"difference": f"{found.difference_yen:+,}"})
            raise Invalid(fields={"reason": off})
        if len(reason) > MOST_REASON:
            raise Invalid(fields={"reason": FieldError("field.too_long", {"max": MOST_REASON, "now": len(reason)})})
        day.expected_yen, day.counted_yen, day.counted_pieces = found.expected_yen, found.counted_yen, _kept(counted)
        day.counted_at, day.counted_by = clock.now(), actor.account_id
        day.reason = reason if found.needs_reason else ""
        if not found.needs_second:
            _finish(actor, day, sums)
            return "closed"
        day.state = "waiting"
        day.save()
        inbox.put_item(
            actor=actor, kind="check", division_id=day.desk.division_id, permission=CONFIRM,
            title={"ja": f"窓口の現金の差を確かめる: {day.desk.name} {found.difference_yen:+,}円"},
            url_path=f"/staff/desks/days/{day.pk}/", subject_key=_subject(day),
        )  # fmt: skip
        return "waiting"


def _subject(day: DeskDay) -> str:
    return f"front_cashless:day:{day.pk}"


def _finish(actor: Actor, day: DeskDay, sums: rules.Sums) -> None:
    day.state, day.closed_at = "closed", clock.now()
    day.save()
    difference = (day.counted_yen or 0) - (day.expected_yen or 0)
    open_accounts()
    ledger.post(actor=actor, postings=[Posting(
        key=f"cashless:day:{day.pk}", kind="cashless", division_id=day.desk.division_id,
        fiscal_year=fiscal_year(day.on), belongs_on=day.on, entries=rules.day_entries(day.desk.code, sums, difference),
    )])  # fmt: skip


def open_accounts() -> None:
    """The accounts that counters need stand in the chart; done again it changes nothing."""
    there = {one.code for one in ledger_queries.accounts()}
    for code, title, kind, position in (one for one in rules.ACCOUNTS if one[0] not in there):
        ledger.open_account(actor=SYSTEM, code=code, title=title, kind=kind, position=position)


def confirm_day(*, actor: Actor, day_id: UUID) -> None:
    """A second person has looked at the difference: the day is closed and posted.

    Raises:
        Forbidden: also "cashless.same_person". NotFound; Conflict: "cashless.not_waiting".
    """
    require(actor, CONFIRM)
    with unit(actor):
        day = _locked(actor, day_id, "waiting")
        if actor.account_id is not None and actor.account_id == day.counted_by:
            raise Forbidden("cashless.same_person")
        day.confirmed_at, day.confirmed_by = clock.now(), actor.account_id
        _finish(actor, day, queries.day_sums(day.pk))
        inbox.close_items(actor=actor, subject_key=_subject(day))


def reopen_day(*, actor: Actor, day_id: UUID) -> None:
    """A second person sends the close back: the counter is open again and is counted anew.

    Raises:
        Forbidden; NotFound; Conflict: "cashless.not_waiting".
    """
    require(actor, CONFIRM)
    with unit(actor):
        day = _locked(actor, day_id, "waiting")
        day.state = "open"
        day.save()
        inbox.close_items(actor=actor, subject_key=_subject(day))
