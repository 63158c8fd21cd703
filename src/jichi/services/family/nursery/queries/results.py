"""Reads of results: of a child, the exceptions first, two runs compared, what if, and what the public may see."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit

from ..models import Outcome, Round, RoundSecret, Run
from ..rules.assembling import pseudonym, unpacked

WHAT_IF_SECONDS: Final = 8.0
"""So long a page looks for a proof; then the best found is shown, and said to be that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """What a run gives one child."""

    child_id: UUID
    application_id: UUID
    code: str
    name: str
    class_id: int
    facility: str
    status: str
    option_rank: int | None
    reasons: Sequence[Mapping[str, Any]]
    leaf: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A slot of a published round: `score` is None where it is protected or nobody was admitted."""

    facility: str
    class_id: str
    seats: int
    applicants: int
    admitted: int
    remaining: int
    score: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A child that two results place differently; "" is no seat."""

    name: str
    code: str
    class_id: int
    before: str
    after: str
    child_id: UUID | None = None


def _view(one: Outcome) -> OutcomeView:
    return OutcomeView(
        child_id=one.child_id, application_id=one.child.application_id,
        code=f"{one.child.application.code}/{one.child.code}", name=one.child.name, class_id=one.child.class_id,
        facility=one.facility, status=one.status, option_rank=one.option_rank, reasons=one.reasons, leaf=one.leaf,
    )  # fmt: skip


def outcomes_of(*, run_id: UUID, application_id: UUID) -> tuple[OutcomeView, ...]:
    """The results of one family's children in a run, elder first. One statement."""
    found = Outcome.objects.filter(run_id=run_id, child__application_id=application_id)
    return tuple(_view(one) for one in found.select_related("child__application").order_by("child__seq"))


def outcomes_of_families(*, run_id: UUID, application_ids: Sequence[UUID]) -> dict[UUID, OutcomeView]:
    """Child → result in a run, of several families at once. One statement."""
    found = Outcome.objects.filter(run_id=run_id, child__application_id__in=application_ids)
    return {one.child_id: _view(one) for one in found.select_related("child__application")}


def notice_codes(*, run_id: UUID, without_login: bool) -> list[str]:
    """The numbers of the families in a run that a notice goes to, in their order. One statement."""
    found = Outcome.objects.filter(run_id=run_id, child__application__withdrawn_at__isnull=True)
    if without_login:
        found = found.filter(child__application__account__isnull=True)
    return sorted(set(found.values_list("child__application__code", flat=True)))


def changes_between(before: UUID, after: UUID) -> tuple[Moved, ...]:
    """Children whose place differs between two runs of a round, by code; who is in one run alone is named too."""
    places: dict[UUID, list[str | None]] = {}
    about: dict[UUID, Outcome] = {}
    for one in Outcome.objects.filter(run_id__in=(before, after)).select_related("child__application"):
        places.setdefault(one.child_id, [None, None])[one.run_id == after] = one.facility
        about[one.child_id] = one
    found = [
        Moved(
            about[key].child.name, about[key].child.key, about[key].child.class_id,
            "対象外" if old is None else old, "対象外" if new is None else new, key,
        )
        for key, (old, new) in places.items() if old != new
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.code))


def what_if(run_id: UUID, changes: Mapping[tuple[str, int], int]) -> tuple[str, tuple[Moved, ...]] | None:
    """(verdict, children placed differently) if a finished run had other seats; None where a slot is not in it.

    Nothing is kept. A search for a proof ends after `WHAT_IF_SECONDS`.
    """
    from ..rules.matching import Changes, StoppedError
    from ..rules.matching import what_if as matched_with
    from ..rules.reading import read

    row = Run.objects.filter(pk=run_id, state="done").select_related("round").first()
    if row is None or row.outputs is None:
        return None
    tables, _ = read(unpacked(bytes(row.inputs)))
    if tables is None:
        return None
    began = time.perf_counter()

    def told(phase: str, _count: int) -> None:
        if phase in {"narrow", "decide", "prove"} and time.perf_counter() - began > WHAT_IF_SECONDS:
            raise StoppedError

    wanted = Changes({(code, str(group)): number for (code, group), number in changes.items()})
    policy: Any = row.round.policy
    try:
        left = [(one["unit_id"], one["option_rank"]) for one in row.figures.get("blocking", [])]
        matched, _ = matched_with(tables, wanted, policy=policy, told=told, left=left)
    except KeyError:
        return None
    if matched is None:
        return None
    before = {one["child_id"]: one["facility_id"] for one in _rows(row, "assignments.csv")}
    names = [tables.facilities[number] for number in tables.slot_facility.tolist()]
    after = {
        child: names[slot] if slot >= 0 else ""
        for child, slot in zip(tables.child_ids, matched.result.slots.tolist(), strict=True)
    }
    moved = {child for child, place in after.items() if before[child] != place}
    return matched.verdict, _named(row, moved, before, after)


def _named(run: Run, moved: set[str], before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Moved, ...]:
    salt = bytes(RoundSecret.objects.get(round_id=run.round_id).salt)
    found = []
    for one in (
        Outcome.objects.filter(run=run).select_related("child__application").order_by("child__application__code")
    ):
        name = pseudonym(salt, "C", one.child.key)
        if name in moved:
            found.append(
                Moved(one.child.name, one.child.key, one.child.class_id, before[name], after[name], one.child_id)
            )
    return tuple(found)


def _rows(run: Run, name: str) -> Iterator[dict[str, str]]:
    text = unpacked(bytes(run.outputs or b""))[name].decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def cutoffs(run_id: UUID, *, public: bool) -> tuple[Cutoff, ...]:
    """The slots of a finished run; `public`: scores of few admitted are left out. One statement."""
    row = Run.objects.filter(pk=run_id, state="done").first()
    if row is None:
        return ()
    return tuple(
        Cutoff(
            one["facility_id"], one["class_id"], int(one["capacity"]), int(one["applicants"]), int(one["admitted"]),
            int(one["remaining"]), int(one["cutoff_score"]) if one["cutoff_score"] else None,
        )
        for one in _rows(row, "cutoffs-public.csv" if public else "cutoffs.csv")
    )  # fmt: skip


def public_cutoffs(round_id: UUID) -> tuple[str, str, tuple[Cutoff, ...]] | None:
    """(root, hash of the inputs, slots) of a published round, for everybody; None where nothing is published.

    Runs are closed to the public; this asks as the platform, and shows only what was published of one. Two statements.
    """
    with unit(system_actor("nursery.public", purpose="nursery")):
        row = Round.objects.filter(pk=round_id, published_run__isnull=False).select_related("published_run").first()
        if row is None or row.published_run is None:
            return None
        return row.published_run.root, row.published_run.inputs_sha256, cutoffs(row.published_run.pk, public=True)
