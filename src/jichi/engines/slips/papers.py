"""A slip between its row, its order and its sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from .models import Slip, SlipRun
from .rules import Addressee, ElCodes, Paper, PayEasy, SlipOrder

WHY_WORDS: Final = {
    "slip.over_limit": "金額が{limit}円を超えるためです。", "slip.handwritten": "金額を手で書く納付書だからです。",
}  # fmt: skip
"""Why there is no barcode, in the payer's words."""


def plain(params: Mapping[str, object]) -> dict[str, str | int]:
    """Parameters of an error as a fault carries them."""
    return {name: value for name, value in params.items() if isinstance(value, str | int)}


def row_of(paper: Paper, *, run: SlipRun, position: int, subject: str, area: str) -> Slip:
    """The row that keeps a paper as it was issued."""
    payeasy = paper.payeasy
    kept: dict[str, Any] = {
        "to": [paper.to.postcode, paper.to.address, paper.to.name], "title": paper.title, "rows": paper.rows,
        "el": paper.el_payload, "el_number": paper.el_number, "ocr": paper.ocr,
        "payeasy": [payeasy.agency, payeasy.number, payeasy.confirmation, payeasy.category] if payeasy else [],
    }  # fmt: skip
    return Slip(
        run=run, position=position, number=paper.number, free_area=area, reissue=paper.reissue, subject=subject,
        amount=paper.amount, due=paper.due, pay_by=paper.pay_by, issued_on=paper.issued, digits=paper.digits,
        why_none=paper.why_none, paper=kept,
    )  # fmt: skip


def paper_of(slip: Slip, *, limit_yen: int) -> Paper:
    """The sheet of a slip, as it was issued."""
    kept = slip.paper
    return Paper(
        to=addressee_of(slip), title=kept["title"], number=slip.number, amount=slip.amount, due=slip.due,
        issued=slip.issued_on, pay_by=slip.pay_by, reissue=slip.reissue, digits=slip.digits,
        why_none=WHY_WORDS[slip.why_none].format(limit=f"{limit_yen:,}") if slip.why_none else "",
        el_payload=kept["el"], el_number=tuple(kept["el_number"]), ocr=tuple(kept["ocr"]),
        payeasy=PayEasy(**dict(zip(("agency", "number", "confirmation", "category"), kept["payeasy"], strict=True)))
        if kept["payeasy"] else None,
        rows=tuple((label, value) for label, value in kept["rows"]),
    )  # fmt: skip


def addressee_of(slip: Slip) -> Addressee:
    """To whom it was sent."""
    postcode, address, name = slip.paper["to"]
    return Addressee(postcode=postcode, address=address, name=name)


def order_of(slip: Slip, *, pay_by: date | None) -> SlipOrder:
    """The order that gives the same slip again."""
    kept, el = slip.paper, str(slip.paper["el"])
    codes = None
    if el:  # tag 62 of the payload: years and period; fee number of its upper line
        codes = ElCodes(
            fee_number=kept["el_number"][3], levy_year=el[131:135], tax_year=el[135:139], period=el[139:141]
        )
    return SlipOrder(
        number=slip.number, subject=slip.subject, amount=slip.amount, due=slip.due, pay_by=pay_by,
        to=addressee_of(slip), title=kept["title"], rows=tuple((label, value) for label, value in kept["rows"]),
        el=codes, handwritten=slip.why_none == "slip.handwritten",
    )  # fmt: skip
