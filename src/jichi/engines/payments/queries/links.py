"""Where the thing that a charge is about has its pages: told by the room that opens such charges, when it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jichi.design.parts import Card, Link
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


@dataclass(frozen=True, slots=True)
class MoreBills:
    """What a room above has to show on 支払い: what is owed, what is settled, further pages."""

    due: Sequence[Card] = ()
    settled: Sequence[Card] = ()
    links: Sequence[Link] = ()


_MORE: Final[list[Callable[[str, str], MoreBills]]] = []


def show_more_bills(told: Callable[[str, str], MoreBills]) -> None:
    """The page 支払い asks `told(宛名番号, language)` too; a room says so once, when it is loaded."""
    if told not in _MORE:
        _MORE.append(told)


def more_bills(payer_no: str, language: str) -> list[MoreBills]:
    """What rooms above show to this person; nothing without a 宛名番号."""
    return [told(payer_no, language) for told in _MORE] if payer_no else []
