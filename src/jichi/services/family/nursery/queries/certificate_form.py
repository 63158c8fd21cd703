"""The form of the certificate that is in force on a day: the division's own, or the shipped example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jichi.engines.accounts import queries as accounts
from jichi.kernel import clock

from ..models import CertificateSheet
from ..rules.certificate_form import CertificateForm, read_form
from ..rules.certificate_items import answers_from
from .links import certificate_division

EXAMPLE: Path = Path(__file__).parent.parent / "examples" / "certificate.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A division's form as the officials' page shows it."""

    division_id: int
    valid_from: date
    content: bytes
    changed_by: str


@cache
def example_form() -> CertificateForm:
    """The shipped form: the items of the national one as remembered, in a layout of our own."""
    form, errors = read_form(EXAMPLE.read_bytes())
    if form is None:
        raise ValueError(errors)
    return form


def form_content(division_id: int, day: date) -> tuple[date | None, bytes]:
    """(its first day, CSV) of the form in force; (None, …) for the shipped one. One statement."""
    row = CertificateSheet.objects.filter(division_id=division_id, valid_from__lte=day).order_by("-valid_from").first()
    return (row.valid_from, bytes(row.content)) if row else (None, EXAMPLE.read_bytes())


def form_on(division_id: int, day: date) -> CertificateForm:
    """The form in force on a day. One statement."""
    since, content = form_content(division_id, day)
    return (read_form(content)[0] if since else None) or example_form()


def forms(divisions: frozenset[int]) -> tuple[FormView, ...]:
    """The forms of these divisions, the latest first. Two statements."""
    rows = list(CertificateSheet.objects.filter(division_id__in=divisions).order_by("-valid_from"))
    names = accounts.account_names([one.changed_by_id for one in rows if one.changed_by_id]) if rows else {}
    return tuple(
        FormView(
            division_id=one.division_id, valid_from=one.valid_from, content=bytes(one.content),
            changed_by=names.get(one.changed_by_id, "") if one.changed_by_id else "",
        )
        for one in rows
    )  # fmt: skip


def form_asked(token: str) -> CertificateForm:
    """The form that an employer is asked by, today.

    Raises:
        as `links.open_certificate`.
    """
    return form_on(certificate_division(token), clock.today())


def certified_answers(
    content: Mapping[str, Any], arrived_at: datetime | None, division_id: int, *, from_file: bool
) -> dict[str, tuple[int, str]]:
    """Title → (value, its item, of a file with the cell) of what a certificate feeds. One statement."""
    form = form_on(division_id, day_of(arrived_at))
    if not from_file:
        return answers_from(form, content)
    read = content.get("read", {})
    cells, named = read.get("origins", {}), {one.heading: one.key for one in form.items}
    found = answers_from(form, {"items": read.get("values", {})})
    return {title: (value, f"{item} Excel {cells[named[item]]}") for title, (value, item) in found.items()}


def day_of(arrived_at: datetime | None) -> date:
    """The day in Japan on which a certificate came, whose form it was answered by."""
    return (arrived_at or clock.now()).astimezone(clock.TOKYO).date()
