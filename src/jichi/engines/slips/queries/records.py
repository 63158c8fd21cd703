"""Slips as rooms above match them with what comes back, and the terms that hold on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ..models import Slip, SlipTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsView:
    """The contract's terms in force: issuer code, agent's digits, ceiling in yen, codes of eL-QR and Pay-easy."""

    valid_from: date
    issuer: str
    prefix: str
    limit_yen: int
    places: str
    apps: str
    dpi: int
    body_code: str
    office: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipView:
    """One slip. `free_area` and `reissue` are what the barcode carries; `replaced_at`: since when it is an old one."""

    id: UUID
    run_id: UUID
    division_id: int
    position: int
    number: str
    free_area: str
    reissue: int
    subject: str
    amount: int
    due: date
    pay_by: date | None
    issued_on: date
    digits: str
    why_none: str
    title: str
    name: str
    replaced_at: datetime | None


def terms_on(day: date) -> TermsView | None:
    """The terms in force on a day; None before the first. One statement."""
    row = SlipTerms.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        return None
    return TermsView(
        valid_from=row.valid_from, issuer=row.issuer, prefix=row.prefix, limit_yen=row.limit_yen, places=row.places,
        apps=row.apps, dpi=row.dpi, body_code=row.body_code, office=row.office, agency=row.agency,
    )  # fmt: skip


def view_of(row: Slip) -> SlipView:
    """A row, with its run, as other rooms see it."""
    return SlipView(
        id=row.pk, run_id=row.run_id, division_id=row.run.division_id, position=row.position, number=row.number,
        free_area=row.free_area, reissue=row.reissue, subject=row.subject, amount=row.amount, due=row.due,
        pay_by=row.pay_by, issued_on=row.issued_on, digits=row.digits, why_none=row.why_none,
        title=row.paper["title"], name=row.paper["to"][2], replaced_at=row.replaced_at,
    )  # fmt: skip


def find_slip(free_area: str, reissue: int) -> SlipView | None:
    """The slip of this free area and reissue flag, current or not; None if none was issued. One statement."""
    row = Slip.objects.select_related("run").filter(free_area=free_area, reissue=reissue).first()
    return view_of(row) if row else None


def current_slip(free_area: str) -> SlipView | None:
    """The slip in force of this free area; None if none was issued. One statement."""
    row = Slip.objects.select_related("run").filter(free_area=free_area, replaced_at=None).first()
    return view_of(row) if row else None


def slips_by(keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], SlipView]:
    """Many at once, by (free area, reissue flag); what was never issued is left out. One statement."""
    wanted = set(keys)
    rows = Slip.objects.select_related("run").filter(free_area__in={area for area, _ in wanted})
    return {(row.free_area, row.reissue): view_of(row) for row in rows if (row.free_area, row.reissue) in wanted}
