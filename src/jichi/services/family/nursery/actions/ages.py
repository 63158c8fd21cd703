"""The least age at which facilities take children (受入れの月齢), dated: a new rule leaves the old ones as they are."""

from __future__ import annotations

from datetime import date
from typing import Final

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid

from ..models import CLASSES, Facility, FacilityAge
from ..permissions import EDIT, require
from ..rules.least_age import MOST_DAYS

EVERY: Final = "*"
"""In place of a facility's code: all there are."""


def set_least_age(
    *, actor: Actor, code: str, class_id: int, days: int, birth_counts: bool, valid_from: date
) -> int:  # fmt: skip
    """From which day of life a facility (`EVERY`: each there is) takes children of a class, for entries from a day on.

    The same day again puts the rule right. Answers how many rules are new or different.

    Args:
        days: 0 takes the limit away from that day on.

    Raises:
        Forbidden. Invalid: fields "code", "class_id", "days".
    """
    require(actor, EDIT)
    wrong: dict[str, FieldError] = {}
    facilities = list(Facility.objects.all() if code == EVERY else Facility.objects.filter(code=code))
    if not facilities:
        wrong["code"] = FieldError("nursery.no_facility", {"code": code})
    if class_id not in CLASSES:
        wrong["class_id"] = FieldError("nursery.class")
    if not 0 <= days <= MOST_DAYS:
        wrong["days"] = FieldError("nursery.age_days", {"max": MOST_DAYS})
    if wrong:
        raise Invalid(fields=wrong)
    changed = 0
    with unit(actor):
        values = {"days": days, "birth_counts": birth_counts}
        for one in facilities:
            row, new = FacilityAge.objects.select_for_update().get_or_create(
                facility=one, class_id=class_id, valid_from=valid_from,
                defaults={**values, "changed_by_id": actor.account_id, "changed_at": clock.now()},
            )  # fmt: skip
            if new or (row.days, row.birth_counts) == (days, birth_counts):
                changed += new
                continue
            row.days, row.birth_counts = days, birth_counts
            row.changed_by_id, row.changed_at = actor.account_id, clock.now()
            row.save()
            changed += 1
    return changed
