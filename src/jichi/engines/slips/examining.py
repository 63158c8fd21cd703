"""Any slip examined: text as typed, or a photo or PDF; everything found explained, the whole judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from .explaining import Explained, explain, together, told
from .rules import Fault
from .scanning import Scan, scan

NOT_ALL: Final = "{of}ページのうち、はじめの{pages}ページだけを調べました。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """All that was found; faults of the whole; a remark on what was not looked at."""

    found: tuple[Explained, ...]
    faults: tuple[Fault, ...] = ()
    remark: str = ""

    @property
    def right(self) -> bool:
        """A slip was found, and nothing is wrong with it."""
        return bool(self.found) and not self.faults and not any(one.faults for one in self.found)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Faults of the whole, one sentence each."""
        return tuple(told(fault) for fault in self.faults)


def examine_text(text: str, *, today: date) -> Examined:
    """A number or payload as typed or pasted, in any spelling."""
    return Examined(found=(explain(text, today=today),))


def examine_file(data: bytes, *, name: str, today: date) -> Examined:
    """A photo, PDF or text file. Raises Invalid as `scanning.scan`."""
    scanned = scan(data, name)
    if scanned.kind == "text":
        return examine_text(scanned.text, today=today)
    found: list[Explained] = []
    faults: list[Fault] = []
    for page in range(1, scanned.pages + 1):
        here = _on_page(scanned, page, today)
        found += here
        faults += together(here)
    if not found:
        faults.append(Fault("slip.nothing_found"))
    left_out = scanned.of_pages > scanned.pages
    remark = NOT_ALL.format(of=scanned.of_pages, pages=scanned.pages) if left_out else ""
    return Examined(found=tuple(found), faults=tuple(faults), remark=remark)


def _on_page(scanned: Scan, page: int, today: date) -> Sequence[Explained]:
    place = f"{page}ページ" if scanned.kind == "pdf" else ""
    return [
        explain(one.mark + one.text if one.shape == "bars" else one.text, today=today, place=place)
        for one in scanned.symbols
        if one.page == page
    ]
