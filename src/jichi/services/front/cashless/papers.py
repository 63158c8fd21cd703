"""領収書: the paper of a sale, with what 適格請求書 must say where the counter has a registration number; 引継書."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse

from jichi.engines.accounts import queries as accounts
from jichi.engines.files.documents import render_pdf
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.localized import LocalizedText

from . import rules
from .queries import HandoverView, SaleView

TEMPLATES: Final = Path(__file__).resolve().parent / "templates" / "front_cashless" / "pdf"
_MARKS: Final = {"reduced": " ※"}
_WORDS: Final[dict[str, LocalizedText]] = {
    "title": {"ja": "領収書", "easy": "りょうしゅうしょ", "en": "Receipt", "zh-hans": "收据", "ko": "영수증"},
    "back": {
        "ja": "返金の控え", "easy": "かえした おかねの かみ", "en": "Refund record",
        "zh-hans": "退款凭据", "ko": "환불 확인서",
    },
    "number": {"ja": "番号", "easy": "ばんごう", "en": "Number", "zh-hans": "编号", "ko": "번호"},
    "day": {"ja": "日付", "easy": "ひにち", "en": "Date", "zh-hans": "日期", "ko": "날짜"},
    "way": {"ja": "支払い方", "easy": "はらいかた", "en": "Paid by", "zh-hans": "支付方式", "ko": "납부 방법"},
    "of": {
        "ja": "もとの領収書", "easy": "もとの りょうしゅうしょ", "en": "Original receipt",
        "zh-hans": "原收据", "ko": "원래 영수증",
    },
    "tendered": {
        "ja": "お預かり", "easy": "うけとった おかね", "en": "Cash received",
        "zh-hans": "实收", "ko": "받은 금액",
    },
    "change": {"ja": "おつり", "easy": "おつり", "en": "Change", "zh-hans": "找零", "ko": "거스름돈"},
    "said": {
        "ja": "上記の金額を領収しました。", "easy": "おかねを うけとりました。",
        "en": "We have received this amount.", "zh-hans": "已收到上述金额。",
        "ko": "위 금액을 영수하였습니다.",
    },
    "said_back": {
        "ja": "上記の金額を返しました。", "easy": "おかねを かえしました。",
        "en": "We have returned this amount.", "zh-hans": "已退还上述金额。",
        "ko": "위 금액을 환불하였습니다.",
    },
    "lines": {"ja": "内訳", "easy": "くわしく", "en": "Details", "zh-hans": "明细", "ko": "내역"},
    "taxes": {
        "ja": "税率ごとの合計", "easy": "ぜいきんの ごうけい", "en": "Totals by tax rate",
        "zh-hans": "按税率合计", "ko": "세율별 합계",
    },
    "at_rate": {
        "ja": "{rate}%対象", "easy": "ぜいきん {rate}%", "en": "Taxed at {rate}%",
        "zh-hans": "适用{rate}%税率", "ko": "{rate}% 과세",
    },
    "tax_in": {
        "ja": "うち消費税 {yen}円", "easy": "その中の ぜいきん {yen}円",
        "en": "of it consumption tax {yen} yen", "zh-hans": "其中消费税{yen}日元",
        "ko": "그중 소비세 {yen}엔",
    },
    "untaxed": {
        "ja": "非課税", "easy": "ぜいきんは ありません", "en": "Not taxed",
        "zh-hans": "不征税", "ko": "비과세",
    },
    "reduced": {
        "ja": "※は軽減税率の対象です。", "easy": "※は ぜいきんが すくないです。",
        "en": "※: at the reduced tax rate.", "zh-hans": "※为适用减轻税率的项目。",
        "ko": "※는 경감세율 대상입니다.",
    },
    "registration": {
        "ja": "登録番号", "easy": "とうろく ばんごう", "en": "Registration number of the qualified invoice issuer",
        "zh-hans": "合格发票开具者登记号", "ko": "적격청구서 발행사업자 등록번호",
    },
    "again": {"ja": "再発行", "easy": "もう一度 作りました", "en": "Reissued", "zh-hans": "补发", "ko": "재발행"},
    "cash": {"ja": "現金", "easy": "げんきん", "en": "Cash", "zh-hans": "现金", "ko": "현금"},
    "card": {"ja": "カード", "easy": "カード", "en": "Card", "zh-hans": "银行卡", "ko": "카드"},
    "emoney": {"ja": "電子マネー", "easy": "でんしマネー", "en": "E-money", "zh-hans": "电子货币", "ko": "전자화폐"},
    "code": {
        "ja": "コード決済", "easy": "スマートフォンの はらい", "en": "Code payment",
        "zh-hans": "扫码支付", "ko": "코드 결제",
    },
}  # fmt: skip
"""The Japanese counts and stands first; a qualified invoice needs it no less in another language's company."""


def _both(key: str, language: str, **given: object) -> str:
    """The Japanese, with the other language beside it."""
    ja = _WORDS[key]["ja"].format_map(given)
    other = _WORDS[key].get(language, "").format_map(given)
    return f"{ja} / {other}" if other and language != "ja" else ja


def receipt_pdf(
    found: SaleView, lines: Sequence[rules.Line], *, copy: int, language: str = "ja",
    names: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """The receipt of a sale, or the paper of what went back.

    Args:
        copy: which printing this is, from 1; later ones are marked 再発行 with their count.
        language: "ja", or one of `rules.NAMED_IN` that stands beside the Japanese; `names` of items in it by code.
    """
    key = "back" if found.of_id is not None else "title"
    return _paper(
        "receipt.typ", {
            **_body(found, lines, language, names or {}), "rows": _rows(found, language),
            "title": _both(key, language), "again": f"{_both('again', language)} ({copy - 1})" if copy > 1 else "",
        }, f"{_WORDS[key]['ja']} {found.number}",
    )  # fmt: skip


def _paper(template: str, data: Mapping[str, Any], title: str) -> bytes:
    return render_pdf(
        template=TEMPLATES / template, data={**data, "ward": settings.JICHI_WARD}, title=title, language="ja",
        author=settings.JICHI_WARD, made_at=clock.now(),
    )  # fmt: skip


def _rows(found: SaleView, language: str) -> list[list[str]]:
    day = format_date(found.belongs_on, "ja", "long")
    if language != "ja":
        day = f"{day} / {format_date(found.belongs_on, language, 'long')}"
    rows = [
        [_both("number", language), found.number], [_both("day", language), day],
        [_both("way", language), f"{_both(found.method, language)} {found.brand}".strip()],
    ]  # fmt: skip
    if found.of_id is not None:
        rows.append([_both("of", language), found.of_number])
    elif found.method == rules.CASH:
        rows += [
            [_both("tendered", language), f"{found.tendered_yen:,}円"],
            [_both("change", language), f"{found.change_yen:,}円"],
        ]
    return rows


def _body(
    found: SaleView, lines: Sequence[rules.Line], language: str, names: Mapping[str, str]
) -> dict[str, object]:  # fmt: skip
    division = accounts.divisions([found.division_id])[0]
    other = division.names.get(language, "") if language != "ja" else ""
    number = found.registration_no
    return {
        "amount": f"{found.total_yen:,}円", "said": _both("said_back" if found.of_id else "said", language),
        "lines": [
            [_title(line, names), f"{line.unit_yen:,} × {line.count}", f"{line.yen:,}円"] for line in lines
        ],
        "lines_label": _both("lines", language), "taxes_label": _both("taxes", language),
        "taxes": _taxes(lines, language),
        "note": _both("reduced", language) if any(line.tax == "reduced" for line in lines) else "",
        "registration": f"{_both('registration', language)} {number}" if number else "",
        "division": f"{division.names['ja']} / {other}" if other else division.names["ja"],
        "phone": division.phone, "desk": found.desk_name,
    }  # fmt: skip


def _title(line: rules.Line, names: Mapping[str, str]) -> str:
    other = names.get(line.code, "")
    return f"{line.title}{_MARKS.get(line.tax, '')}{f' / {other}' if other else ''}"


def _taxes(lines: Sequence[rules.Line], language: str) -> list[list[str]]:
    """Sums by rate, as 適格請求書 asks for; only what is outside the tax: that alone."""
    return [
        [
            _both("at_rate", language, rate=one.rate), f"{one.gross_yen:,}円",
            _both("tax_in", language, yen=f"{one.tax_yen:,}"),
        ]
        if one.rate
        else [_both("untaxed", language), f"{one.gross_yen:,}円", ""]
        for one in rules.tax_lines((line.rate, line.yen) for line in lines)
    ]  # fmt: skip


def handover_pdf(found: HandoverView) -> bytes:
    """引継書: what a counter brings, day by day, with places for who brought and who received it."""
    return _paper("handover.typ", {
        "title": "窓口の現金の引継書", "amount": f"{found.yen:,}円", "days_label": "受け取った日",
        "rows": [
            ["番号", str(found.number)], ["窓口", f"{found.desk_name}({found.division})"],
            ["受け取った日時", format_datetime(found.received_at, "ja", "staff")],
        ],
        "heads": ["日", "現金", "過不足"],
        "days": [
            [format_date(one.on), f"{one.yen:,}円", f"{one.difference_yen:+,}円" if one.difference_yen else "0円"]
            for one in found.days
        ],
        "signs": ["渡した職員", "受け取った職員"],
    }, f"引継書 {found.number}")  # fmt: skip


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """The PDF as a download that nobody on the way keeps."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
