"""Selling, one sale, giving back, the receipt."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid

from .. import actions, queries, rules
from ..papers import pdf_response, receipt_pdf
from ..permissions import SELL, VIEW
from ..queries import SaleView
from .parts import CONFLICT, UNPROCESSABLE, desk_of, sale_of, told

RECEIPTS_WITH: Final = (("en", "英語つき"), ("zh-hans", "中国語つき"), ("ko", "韓国語つき"))
"""Languages that a receipt can have beside the Japanese, with the words of their buttons."""


def count_of(text: str) -> int | None:
    """A number of items as typed: 0 for nothing, None for what is none."""
    digits = text.strip().replace(",", "")
    if not digits:
        return 0
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else None


def key_of(request: SignedInRequest) -> UUID:
    """The key that the form carries, so that pressing twice books once."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


@access(audience="staff", permission=SELL, methods=("GET", "POST"))
def sell(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: items, then the total and how it is paid."""
    desk = desk_of(request, id)
    _list, fees = queries.fee_at(id, clock.today())
    counts = {fee.code: count_of(request.POST.get(f"n_{fee.code}", "")) for fee in fees}
    wrong = {f"n_{code}": FieldError("cashless.number") for code, count in counts.items() if count is None}
    good = {code: count for code, count in counts.items() if count}
    total = sum(fee.unit_yen * good.get(fee.code, 0) for fee in fees)
    problem, paying = "", False
    if request.method == "POST" and not wrong:
        try:
            if request.POST.get("act") == "sell":
                sold = actions.sell(
                    actor=request.actor, desk_id=id, key=key_of(request), counts=good, tender=_tender(request),
                    expected_total=count_of(request.POST.get("total", "")),
                )  # fmt: skip
                return redirect("front_cashless:sale", id=sold)
            paying = request.POST.get("act") == "total" and total > 0
            if not paying and request.POST.get("act") == "total":
                problem = told(Invalid("cashless.nothing", max=999))
        except Invalid as error:
            paying = "lines" not in error.fields
            wrong = dict(error.fields)
        except (Conflict, Forbidden) as error:
            problem, paying = told(error), total > 0
    fields = paying_fields(request, wrong) if paying else item_fields(request, fees, wrong)
    context = {
        "title": f"{desk.name}で受け取る", "breadcrumb": [(desk.name, reverse("front_cashless:desk", args=[id]))],
        "fields": fields, "errors": errors_for(fields), "problem": problem, "paying": paying, "total": total,
        "key": key_of(request), "chosen": [
            (fee.title, f"{fee.unit_yen:,}", good[fee.code], f"{fee.unit_yen * good[fee.code]:,}", f"n_{fee.code}")
            for fee in fees if good.get(fee.code)
        ], "total_text": f"{total:,}", "has_fees": bool(fees), "narrow": True,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_cashless/sell.html", context, status=status)


def _tender(request: SignedInRequest) -> rules.Tender:
    way = request.POST.get("way", "")
    if way == rules.CASH:
        return rules.Tender(method=rules.CASH, tendered_yen=count_of(request.POST.get("tendered", "")))
    return rules.Tender(
        method=queries.brands().get(way, ""), brand=way, slip_no=request.POST.get("slip_no", "").strip()
    )


def item_fields(request: SignedInRequest, fees: list[rules.Fee], wrong: dict[str, FieldError]) -> list[FormField]:
    """How many of each item."""
    return [
        FormField(
            name=f"n_{fee.code}", label=f"{fee.title}({fee.unit_yen:,}円)", noun="数", kind="number", size=4, unit="件",
            required=False, show_mark=False, value=request.POST.get(f"n_{fee.code}", ""),
            error=wrong.get(f"n_{fee.code}") or wrong.get("lines") if n == 0 else wrong.get(f"n_{fee.code}"),
        )
        for n, fee in enumerate(fees)
    ]  # fmt: skip


def paying_fields(request: SignedInRequest, wrong: dict[str, FieldError]) -> list[FormField]:
    """How it is paid."""
    ways = [Option(rules.CASH, "現金")] + [
        Option(brand, f"{rules.METHODS[method]} {brand}", noruby=True) for brand, method in queries.brands().items()
    ]
    return [
        FormField(
            name="way", label="支払い方", kind="radio", options=tuple(ways), value=request.POST.get("way", rules.CASH),
            error=wrong.get("method") or wrong.get("brand"),
        ),
        FormField(
            name="tendered", label="受け取った現金", kind="number", unit="円", size=9, required=False,
            hint="現金のとき。おつりを計算します。", value=request.POST.get("tendered", ""),
            error=wrong.get("tendered"),
        ),
        FormField(
            name="slip_no", label="端末の控えの番号", required=False, size=20, hint="カードなどのとき(任意)。",
            value=request.POST.get("slip_no", ""), error=wrong.get("slip_no"),
        ),
    ]  # fmt: skip


@access(audience="staff", permission=VIEW)
def sale(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one sale: the change, its lines, what went back."""
    found = sale_of(request, id)
    lines, gone = queries.lines_of(id), queries.gone_of(id)
    left = any(line.count > gone.get(line.position, 0) for line in lines)
    may = request.actor.may(SELL)
    context = {
        "title": f"{'返金' if found.of_id else '売上'} {found.number}", "sale": found, "facts": _facts(found),
        "breadcrumb": [
            (found.desk_name, reverse("front_cashless:desk", args=[found.desk_id])),
            (format_date(found.on), reverse("front_cashless:day", args=[found.day_id])),
        ],
        "languages": RECEIPTS_WITH, "lines": [
            (line.title, f"{line.unit_yen:,}", line.count, f"{line.yen:,}", gone.get(line.position, 0))
            for line in lines
        ],
        "total": f"{found.total_yen:,}", "may_back": may and left and found.of_id is None, "may": may,
        "change": f"{found.change_yen:,}" if found.method == rules.CASH and not found.of_id else "",
        "backs": [(reverse("front_cashless:sale", args=[one.id]), one.number, f"{one.total_yen:,}", one.reason)
                  for one in queries.backs_of(id)],
        "taxes": [
            (f"{one.rate}%" if one.rate else "非課税", f"{one.gross_yen:,}", f"{one.tax_yen:,}" if one.rate else "")
            for one in rules.tax_lines((line.rate, line.yen) for line in lines)
        ], "desk_url": reverse("front_cashless:desk", args=[found.desk_id]),
        "sell_url": reverse("front_cashless:sell", args=[found.desk_id]),
    }  # fmt: skip
    return render(request, "front_cashless/sale.html", context)


def _facts(found: SaleView) -> list[Fact]:
    rows = [
        ("日時", format_datetime(found.sold_at, "ja", "staff")), ("支払い方", found.way),
        ("受け取った現金", f"{found.tendered_yen:,}円" if found.tendered_yen is not None else ""),
        ("端末の控えの番号", found.slip_no), ("受け取った職員", found.clerk), ("もとの売上", found.of_number),
        ("返した理由", found.reason),
        (
            "遅れて届いた",
            f"{format_date(found.belongs_on)}の売上。締めたあとに届き、{format_date(found.on)}に入れました。"
            if found.is_late else "",
        ),
        ("端末の時計", format_datetime(found.device_at, "ja", "staff") if found.device_at else ""),
        ("料金表", "その日より前の料金表で受け取りました。" if found.is_old_list else ""),
        ("領収書", f"{found.prints}回発行" if found.prints else "未発行"),
    ]  # fmt: skip
    return [Fact(label=label, value=value, name=label == "受け取った職員") for label, value in rows if value]


@access(audience="staff", permission=SELL, methods=("GET", "POST"))
def back(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: what goes back of a sale, and why."""
    found = sale_of(request, id)
    lines, gone = queries.lines_of(id), queries.gone_of(id)
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        counts = {line.position: count_of(request.POST.get(f"n{line.position}", "")) for line in lines}
        wrong = {f"n{place}": FieldError("cashless.number") for place, count in counts.items() if count is None}
        try:
            if not wrong:
                done = actions.give_back(
                    actor=request.actor, sale_id=id, key=key_of(request), reason=request.POST.get("reason", ""),
                    counts={place: count for place, count in counts.items() if count},
                )  # fmt: skip
                return redirect("front_cashless:sale", id=done)
        except Invalid as error:
            wrong = dict(error.fields)
        except (Conflict, Forbidden) as error:
            problem = told(error)
    fields = _back_fields(request, lines, gone, wrong)
    context = {
        "title": f"返金する {found.number}", "breadcrumb": [(found.number, reverse("front_cashless:sale", args=[id]))],
        "fields": fields, "errors": errors_for(fields), "problem": problem, "key": key_of(request), "way": found.way,
        "narrow": True,
    }  # fmt: skip
    return render(
        request, "front_cashless/back.html", context, status=CONFLICT if problem else UNPROCESSABLE if wrong else 200
    )


def _back_fields(
    request: SignedInRequest, lines: list[rules.Line], gone: dict[int, int], wrong: dict[str, FieldError]
) -> list[FormField]:
    fields = [
        FormField(
            name=f"n{line.position}", label=f"{line.title}({line.unit_yen:,}円)", noun="数", kind="number", size=4,
            unit="件", required=False, show_mark=False, value=request.POST.get(f"n{line.position}", ""),
            hint=f"返せるのは{line.count - gone.get(line.position, 0)}件までです。",
            error=wrong.get(f"n{line.position}") or (wrong.get("lines") if line.position == 0 else None),
        )
        for line in lines
    ]  # fmt: skip
    return [
        *fields,
        FormField(
            name="reason", label="返す理由", kind="textarea", rows=2, value=request.POST.get("reason", ""),
            error=wrong.get("reason"),
        ),
    ]  # fmt: skip


@access(audience="staff", permission=SELL, methods=("POST",))
def receipt(request: SignedInRequest, id: UUID) -> HttpResponse:
    """領収書, in Japanese or with a language beside it; each one after the first says 再発行 and which."""
    found = sale_of(request, id)
    language = request.POST.get("language", "")
    if language not in rules.NAMED_IN:
        language = "ja"
    names = queries.fee_names(found.fee_list_id, language)
    copy = actions.note_printing(actor=request.actor, sale_id=id)
    pdf = receipt_pdf(found, queries.lines_of(id), copy=copy, language=language, names=names)
    return pdf_response(pdf, f"receipt-{found.number}")
