"""The next round (2次、毎月の選考): who stays on the waiting list goes on into it, with the seats that are left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Conflict, NotFound

from ..models import Application, Child, Facility, Outcome, Round, Vacancy
from ..permissions import EDIT, require
from ..queries.applications import waiting_list
from ..queries.results import cutoffs
from ..rules.carrying import PLACED, Fate, family_after, seats_left
from .intake import keep, rules_of
from .rounds import locked_round, put_seat


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried over: families by what became of them, and seats of classes."""

    families: dict[Fate, int]
    slots: int


def carry_over(*, actor: Actor, round_id: UUID, before_id: UUID) -> Carried:
    """Carry the waiting list of a published round into a later one, with the seats left. Again carries what is new.

    Applications and seats that are in the later round already stay as they are. A score that comes out the same stays
    confirmed by the two who confirmed it; any other waits for two again.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.published", "nursery.no_table", "nursery.not_after" when the earlier
            round is not published, of another division or entry, or another one was carried over before.
    """
    require(actor, EDIT)
    with unit(actor):
        row = locked_round(actor, round_id)
        before = Round.objects.filter(pk=before_id, division_id=row.division_id).first()
        if before is None:
            raise NotFound
        if before.published_run_id is None or before.entry_on > row.entry_on or row.follows_id not in {None, before.pk}:
            raise Conflict("nursery.not_after")
        row.follows = before
        row.save(update_fields=["follows"])
        return Carried(_carry(row, before), _seats(row, before))


def _carry(row: Round, before: Round) -> dict[Fate, int]:
    rules = rules_of(row)
    there = Application.objects.filter(round=row)
    known = set(there.values_list("code", flat=True))
    accounts = set(there.exclude(account=None).values_list("account_id", flat=True))
    found: Counter[Fate] = Counter()
    for one in waiting_list(before.pk):
        if one.withdrawn:
            found["withdrawn"] += 1
            continue
        family, fate = family_after(one.family, one.results, row.entry_on)
        found[fate] += 1
        if family is None or family.code in known or one.account_id in accounts:
            continue
        keep(row, None, family, rules)
        made = Application.objects.get(round=row, code=family.code)
        if made.account_id != one.account_id:
            made.account_id = one.account_id
            made.save(update_fields=["account"])
        _keep_confirmed(made, one.id)
    return dict(found)


def _keep_confirmed(made: Application, before_id: UUID) -> None:
    """Two officials confirmed just these points before: they need not do it again."""
    old = {one.code: one for one in Child.objects.filter(application_id=before_id, second_by__isnull=False)}
    for child in made.children.all():
        was = old.get(child.code)
        if was is not None and was.score_sha256 == child.score_sha256:
            child.first_by_id, child.second_by_id = was.first_by_id, was.second_by_id
            child.confirmed_at = was.confirmed_at
            child.save(update_fields=["first_by", "second_by", "confirmed_at"])


def _seats(row: Round, before: Round) -> int:
    run = before.published_run_id or UUID(int=0)
    remaining = {(one.facility, int(one.class_id)): one.remaining for one in cutoffs(run, public=False)}
    declined = Outcome.objects.filter(run_id=run, status__in=PLACED, child__application__withdrawn_at__isnull=False)
    given_back = Counter(declined.values_list("facility", "child__class_id"))
    wanted = seats_left(remaining, given_back, before.entry_on, row.entry_on)
    there = set(Vacancy.objects.filter(round=row).values_list("facility__code", "class_id"))
    facilities = {one.code: one for one in Facility.objects.all()}
    new = {key: number for key, number in wanted.items() if key not in there and key[0] in facilities}
    for (code, group), number in new.items():
        put_seat(row, facilities[code], group, number)
    return len(new)
