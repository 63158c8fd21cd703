"""Reads of applications and their children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from jichi.engines.accounts import queries as accounts

from ..models import Application, Child, Outcome
from ..rules.carrying import Result
from ..rules.intake import ChildIn, FamilyIn

PAGE: Final = 50
STATES: Final = {
    "missing": "書類が足りない", "confirm": "指数の確認待ち", "ready": "確認済み", "withdrawn": "取り下げた",
}  # fmt: skip

UNBORN: Final = "unborn"
FILTERS: Final = {**STATES, UNBORN: "出生前の児童がいる"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildView:
    """A child with its score and who confirmed it."""

    id: UUID
    code: str
    name: str
    kana: str
    birth: date
    unborn: bool
    class_id: int
    current: str
    wishes: tuple[str, ...]
    answers: Mapping[str, Any]
    score: Mapping[str, Any]
    score_sha256: str
    first_by: str
    second_by: str
    first_id: UUID | None
    pin: str | None
    pin_reason: str

    @property
    def index(self) -> int:
        """The total that orders children."""
        return int(self.score["base"]) + int(self.score["adjust"]) if self.score else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An application as lists and its page show it."""

    id: UUID
    round_id: UUID
    code: str
    guardian_name: str
    addressee_no: str
    account_id: UUID | None
    condition: str
    solo: str
    split: str
    sibling_at: str
    missing: tuple[str, ...]
    guardians: Sequence[Mapping[str, Any]]
    answers: Mapping[str, Any]
    origins: Mapping[str, Mapping[str, Sequence[str]]]
    """Guardian "1" or "2" → title → (certificate, item) that the answer was taken from."""
    revision: int
    changed_at: datetime
    withdrawn_at: datetime | None
    children: tuple[ChildView, ...]

    @property
    def state(self) -> str:
        """A key of `STATES`."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.missing:
            return "missing"
        return "ready" if all(one.second_by for one in self.children) else "confirm"


@dataclass(frozen=True, slots=True)
class Page:
    """Some applications of a round: how many there are in all, and where the next page begins."""

    rows: tuple[Listed, ...]
    total: int
    after: str


def applications(round_id: UUID, *, state: str = "", text: str = "", after: str = "") -> Page:
    """Applications of a round by code. Five statements.

    Args:
        state: a key of `FILTERS`; "" all.
        text: part of the number or of a name.
    """
    found = _in_state(Application.objects.filter(round_id=round_id), state)
    if text:
        named = Child.objects.filter(application=OuterRef("pk"), name__contains=text)
        found = found.filter(code__contains=text) | found.filter(guardian_name__contains=text) | found.filter(
            Exists(named)
        )  # fmt: skip
    total = found.count()
    rows = list(found.filter(code__gt=after).order_by("code")[: PAGE + 1])
    return Page(_listed(rows[:PAGE]), total, rows[PAGE - 1].code if len(rows) > PAGE else "")


def _in_state(found: QuerySet[Application], state: str) -> QuerySet[Application]:
    if state == UNBORN:
        expected = Child.objects.filter(application=OuterRef("pk"), unborn=True)
        return found.filter(Exists(expected), withdrawn_at__isnull=True)
    waiting = Exists(Child.objects.filter(application=OuterRef("pk"), second_by__isnull=True))
    if state == "withdrawn":
        return found.filter(withdrawn_at__isnull=False)
    if state in STATES:
        found = found.filter(withdrawn_at__isnull=True)
    if state == "missing":
        return found.exclude(missing=[])
    if state in {"confirm", "ready"}:
        return found.filter(waiting if state == "confirm" else ~waiting, missing=[])
    return found


def family(id: UUID) -> Listed | None:
    """One application. Three statements."""
    return next(iter(_listed(list(Application.objects.filter(pk=id)))), None)


def child(id: UUID) -> tuple[Listed, ChildView] | None:
    """A child with its application. Four statements."""
    found = family(Child.objects.filter(pk=id).values_list("application_id", flat=True).first() or UUID(int=0))
    mine = [one for one in found.children if one.id == id] if found else []
    return (found, mine[0]) if found and mine else None


def families_by_code(round_id: UUID, codes: Sequence[str]) -> tuple[Listed, ...]:
    """Applications of a round by their numbers, in their order. Three statements."""
    return _listed(list(Application.objects.filter(round_id=round_id, code__in=codes).order_by("code")))


def own_families(account_id: UUID) -> tuple[Listed, ...]:
    """A resident's applications, the newest first. Three statements."""
    return _listed(list(Application.objects.filter(account_id=account_id).order_by("-changed_at")))


def export_rows(round_id: UUID) -> tuple[FamilyIn, ...]:
    """The applications of a round as the intake takes them. Three statements."""
    rows = _listed(list(Application.objects.filter(round_id=round_id, withdrawn_at__isnull=True).order_by("code")))
    return tuple(_as_written(one) for one in rows)


def _as_written(one: Listed) -> FamilyIn:
    return FamilyIn(
        code=one.code, guardian_name=one.guardian_name, addressee_no=one.addressee_no, condition=one.condition,
        solo=one.solo, split=one.split, sibling_at=one.sibling_at, missing=one.missing,
        guardians=tuple(dict(answers) for answers in one.guardians), answers=dict(one.answers),
        children=tuple(
            ChildIn(c.code, c.name, c.kana, c.birth, c.class_id, c.current, c.wishes, dict(c.answers), c.unborn)
            for c in one.children
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A family of a published round, with what came of its children."""

    id: UUID
    account_id: UUID | None
    withdrawn: bool
    family: FamilyIn
    results: Mapping[str, Result]


def waiting_list(round_id: UUID) -> tuple[Waiting, ...]:
    """The families of a published round by number, withdrawn ones too, each with its results. Four statements."""
    results: dict[UUID, dict[str, Result]] = {}
    published = Outcome.objects.filter(run__round_id=round_id, run__published_at__isnull=False)
    for application, code, status, facility in published.values_list(
        "child__application_id", "child__code", "status", "facility"
    ):
        results.setdefault(application, {})[code] = Result(status, facility)
    rows = _listed(list(Application.objects.filter(round_id=round_id).order_by("code")))
    return tuple(
        Waiting(
            id=one.id, account_id=one.account_id, withdrawn=one.withdrawn_at is not None, family=_as_written(one),
            results=results.get(one.id, {}),
        )
        for one in rows
    )  # fmt: skip


def _listed(rows: Sequence[Application]) -> tuple[Listed, ...]:
    children = list(
        Child.objects.filter(application__in=[row.pk for row in rows]).select_related("pin").order_by("seq")
    )
    ids = {key for one in children for key in (one.first_by_id, one.second_by_id) if key}
    names = accounts.account_names(list(ids)) if ids else {}
    by_family: dict[UUID, list[ChildView]] = {}
    for one in children:
        by_family.setdefault(one.application_id, []).append(_child(one, names))
    return tuple(
        Listed(
            id=row.pk, round_id=row.round_id, code=row.code, guardian_name=row.guardian_name,
            addressee_no=row.addressee_no, account_id=row.account_id, condition=row.condition, solo=row.solo,
            split=row.split, sibling_at=row.sibling_at, missing=tuple(row.missing), guardians=row.guardians,
            answers=row.answers, origins=row.origins, revision=row.revision,
            changed_at=row.changed_at, withdrawn_at=row.withdrawn_at,
            children=tuple(by_family.get(row.pk, ())),
        )
        for row in rows
    )  # fmt: skip


def _child(one: Child, names: Mapping[UUID, str]) -> ChildView:
    pin = getattr(one, "pin", None)
    return ChildView(
        id=one.pk, code=one.code, name=one.name, kana=one.kana, birth=one.birth, unborn=one.unborn,
        class_id=one.class_id,
        current=one.current, wishes=tuple(one.wishes), answers=one.answers, score=one.score or {},
        score_sha256=one.score_sha256, first_id=one.first_by_id,
        first_by=names.get(one.first_by_id, "") if one.first_by_id else "",
        second_by=names.get(one.second_by_id, "") if one.second_by_id else "",
        pin=pin.facility if pin else None, pin_reason=pin.reason if pin else "",
    )  # fmt: skip
