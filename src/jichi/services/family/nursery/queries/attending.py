"""What an official looks at before approving a run (先に見ること): from its tables, and from the round as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ..models import Child, Facility, RoundSecret, Run, Vacancy
from ..rules.assembling import pseudonym, unpacked
from ..rules.attending import at_a_border, flags
from ..rules.differing import changes_of_inputs
from .inputs import inputs_of

KINDS: Final = (
    "blocking", "tie", "free", "split", "pin", "cost", "changed", "missing", "confirm", "seats", "score", "birth",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing to look at: a child (or, without `application_id`, a facility), and the words of why by code."""

    application_id: UUID | None = None
    child_id: UUID | None = None
    code: str = ""
    name: str = ""
    class_id: int = 0
    facility: str = ""
    why: str = ""
    """Of "free" and "blocking" a code of explain.csv; of "changed" a kind of `rules.differing`."""
    other: str = ""
    """Another child's number; of "missing" the papers."""
    number: int = 0
    before: str = ""
    after: str = ""
    birth: date | None = None


@dataclass(frozen=True, slots=True)
class _Person:
    id: UUID
    application_id: UUID
    code: str
    name: str
    class_id: int
    birth: date
    reason: str
    confirmed: bool
    missing: Sequence[str]
    withdrawn: bool
    wishes: Sequence[str]


def attention(run_id: UUID) -> dict[str, tuple[Point, ...]]:
    """By kind, in the order of `KINDS`, every one there; {} of a run that is not done. Ten statements."""
    row = Run.objects.filter(pk=run_id, state="done").first()
    secret = RoundSecret.objects.filter(round_id=row.round_id).first() if row else None
    if row is None or row.outputs is None or secret is None:
        return {}
    inputs, outputs = unpacked(bytes(row.inputs)), unpacked(bytes(row.outputs))
    people = {pseudonym(bytes(secret.salt), "C", one.code): one for one in _people(row.round_id)}
    found: dict[str, list[Point]] = {kind: [] for kind in KINDS}
    for flag in flags(inputs, outputs):
        child, other = people.get(flag.child), people.get(flag.other)
        if child is not None:  # after erasing nobody stands behind the pseudonym
            why = child.reason if flag.kind == "pin" else flag.code
            found[flag.kind].append(
                _point(
                    child, facility=flag.facility, why=why, other=other.code if other else "", number=flag.number,
                )
            )  # fmt: skip
    found["changed"] = list(_changed(inputs, inputs_of(row.round_id) or {}, people))
    found["missing"], found["confirm"] = _waiting(people.values())
    found["seats"] = list(_without_seats(row.round_id, people.values()))
    in_run = set(_children_of(inputs))
    border = set(at_a_border((key, one.birth) for key, one in people.items() if key in in_run))
    found["birth"] = [_point(people[key]) for key in sorted(border)]
    return {kind: tuple(sorted(found[kind], key=lambda one: (one.code, one.facility))) for kind in KINDS}


def _point(child: _Person, *, facility: str = "", why: str = "", other: str = "", number: int = 0) -> Point:
    return Point(
        application_id=child.application_id, child_id=child.id, code=child.code, name=child.name,
        class_id=child.class_id, facility=facility, why=why, other=other, number=number, birth=child.birth,
    )  # fmt: skip


def _people(round_id: UUID) -> list[_Person]:
    rows = Child.objects.filter(application__round_id=round_id).select_related("application", "pin")
    return [
        _Person(
            id=one.pk, application_id=one.application_id, code=one.key, name=one.name, class_id=one.class_id,
            birth=one.birth, reason=one.pin.reason if hasattr(one, "pin") else "",
            confirmed=one.second_by_id is not None, missing=one.application.missing,
            withdrawn=one.application.withdrawn_at is not None, wishes=one.wishes,
        )
        for one in rows.order_by("application__code", "seq").defer("score", "answers")
    ]  # fmt: skip


def _children_of(inputs: Mapping[str, bytes]) -> Iterator[str]:
    for line in inputs["children.csv"].decode("utf-8-sig").splitlines()[1:]:
        yield line.split(",", 1)[0]


def _changed(frozen: Mapping[str, bytes], now: Mapping[str, bytes], people: Mapping[str, _Person]) -> Iterator[Point]:
    """What the round's tables say otherwise than when the run was begun."""
    for change in changes_of_inputs(frozen, now):
        if change.kind == "seats":
            yield Point(
                facility=change.slot[0], class_id=int(change.slot[1]), why="seats", before=change.before,
                after=change.after,
            )  # fmt: skip
        elif change.child in people:
            child = people[change.child]
            yield _point(child, why="withdrawn" if change.kind == "gone" and child.withdrawn else change.kind)


def _waiting(people: Iterable[_Person]) -> tuple[list[Point], list[Point]]:
    """Children who take no part: papers missing; score not confirmed by two."""
    going = [one for one in people if not one.withdrawn]
    missing = [_point(one, other="、".join(one.missing)) for one in going if one.missing]
    return missing, [_point(one) for one in going if not one.confirmed]


def _without_seats(round_id: UUID, people: Iterable[_Person]) -> Iterator[Point]:
    """Facilities that have entered no class in the round, and how many wish for them."""
    offered = set(Vacancy.objects.filter(round_id=round_id).values_list("facility__code", flat=True))
    wished = Counter(code for one in people if not one.withdrawn for code in one.wishes)
    for code in Facility.objects.exclude(code__in=offered).order_by("code").values_list("code", flat=True):
        yield Point(facility=code, number=wished[code])
