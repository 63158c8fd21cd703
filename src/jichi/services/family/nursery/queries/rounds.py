"""Reads of rounds, facilities, seats and runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from ..models import Application, Child, Entry, Facility, FacilityAsk, Outcome, Round, Run, Vacancy
from ..rules.assembling import fingerprint, packed, unpacked
from ..rules.committing import commitment_file
from ..rules.entering import is_open
from .inputs import inputs_of

OUTPUTS: Final = "result/"
INPUTS: Final = "tables/"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """A round as pages show it; counts are those the actor may see."""

    id: UUID
    division_id: int
    name: str
    entry_on: date
    wishes_until: date
    result_on: date
    policy: str
    public_from: int
    published_run: UUID | None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    follows: UUID | None = None
    route: str = ""
    """決裁経路 by which results are approved; "": by two officials."""
    families: int = 0
    missing: int = 0
    withdrawn: int = 0
    children: int = 0
    unconfirmed: int = 0
    unborn: int = 0
    slots: int = 0
    entries: int = 0
    """Online applications that wait for an official."""
    asked: int = 0
    unanswered: int = 0
    """Facilities asked for their seats, and those of them that have not answered."""

    @property
    def takes_entries(self) -> bool:
        """May families apply online now?"""
        return self.published_run is None and is_open(self.opens_at, self.closes_at, clock.now())

    @property
    def takes_wishes(self) -> bool:
        """May families still change their wishes?"""
        ended = self.closes_at is not None and clock.now() >= self.closes_at
        return self.published_run is None and clock.today() <= self.wishes_until and not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run as pages show it."""

    id: UUID
    round_id: UUID
    number: int
    state: str
    phase: str
    count: int
    children: int
    inputs_sha256: str
    verdict: str
    figures: Mapping[str, Any]
    problems: Sequence[Sequence[Any]]
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    first_by: str
    second_by: str
    first_id: UUID | None
    root: str
    published_at: datetime | None
    is_current: bool = field(default=True)
    """Are the round's tables still what this run was given? Only `run` looks."""


def _round(row: Round, **counts: int) -> RoundView:
    return RoundView(
        id=row.pk, division_id=row.division_id, name=row.name, entry_on=row.entry_on, wishes_until=row.wishes_until,
        result_on=row.result_on, policy=row.policy, public_from=row.public_from, published_run=row.published_run_id,
        opens_at=row.opens_at, closes_at=row.closes_at, follows=row.follows_id, route=row.route,
        **counts,
    )  # fmt: skip


def rounds(divisions: frozenset[int] | None = None) -> tuple[RoundView, ...]:
    """Rounds of these divisions (None: all), the latest entry first. One statement."""
    found = Round.objects.order_by("-entry_on", "-opened_at")
    if divisions is not None:
        found = found.filter(division_id__in=divisions)
    return tuple(_round(row) for row in found)


def published() -> tuple[RoundView, ...]:
    """Rounds whose result is published, the latest first. One statement."""
    return tuple(
        _round(row) for row in Round.objects.filter(published_run__isnull=False).order_by("-entry_on", "-opened_at")
    )


def one(id: UUID) -> RoundView | None:
    """A round with its counts. Six statements."""
    row = Round.objects.filter(pk=id).first()
    if row is None:
        return None
    going = Q(withdrawn_at__isnull=True)
    found = Application.objects.filter(round=row).aggregate(
        families=Count("pk"), missing=Count("pk", filter=going & ~Q(missing=[])), withdrawn=Count("pk", filter=~going)
    )
    children = Child.objects.filter(application__round=row, application__withdrawn_at__isnull=True).aggregate(
        children=Count("pk"),
        unconfirmed=Count("pk", filter=Q(second_by__isnull=True)),
        unborn=Count("pk", filter=Q(unborn=True)),
    )
    asks = FacilityAsk.objects.filter(round=row).aggregate(
        asked=Count("pk"), unanswered=Count("pk", filter=Q(answered_at__isnull=True))
    )
    entries = Entry.objects.filter(round=row, state="sent").count()
    slots = Vacancy.objects.filter(round=row).count()
    return _round(row, **found, **children, **asks, slots=slots, entries=entries)


def facilities() -> tuple[Facility, ...]:
    """Every facility by code. One statement."""
    return tuple(Facility.objects.order_by("code"))


def facility_names() -> dict[str, str]:
    """Code → name. One statement."""
    return dict(Facility.objects.values_list("code", "name"))


def seats(round_id: UUID) -> dict[tuple[str, int], int]:
    """(facility, class) → seats offered in a round. One statement."""
    return {
        (code, group): number
        for code, group, number in Vacancy.objects.filter(round_id=round_id).order_by("facility__code", "class_id")
        .values_list("facility__code", "class_id", "seats")
    }  # fmt: skip


def _runs(rows: Sequence[Run], current: str | None = None) -> tuple[RunView, ...]:
    ids = {key for row in rows for key in (row.started_by_id, row.first_by_id, row.second_by_id) if key}
    names = accounts.account_names(list(ids)) if ids else {}

    def name(key: UUID | None) -> str:
        return names.get(key, "") if key else ""

    return tuple(
        RunView(
            id=row.pk, round_id=row.round_id, number=row.number, state=row.state, phase=row.phase, count=row.count,
            children=row.children, inputs_sha256=row.inputs_sha256, verdict=row.verdict, figures=row.figures,
            problems=row.problems, started_by=name(row.started_by_id), started_at=row.started_at,
            ended_at=row.ended_at, first_by=name(row.first_by_id), second_by=name(row.second_by_id),
            first_id=row.first_by_id, root=row.root, published_at=row.published_at,
            is_current=current is None or current == row.inputs_sha256,
        )
        for row in rows
    )  # fmt: skip


def runs(round_id: UUID) -> tuple[RunView, ...]:
    """Runs of a round, the newest first. Two statements."""
    return _runs(list(Run.objects.filter(round_id=round_id).defer("inputs", "outputs").order_by("-number")))


def run(id: UUID) -> RunView | None:
    """A run, compared with the round's tables of now. Six statements."""
    row = Run.objects.filter(pk=id).defer("inputs", "outputs").first()
    if row is None:
        return None
    files = inputs_of(row.round_id)
    return _runs([row], fingerprint(files) if files else "")[0]


def run_published(id: UUID) -> datetime | None:
    """When a run was published; asked as the platform, because families and everybody may know it. One statement."""
    with unit(system_actor("nursery.public", purpose="nursery")):
        return Run.objects.filter(pk=id).values_list("published_at", flat=True).first()


def audit_files(id: UUID) -> bytes | None:
    """A finished run as a zip: folders `tables` and `result` for `jichi nursery verify`, nobody's name in it.

    Of a published run every leaf of the commitment is there, so that the auditor finds the published root.
    """
    row = Run.objects.filter(pk=id, state="done").first()
    if row is None or row.outputs is None:
        return None
    files = {INPUTS + name: data for name, data in unpacked(bytes(row.inputs)).items()}
    files |= {OUTPUTS + name: data for name, data in unpacked(bytes(row.outputs)).items()}
    if row.root:
        leaves = Outcome.objects.filter(run=row).values_list("leaf__text", flat=True)
        ordered = sorted(set(leaves), key=lambda text: str(json.loads(text)["family"]))
        files[OUTPUTS + "commitment.json"] = commitment_file(ordered)
    note = {"run": str(row.pk), "inputs_sha256": row.inputs_sha256, "root": row.root}
    files["about.json"] = (json.dumps(note, indent=1) + "\n").encode()
    return packed(files)
