"""Clubs, applications from a file, decisions, leaving, and what holds for a child in which months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from jichi.engines.audit.context import Actor, unit
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.tables import LineError

from .. import rules
from ..models import Club, Enrolment, Term
from ..permissions import EDIT, require
from ..rules import Applicant
from .online import tell_places


def set_club(*, actor: Actor, code: str, name: str, capacity: int, division_id: int) -> UUID:
    """Add or change a club; its id.

    Raises:
        Forbidden: without "family_after_school.edit", or for another division.
    """
    require(actor, EDIT)
    if actor.kind != "system" and division_id not in actor.divisions:
        raise Forbidden("forbidden", permission=EDIT)
    with unit(actor):
        club, _ = Club.objects.update_or_create(
            code=code, defaults={"name": name, "capacity": capacity, "division_id": division_id}
        )
    return club.pk


def read_applicants(actor: Actor, data: bytes) -> tuple[tuple[Applicant, ...], tuple[LineError, ...]]:
    """The lines of a file of applications, checked against clubs, children and the register."""
    clubs = {word: club.code for club in Club.objects.all() for word in (club.code, club.name)}
    # Whoever left or was refused may apply again.
    taken = set(
        Enrolment.objects.filter(state__in=("applied", "approved"), last_month=None).values_list("child_no", flat=True)
    )
    found, errors = rules.read_file(data, clubs=clubs, taken=taken)
    known = registry.residents([number for one in found for number in (one.child_no, one.payer_no)])
    missing = [
        LineError(one.line, rules.COLUMNS[name][0], FieldError("after_school.person"))
        for one in found for name, number in (("child", one.child_no), ("payer", one.payer_no)) if number not in known
    ]  # fmt: skip
    return found, tuple(sorted((*errors, *missing), key=lambda error: error.line))


def apply_file(*, actor: Actor, data: bytes) -> tuple[int, tuple[LineError, ...]]:
    """Take over every application of a file, or none; how many, and what is wrong with the file.

    Raises:
        Forbidden: without "family_after_school.edit".
    """
    require(actor, EDIT)
    with unit(actor):
        found, errors = read_applicants(actor, data)
        if errors:
            return 0, errors
        clubs = {club.code: club for club in Club.objects.select_for_update()}
        rows = [
            Enrolment(
                child_no=one.child_no, payer_no=one.payer_no, club=clubs[one.club], grade=one.grade,
                division_id=clubs[one.club].division_id, applied_on=clock.today(), first_month=one.first_month,
            )
            for one in found
        ]  # fmt: skip
        Enrolment.objects.bulk_create(rows)
        Term.objects.bulk_create(
            Term(enrolment=row, kind="class", word=one.income_class, first_month=one.first_month,
                 decision_ref="申込み", recorded_at=clock.now())
            for row, one in zip(rows, found, strict=True)
        )  # fmt: skip
    return len(rows), ()


def decide(
    *, actor: Actor, ids: Sequence[UUID], approve: bool, decision_ref: str, decided_on: date, reason: str = ""
) -> int:
    """Approve or refuse applications, all or none; how many. No club is filled beyond its places; parents are told.

    Raises:
        Forbidden. Invalid: field "decision_ref". NotFound: one is not there.
        Conflict: "after_school.decided"; "after_school.full" with club and month.
    """
    require(actor, EDIT)
    if not decision_ref.strip():
        raise Invalid(fields={"decision_ref": FieldError("field.required")})
    with unit(actor):
        rows = list(Enrolment.objects.select_for_update().filter(pk__in=ids))
        if len(rows) != len(set(ids)) or not rows:
            raise NotFound
        if any(row.state != "applied" for row in rows):
            raise Conflict("after_school.decided")
        # Deciding about one club takes its turn at the club, so two officials can't both give the last place.
        clubs = {club.pk: club for club in Club.objects.select_for_update().filter(pk__in={r.club_id for r in rows})}
        for row in rows:
            row.state, row.decided_on = ("approved" if approve else "refused"), decided_on
            row.decision_ref, row.reason = decision_ref.strip(), reason.strip()
            row.save(update_fields=["state", "decided_on", "decision_ref", "reason"])
        if approve:
            for club in clubs.values():
                _require_places(club, min(row.first_month for row in rows if row.club_id == club.pk))
        tell_places(rows=rows, approve=approve)
    return len(rows)


def _require_places(club: Club, month: date) -> None:
    """The fullest month from `month` on has no more children than places."""
    using = list(
        Enrolment.objects.filter(Q(last_month=None) | Q(last_month__gte=month), club=club, state="approved")
        .values_list("first_month", "last_month")
    )  # fmt: skip
    for at in sorted({month, *(first for first, _ in using if first > month)}):
        if sum(1 for first, last in using if first <= at and (last is None or last >= at)) > club.capacity:
            raise Conflict("after_school.full", club=club.name, month=rules.month_text(at), capacity=club.capacity)


def leave(*, actor: Actor, enrolment_id: UUID, last_month: date, reason: str, decision_ref: str) -> None:
    """退会: the last month that is used; told again with another month it moves. What was charged beyond it the next
    run lowers.

    Raises:
        Forbidden. NotFound. Invalid: field "last_month", "decision_ref". Conflict: "after_school.decided".
    """
    require(actor, EDIT)
    if not decision_ref.strip():
        raise Invalid(fields={"decision_ref": FieldError("field.required")})
    with unit(actor):
        row = Enrolment.objects.select_for_update().filter(pk=enrolment_id).first()
        if row is None:
            raise NotFound
        if row.state != "approved":
            raise Conflict("after_school.decided")
        if last_month < row.first_month:
            raise Invalid(fields={"last_month": FieldError("after_school.month_order")})
        row.last_month, row.reason, row.decision_ref = last_month, reason.strip(), decision_ref.strip()
        row.save(update_fields=["last_month", "reason", "decision_ref"])


def set_term(
    *, actor: Actor, enrolment_id: UUID, kind: str, word: str, first_month: date, last_month: date | None,
    decision_ref: str,
) -> None:  # fmt: skip
    """階層, 減免 or 休止 of a child in some months. Written once; one that begins later takes its place.

    Raises:
        Forbidden. NotFound. Invalid: field "word", "last_month", "decision_ref".
    """
    require(actor, EDIT)
    wrong: dict[str, FieldError] = {}
    words = {"class": tuple(rules.CLASSES), "ground": tuple(key for key in rules.GROUNDS if key), "pause": ("",)}
    if word not in words.get(kind, ()):
        wrong["word"] = FieldError("field.choose_one")
    if last_month is not None and last_month < first_month:
        wrong["last_month"] = FieldError("after_school.month_order")
    if not decision_ref.strip():
        wrong["decision_ref"] = FieldError("field.required")
    if wrong:
        raise Invalid(fields=wrong)
    with unit(actor):
        row = Enrolment.objects.filter(pk=enrolment_id).first()
        if row is None:
            raise NotFound
        Term.objects.create(
            enrolment=row, kind=kind, word=word, first_month=first_month, last_month=last_month,
            decision_ref=decision_ref.strip(), recorded_at=clock.now(),
        )  # fmt: skip
