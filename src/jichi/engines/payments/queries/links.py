"""Where the thing that a charge is about has its pages: told by the room that opens such charges, when it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jichi.kernel.localized import LocalizedText
from jichi.kernel.receipt_number import format_number

from .record import ChargeView


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectPages:
    """Addresses with {number} for 受付番号 as it is written, without language prefix, and what the link says."""

    resident: str
    staff: str
    label: LocalizedText


_PAGES: Final[dict[str, SubjectPages]] = {}


def link_subjects(prefix: str, pages: SubjectPages) -> None:
    """Charges whose subject begins so are linked with these pages."""
    _PAGES[prefix] = pages


def pages_of(view: ChargeView) -> SubjectPages | None:
    """The pages of what the charge is about, filled in; None where no room has told any, or it has no number."""
    found = next((pages for prefix, pages in _PAGES.items() if view.subject.startswith(prefix)), None)
    if found is None or not view.about:
        return None
    number = format_number(view.about)
    return SubjectPages(
        resident=found.resident.format(number=number), staff=found.staff.format(number=number), label=found.label
    )
