"""領収証: the paper that says that money was received, made when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpResponse

from jichi.engines.accounts import queries as accounts
from jichi.engines.files.documents import render_pdf
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import LocalizedText, pick
from jichi.kernel.money import Yen, format_yen
from jichi.kernel.receipt_number import format_number

from .presentation import method_word
from .queries import Record

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "eng_payments" / "pdf" / "receipt.typ"
_WORDS: Final[dict[str, LocalizedText]] = {
    "title": {"ja": "領収証", "easy": "領収証", "en": "Receipt", "zh-hans": "收据", "ko": "영수증"},
    "number": {"ja": "領収番号", "easy": "番号", "en": "Receipt number", "zh-hans": "收据编号", "ko": "영수증 번호"},
    "day": {"ja": "領収日", "easy": "お金をもらった日", "en": "Paid on", "zh-hans": "收款日期", "ko": "영수일"},
    "issued": {"ja": "発行日", "easy": "作った日", "en": "Issued on", "zh-hans": "开具日期", "ko": "발행일"},
    "for": {"ja": "内容", "easy": "何のお金", "en": "For", "zh-hans": "事由", "ko": "내용"},
    "method": {"ja": "支払い方", "easy": "はらいかた", "en": "Paid by", "zh-hans": "支付方式", "ko": "납부 방법"},
    "amount": {"ja": "金額", "easy": "お金", "en": "Amount", "zh-hans": "金额", "ko": "금액"},
    "about": {
        "ja": "受付番号", "easy": "あなたの番号", "en": "Reference number", "zh-hans": "受理编号", "ko": "접수번호",
    },
    "lines": {"ja": "内訳", "easy": "くわしく", "en": "Details", "zh-hans": "明细", "ko": "내역"},
    "again": {"ja": "再発行", "easy": "もう一度 作りました", "en": "Reissued", "zh-hans": "补发", "ko": "재발행"},
    "received": {
        "ja": "上記の金額を領収しました。", "easy": "お金を受け取りました。", "en": "We have received this amount.",
        "zh-hans": "已收到上述金额。", "ko": "위 금액을 영수하였습니다.",
    },
    "back": {
        "ja": "この金額は、お返しの手続中か、お返ししました。", "easy": "このお金は返します。",
        "en": "This amount is being returned, or was.", "zh-hans": "该金额正在退还或已退还。",
        "ko": "이 금액은 환급 중이거나 환급되었습니다.",
    },
}  # fmt: skip


def _both(key: str, language: str) -> str:
    """The Japanese, which counts, with the reader's language beside it."""
    other = pick(_WORDS[key], language)
    ja = _WORDS[key]["ja"]
    return ja if other.language in {"ja", "easy"} else f"{ja} / {other.text}"


def receipt_pdf(found: Record, *, copy: int, language: str) -> bytes:
    """The receipt of a paid charge.

    Args:
        copy: which printing this is, from 1; later ones are marked 再発行 with their count.

    Raises:
        NotFound: it was never paid.
    """
    view, paid = found.view, found.settling
    if paid is None or found.receipt_issued_at is None:
        raise NotFound
    division = accounts.divisions([view.division_id])[0]
    rows = [
        [_both("number", language), view.receipt_number],
        [_both("for", language), _title(view.title, language)],
        [_both("day", language), format_date(paid.accepted_on, "ja", "long")],
        [_both("method", language), method_word(paid.method)],
        [_both("issued", language), format_date(clock.today(), "ja", "long")],
    ]
    if view.about:
        rows.insert(1, [_both("about", language), format_number(view.about)])
    title = _both("title", language)
    data = {
        "ward": settings.JICHI_WARD, "title": title, "amount_label": _both("amount", language),
        "amount": format_yen(Yen(view.total_yen)), "received": _both("received", language), "rows": rows,
        "lines_label": _both("lines", language),
        "lines": [
            [
                _title(line.title, language), f"{Yen(line.unit_yen).plain()} × {line.count}",
                format_yen(Yen(line.amount_yen)),
            ]
            for line in view.lines
        ],
        "again": f"{_both('again', language)} ({copy - 1})" if copy > 1 else "",
        "back": _both("back", language) if view.state in {"refunding", "refunded"} else "",
        "division": division.names["ja"], "phone": division.phone,
    }  # fmt: skip
    return render_pdf(
        template=TEMPLATE, data=data, title=f"{title} {view.receipt_number}", language="ja",
        author=settings.JICHI_WARD, made_at=clock.now(),
    )  # fmt: skip


def _title(text: LocalizedText, language: str) -> str:
    other = pick(text, language)
    return text["ja"] if other.language in {"ja", "easy"} else f"{text['ja']} / {other.text}"


def receipt_response(pdf: bytes, found: Record) -> HttpResponse:
    """The PDF as a download that nobody on the way keeps."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{found.view.receipt_number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
