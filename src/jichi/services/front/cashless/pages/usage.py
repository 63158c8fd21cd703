"""キャッシュレスの利用率: by month and counter, as a chart beside its table and as CSV."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, format_date
from jichi.kernel.tables import write_table

from .. import queries
from ..permissions import SETTLE, VIEW
from ..queries import MonthUse, Use
from ..rules import METHODS

MONTHS: Final = 13


def _found(request: SignedInRequest) -> list[MonthUse]:
    today = clock.today()
    first = add_months(today.replace(day=1), 1 - MONTHS)
    everything = request.actor.may(SETTLE)
    return queries.usage(first=first, last=today, divisions=None if everything else request.actor.divisions)


def _joined(rows: list[MonthUse]) -> Use:
    use = Use()
    for row in rows:
        for method, count in row.use.counts.items():
            use.add(method, count, row.use.yen[method])
    return use


def _percent(use: Use) -> str:
    return "" if use.rate is None else f"{use.rate:.1f}"


@access(audience="staff", permission=VIEW)
def usage(request: SignedInRequest) -> HttpResponse:
    """A10: how many pay without cash."""
    rows = _found(request)
    months = sorted({row.month for row in rows})
    monthly = {month: _joined([row for row in rows if row.month == month]) for month in months}
    this = monthly.get(clock.today().replace(day=1), Use())
    desks = {row.desk_code: row.desk_name for row in rows}
    context = {
        "title": "キャッシュレスの利用率", "sentence": _sentence(months, monthly), "at": format_date(clock.today()),
        "key_figures": [
            Figure(label="今月の利用率", value=_percent(this) or "0.0", unit="%"),
            Figure(label="今月の売上", value=f"{this.count:,}", unit="件"),
            Figure(label="うちキャッシュレス", value=f"{this.cashless:,}", unit="件"),
        ],
        "chart": _chart(months, monthly) if months else None, "methods": list(METHODS.values()),
        "rows": [_cells(row) for row in reversed(rows)], "desks": [
            (name, _percent(_joined([row for row in rows if row.desk_code == code]))) for code, name in desks.items()
        ], "csv_url": reverse("front_cashless:usage_export"),
    }  # fmt: skip
    return render(request, "front_cashless/usage.html", context)


def _sentence(months: list[date], monthly: dict[date, Use]) -> str:
    if not months:
        return "売上はまだありません。"
    use = monthly[months[-1]]
    return (
        f"{months[-1].year}年{months[-1].month}月は、{use.count:,}件のうち{use.cashless:,}件"
        f"({_percent(use)}%)がキャッシュレスでした。"
    )


def _chart(months: list[date], monthly: dict[date, Use]) -> Chart:
    return Chart(
        title="キャッシュレスの利用率(件数)", unit="%", source="窓口の収納", kind="line",
        description=f"{len(months)}か月の、月ごとの利用率です。返金は引いていません。",
        labels=[f"{month:%y}/{month.month}" for month in months],
        series=[Series("利用率", [round(monthly[month].rate or 0, 1) for month in months])],
    )  # fmt: skip


def _cells(row: MonthUse) -> tuple[str, str, list[str], str, str]:
    return (
        f"{row.month.year}年{row.month.month}月", row.desk_name,
        [f"{row.use.counts.get(method, 0):,}" for method in METHODS], f"{sum(row.use.yen.values()):,}",
        _percent(row.use),
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """The same as CSV (UTF-8 with BOM)."""
    headings = ["月", "窓口番号", "窓口", *(f"{words}(件)" for words in METHODS.values()),
                *(f"{words}(円)" for words in METHODS.values()), "利用率(%)"]  # fmt: skip
    table = write_table(headings, [
        [
            f"{row.month:%Y-%m}", row.desk_code, row.desk_name,
            *(str(row.use.counts.get(method, 0)) for method in METHODS),
            *(str(row.use.yen.get(method, 0)) for method in METHODS), _percent(row.use),
        ]
        for row in _found(request)
    ])  # fmt: skip
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cashless_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
