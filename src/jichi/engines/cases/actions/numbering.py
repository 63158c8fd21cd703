"""番号簿: taking the next number of a series, branch numbers, and 欠番 of what was not used."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from .. import permissions
from ..models import Case, Decision, IssuedNumber, SeriesRule
from ..rules import SeriesKind, YearBy, branched, letter_of, years_of

MAX_WHAT = 200


def issue_number(
    actor: Actor, *, kind: SeriesKind, division_id: int, case: Case | None, what: str = "", day: date | None = None
) -> tuple[UUID, str]:
    """Id and text of the division's next number, taken for good when the surrounding unit commits; never a gap.

    The counter stays locked until then: whoever else wants one waits, and gets the next. One statement.
    """
    years = json.dumps(years_of(day or clock.today()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number FROM cases_issue_number(%s, %s, %s::jsonb, %s, %s, %s, %s, %s)",
            (
                division_id, kind, years, letter_of(kind), case.pk if case else None, what, actor.account_id,
                clock.now(),
            ),
        )  # fmt: skip
        found: tuple[UUID, str] = cursor.fetchone()
        return found


def _require(actor: Actor, division_id: int) -> None:
    if actor.kind == "system":
        return
    if actor.kind != "staff" or division_id not in actor.divisions:
        raise NotFound
    if not actor.may(permissions.NUMBERS):
        raise Forbidden("forbidden", permission=permissions.NUMBERS)


def set_series_year(*, actor: Actor, division_id: int, kind: SeriesKind, year_by: YearBy) -> None:
    """Whether a division's series begins anew in April or in January.

    Raises:
        Conflict: "number.series_begun" once the series has given a number: two ways in one year would collide.
        Forbidden, NotFound: not the official's to say.
    """
    with unit(actor):
        _require(actor, division_id)
        if IssuedNumber.objects.filter(division_id=division_id, kind=kind).exists():
            raise Conflict("number.series_begun")
        SeriesRule.objects.update_or_create(division_id=division_id, kind=kind, defaults={"year_by": year_by})


def reserve_number(*, actor: Actor, division_id: int, what: str, kind: SeriesKind = "document") -> IssuedNumber:
    """採番: a number for a paper that this house does not make.

    Args:
        what: 件名, for the book.

    Raises:
        Invalid: no subject. Forbidden, NotFound: not the official's series.
    """
    if not what.strip():
        raise Invalid(fields={"what": FieldError("field.required")})
    if len(what) > MAX_WHAT:
        raise Invalid(fields={"what": FieldError("field.too_long", {"limit": MAX_WHAT, "length": len(what)})})
    with unit(actor):
        _require(actor, division_id)
        number_id, _ = issue_number(actor, kind=kind, division_id=division_id, case=None, what=what.strip())
        return IssuedNumber.objects.get(pk=number_id)


def branch_number(*, actor: Actor, number_id: UUID, what: str) -> IssuedNumber:
    """枝番: the next の2, の3 … of a number, for a further paper of the same matter.

    Raises:
        NotFound: none, or another division's. Conflict: "number.void" for one that was cancelled.
    """
    with unit(actor):
        main = _locked(actor, number_id)
        if main.branch != 1:
            main = IssuedNumber.objects.select_for_update().get(
                kind=main.kind, division_id=main.division_id, year=main.year, serial=main.serial, branch=1
            )
        if main.state == "void":
            raise Conflict("number.void")
        last = IssuedNumber.objects.filter(
            kind=main.kind, division_id=main.division_id, year=main.year, serial=main.serial
        ).order_by("-branch")[0]
        branch = last.branch + 1
        return IssuedNumber.objects.create(
            kind=main.kind, division_id=main.division_id, year=main.year, serial=main.serial, branch=branch,
            text=branched(main.text, branch), case_id=main.case_id, what=what.strip() or main.what,
            issued_at=clock.now(), issued_by_id=actor.account_id,
        )  # fmt: skip


def void_number(*, actor: Actor, number_id: UUID, reason: str) -> None:
    """欠番にする: the number stays in the book with its reason and is never given again.

    Raises:
        Invalid: no reason. NotFound: none, or another division's.
        Conflict: "number.on_decision" while a decision or a case bears it; "number.void" already.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor):
        number = _locked(actor, number_id)
        if number.state == "void":
            raise Conflict("number.void")
        bears = Decision.objects.filter(document_number=number.text).exists()
        if bears or Case.objects.filter(receipt_number=number.text).exclude(receipt_number="").exists():
            raise Conflict("number.on_decision", number=number.text)
        number.state, number.void_reason = "void", reason.strip()
        number.voided_at, number.voided_by_id = clock.now(), actor.account_id
        number.save(update_fields=["state", "void_reason", "voided_at", "voided_by"])


def _locked(actor: Actor, number_id: UUID) -> IssuedNumber:
    found = IssuedNumber.objects.select_for_update().filter(pk=number_id).first()
    if found is None:
        raise NotFound
    _require(actor, found.division_id)
    return found
