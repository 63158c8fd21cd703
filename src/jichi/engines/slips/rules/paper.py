"""What is printed on one slip, and the envelope's window that it must fit: values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from jichi.kernel.errors import Invalid

from .payeasy import PayEasy
from .window import Addressee, columns, window_lines

TITLE_WIDTH: Final = 60
"""Half-width columns of what a slip is for."""
MOST_ROWS: Final = 6
ROW_WIDTHS: Final = (16, 44)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The hole of the envelope on the A4 sheet, in millimetres from its upper left corner.

    `play`: how far the paper slides inside the envelope; nothing else is printed that near.
    """

    left: float = 20.0
    top: float = 14.0
    width: float = 90.0
    height: float = 42.0
    play: float = 4.0

    def __post_init__(self) -> None:
        room_below, room_right = self.top + self.height + self.play, self.left + self.width + self.play
        if self.left < self.play or self.top < self.play or room_below > 62 or room_right > 118:
            raise Invalid("slip.window_place")
        if self.width < 85 or self.height < 40:
            raise Invalid("slip.window_small")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One slip as it is printed. `digits`: of the barcode, or "" with `why_none` in its place.

    `el_payload`: digits of the eL-QR, "" for none. `rows`: further facts (label, value). `reissue`: how often it was
    issued again. `due`: legal due date (納期限); `pay_by`: last day that stores take it, None for none.
    """

    to: Addressee
    title: str
    number: str
    amount: int
    due: date
    issued: date
    pay_by: date | None = None
    reissue: int = 0
    digits: str = ""
    why_none: str = ""
    el_payload: str = ""
    el_number: tuple[str, ...] = ()
    ocr: tuple[str, ...] = ()
    payeasy: PayEasy | None = None
    rows: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends the slips, and the sentences that hold for all of them."""

    ward: str
    division: str
    phone: str
    places: str
    apps: str = ""
    """Phone apps that take the barcode, as text; "" for none."""
    limit_yen: int = 300_000

    @staticmethod
    def usual_places() -> str:
        """Where slips are taken, unless the terms say otherwise."""
        return "コンビニエンスストア、銀行、信用金庫、ゆうちょ銀行、役所の窓口"


def require_printable(paper: Paper) -> None:
    """Refuse what would not fit its place on the sheet; nothing is ever cut off silently.

    Raises:
        Invalid: "slip.title", "slip.rows", and those of `window_lines`.
    """
    window_lines(paper.to)
    if not paper.title.strip() or columns(paper.title) > TITLE_WIDTH:
        raise Invalid("slip.title", max=TITLE_WIDTH // 2)
    if len(paper.rows) > MOST_ROWS or any(
        columns(text) > width for row in paper.rows for text, width in zip(row, ROW_WIDTHS, strict=True)
    ):
        raise Invalid("slip.rows", rows=MOST_ROWS, label=ROW_WIDTHS[0] // 2, value=ROW_WIDTHS[1] // 2)


def texts_of(paper: Paper) -> str:
    """Every text of a slip that comes from outside, for asking whether the font can write it."""
    return "".join([paper.to.address, paper.to.name, paper.title, *(text for row in paper.rows for text in row)])
