"""Figures the house is steered by (指標) that cases know: from the sums of a month, so they cost nothing to find."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.rules import Period
from jichi.kernel.calendar import add_months


def _month(first: date) -> Period:
    return Period(first=first, last=add_months(first, 1) - timedelta(days=1), by="month")


def _received(first: date) -> tuple[int, int]:
    found = counted.totals(counted.ALL, ["received"], _month(first))
    return sum(one.count for one in found.values()), sum(one.count for (_m, key), one in found.items() if key == "web")


def applications(first: date) -> int:
    """申請件数: applications received in the month, by whatever way."""
    return _received(first)[0]


def online_share(first: date) -> Decimal | None:
    """オンライン率: percent of them that came online."""
    total, online = _received(first)
    return Decimal(online * 100) / total if total else None


def days_to_decide(first: date) -> Decimal | None:
    """平均処理日数: days from receipt to decision, mean over the decisions of the month."""
    found = counted.steps(counted.ALL, _month(first)).get("decide")
    return Decimal(found.minutes) / found.count / 1440 if found and found.count else None
