"""オンライン収納の入金: how far the money of each day and payment has come. Japanese only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from . import permissions, queries
from .queries import PaymentMoney
from .rules import MoneyState

DAYS_BACK: Final = 92
STATES: Final = {
    MoneyState.TAKEN: ("収納した", "todo"), MoneyState.SETTLED: ("精算された", "info"),
    MoneyState.CREDITED: ("入金済み", "done"),
}  # fmt: skip
"""State → words, tone."""


@access(audience="staff", permission=permissions.SETTLED)
def days(request: SignedInRequest) -> HttpResponse:
    """A10: each day on which the firm took money, and how far that has come."""
    since = clock.today() - timedelta(days=DAYS_BACK)
    found = queries.money_by_day(since=since)
    context = {
        "title": "オンライン収納の入金", "since": format_date(since),
        "rows": [
            (
                reverse("eng_payments_staff:settled_day", args=[f"{one.day}"]), format_date(one.day),
                tag(STATES[one.state][0], tone=STATES[one.state][1]), f"{one.count:,}", f"{one.yen:,}",
                f"{one.settled_yen:,}", f"{one.fee_yen:,}", f"{one.net_yen:,}", f"{one.credited_yen:,}",
            )
            for one in found
        ],
        "sums": [
            f"{sum(values):,}"
            for values in zip(*(
                (one.count, one.yen, one.settled_yen, one.fee_yen, one.net_yen, one.credited_yen) for one in found
            ), strict=True)
        ],
    }  # fmt: skip
    return render(request, "eng_payments/staff_settled.html", context)


@access(audience="staff", permission=permissions.SETTLED)
def one_day(request: SignedInRequest, day: str) -> HttpResponse:
    """A7: the payments of a day one by one; who paid stands on the charge's own page."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    context = {
        "title": f"オンライン収納の入金 {format_date(on)}",
        "breadcrumb": [("オンライン収納の入金", reverse("eng_payments_staff:settled"))],
        "rows": [_row(one) for one in queries.money_of_day(on)],
    }
    return render(request, "eng_payments/staff_settled_day.html", context)


def _row(one: PaymentMoney) -> tuple[object, ...]:
    words, tone = STATES[one.state]
    return (
        one.reference, f"{one.yen:,}", tag(words, tone=tone), "" if one.fee_yen is None else f"{one.fee_yen:,}",
        format_date(one.remit_on) if one.remit_on else "", format_date(one.credited_on) if one.credited_on else "",
    )  # fmt: skip


def money_text(one: PaymentMoney) -> str:
    """How far a payment's money has come, in words."""
    if one.credited_on is not None:
        return f"入金済み({format_date(one.credited_on)})"
    if one.remit_on is not None:
        return f"精算された({format_date(one.remit_on)}に振込の予定)"
    return "精算はまだ"
