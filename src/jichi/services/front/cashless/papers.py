"""領収書: the paper of a sale, with what 適格請求書 must say where the counter has a registration number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpResponse

from jichi.engines.accounts import queries as accounts
from jichi.engines.files.documents import render_pdf
from jichi.kernel import clock
from jichi.kernel.calendar import format_date

from . import rules
from .queries import SaleView

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "front_cashless" / "pdf" / "receipt.typ"
_MARKS: Final = {"reduced": " ※"}


def receipt_pdf(found: SaleView, lines: Sequence[rules.Line], *, copy: int) -> bytes:
    """The receipt of a sale, or the paper of what went back.

    Args:
        copy: which printing this is, from 1; later ones are marked 再発行 with their count.
    """
    back = found.of_id is not None
    title = "返金の控え" if back else "領収書"
    division = accounts.divisions([found.division_id])[0]
    rows = [["番号", found.number], ["日付", format_date(found.belongs_on, "ja", "long")], ["支払い方", found.way]]
    if back:
        rows.append(["もとの領収書", found.of_number])
    if found.method == rules.CASH and not back:
        rows += [["お預かり", f"{found.tendered_yen:,}円"], ["おつり", f"{found.change_yen:,}円"]]
    data = {
        "ward": settings.JICHI_WARD, "title": title, "amount": f"{found.total_yen:,}円", "rows": rows,
        "said": "上記の金額を返しました。" if back else "上記の金額を領収しました。",
        "lines": [
            [f"{line.title}{_MARKS.get(line.tax, '')}", f"{line.unit_yen:,} × {line.count}", f"{line.yen:,}円"]
            for line in lines
        ],
        "taxes": _taxes(lines), "note": _note(lines), "lines_label": "内訳", "taxes_label": "税率ごとの合計",
        "registration": f"登録番号 {found.registration_no}" if found.registration_no else "",
        "again": f"再発行 ({copy - 1})" if copy > 1 else "", "division": division.names["ja"],
        "phone": division.phone, "desk": found.desk_name,
    }  # fmt: skip
    return render_pdf(
        template=TEMPLATE, data=data, title=f"{title} {found.number}", language="ja", author=settings.JICHI_WARD,
        made_at=clock.now(),
    )  # fmt: skip


def _taxes(lines: Sequence[rules.Line]) -> list[list[str]]:
    """Sums by rate, as 適格請求書 asks for; only what is outside the tax: that alone."""
    return [
        [f"{one.rate}%対象", f"{one.gross_yen:,}円", f"うち消費税 {one.tax_yen:,}円"]
        if one.rate
        else ["非課税", f"{one.gross_yen:,}円", ""]
        for one in rules.tax_lines((line.rate, line.yen) for line in lines)
    ]


def _note(lines: Sequence[rules.Line]) -> str:
    return "※は軽減税率の対象です。" if any(line.tax == "reduced" for line in lines) else ""


def receipt_response(pdf: bytes, found: SaleView) -> HttpResponse:
    """The PDF as a download that nobody on the way keeps."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{found.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
