"""Taking over the former register of users: all of a file or nothing, and twice is once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.tables import LineError

from ..models import Member
from ..permissions import require_editor
from ..rules import read_members
from .houses import SYSTEM

FIELDS: Final = ("kind", "name", "kana", "phone", "email", "workplace", "proved_until")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file did, or what is wrong with it."""

    new: int = 0
    changed: int = 0
    same: int = 0
    errors: tuple[LineError, ...] = ()


def import_members(*, actor: Actor, division_id: int, data: bytes) -> Imported:
    """Take registered users from a CSV, known by their number. Who booked with us since keeps what they told us.

    Raises:
        Forbidden: not an official of the division.
    """
    require_editor(actor, division_id)
    rows, errors = read_members(data)
    if errors:
        return Imported(errors=errors)
    new: list[Member] = []
    changed: list[Member] = []
    with unit(actor), unit(SYSTEM):
        known = {one.number: one for one in Member.objects.select_for_update().exclude(number="")}
        for row in rows:
            before = known.get(row.number)
            given = {name: getattr(row, name) for name in FIELDS}
            if before is None:
                new.append(
                    Member(division_id=division_id, number=row.number, registered_on=clock.today(), **given)
                )  # fmt: skip
            elif before.account_id is None and any(getattr(before, name) != value for name, value in given.items()):
                for name, value in given.items():
                    setattr(before, name, value)
                changed.append(before)
        Member.objects.bulk_create(new, batch_size=1000)
        Member.objects.bulk_update(changed, FIELDS, batch_size=1000)
    return Imported(len(new), len(changed), len(rows) - len(new) - len(changed))
