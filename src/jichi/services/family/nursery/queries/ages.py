"""Reads of the least ages at entry (受入れの月齢). Public: no persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ..models import Child, FacilityAge, Round
from ..rules.least_age import LeastAge, Slot, TooYoung, in_force, too_young


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeView:
    """A rule as the officials' list shows it."""

    code: str
    name: str
    class_id: int
    valid_from: date
    rule: LeastAge


def ages() -> tuple[AgeView, ...]:
    """Every rule by facility, class and day. One statement."""
    rows = FacilityAge.objects.select_related("facility").order_by("facility__code", "class_id", "valid_from")
    return tuple(
        AgeView(
            code=one.facility.code, name=one.facility.name, class_id=one.class_id, valid_from=one.valid_from,
            rule=LeastAge(one.days, one.birth_counts),
        )
        for one in rows
    )  # fmt: skip


def least_ages(entry: date) -> dict[Slot, LeastAge]:
    """(facility, class) → the rule for an entry on this day. One statement."""
    rows = FacilityAge.objects.filter(valid_from__lte=entry).values_list(
        "facility__code", "class_id", "valid_from", "days", "birth_counts"
    )
    return in_force(
        (((code, group), since, LeastAge(days, counts)) for code, group, since, days, counts in rows), entry
    )


def too_young_in(round_id: UUID) -> Iterator[tuple[Child, TooYoung]]:
    """The children of a round who wish for, or are placed by hand at, a facility they are too young for."""
    entry = Round.objects.values_list("entry_on", flat=True).get(pk=round_id)
    rules = least_ages(entry)
    if not rules:
        return
    children = Child.objects.filter(application__round_id=round_id, application__withdrawn_at__isnull=True)
    for one in children.select_related("application", "pin").order_by("application__code", "seq"):
        places = [*one.wishes, *([one.pin.facility] if hasattr(one, "pin") and one.pin.facility else [])]
        for wrong in too_young(rules, list(dict.fromkeys(places)), one.class_id, one.birth, entry):
            yield one, wrong
