"""Two runs of a round side by side: what went in differently, and why each child is placed differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ..models import Child, RoundSecret, Run
from ..rules.assembling import pseudonym, unpacked
from ..rules.differing import Cause, Change, causes, changes_of_inputs, families_of, places_of


@dataclass(frozen=True, slots=True)
class Named:
    """A child behind a pseudonym, as officials know it."""

    id: UUID
    code: str
    name: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """Differences of the tables, causes by child, and who the pseudonyms are (erased children are not among them)."""

    changes: tuple[Change, ...]
    causes: Mapping[UUID, tuple[Cause, ...]]
    people: Mapping[str, Named]


def explained(before: UUID, after: UUID) -> Explained:
    """Why two finished runs of a round differ. Three statements."""
    runs = {row.pk: row for row in Run.objects.filter(pk__in=(before, after), state="done")}
    old, new = runs[before], runs[after]
    tables = [unpacked(bytes(row.inputs)) for row in (old, new)]
    places = {
        row.pk: places_of(files, unpacked(bytes(row.outputs or b"")))
        for files, row in zip(tables, (old, new), strict=True)
    }
    changes = changes_of_inputs(*tables)
    found = causes(places[before], places[after], changes, families_of(*tables))
    people = _people(new.round_id)
    return Explained(changes, {people[one].id: why for one, why in found.items() if one in people}, people)


def _people(round_id: UUID) -> dict[str, Named]:
    secret = RoundSecret.objects.filter(round_id=round_id).first()
    if secret is None:
        return {}
    salt = bytes(secret.salt)
    children = Child.objects.filter(application__round_id=round_id).select_related("application")
    return {
        pseudonym(salt, "C", one.key): Named(one.pk, one.key, one.name, one.application.withdrawn_at is not None)
        for one in children
    }
