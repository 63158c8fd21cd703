"""Figures for the division: load of desks by weekday and hour; sessions, people and visits by month, with files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.clock import TOKYO

from ... import queries
from ...permissions import DESK, VIEW
from ...queries import YearFigures
from ...rules import OUTCOMES, WEEKDAYS
from .. import words
from .entries import csv_file

PERIOD: Final = timedelta(days=91)
SOURCE: Final = "教室の出席と、窓口で終わった相談"


@access(audience="staff", permission=DESK)
def load(request: SignedInRequest) -> HttpResponse:
    """A10: how busy each desk was in the last thirteen weeks, by weekday and hour."""
    today = clock.today()
    first = today - PERIOD
    found = queries.desks(since=today, divisions=request.actor.divisions)
    begin, end = (datetime.combine(day, time(), TOKYO) for day in (first, today + timedelta(days=1)))
    with joining(request.actor):
        counts = queries.load(begin, end)
    desks = [_desk(one.title["ja"], counts[one.id]) for one in found if one.id in counts]
    context = {
        "title": "相談窓口の込みぐあい", "desks": desks,
        "told": f"{first.year}年{first.month}月{first.day}日から今日まで",
        "weekdays": WEEKDAYS, "breadcrumb": [("相談窓口", reverse("welfare_digital_inclusion_staff:desks"))],
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/staff/load.html", context)


def _desk(title: str, counts: Mapping[tuple[int, int], tuple[int, int]]) -> dict[str, Any]:
    hours = sorted({hour for _weekday, hour in counts})
    (weekday, hour), (most, _minutes) = max(counts.items(), key=lambda item: (item[1][0], -item[0][0], -item[0][1]))
    return {
        "title": title, "caption": f"{title}の曜日と時間", "count": sum(count for count, _m in counts.values()),
        "minutes": sum(minutes for _c, minutes in counts.values()),
        "busiest": f"いちばん多いのは{WEEKDAYS[weekday]}曜の{hour}時台で{most}件です。",
        "rows": [(each, [counts.get((day, each), (0, 0))[0] for day in range(7)]) for each in hours],
    }  # fmt: skip


def asked_year(request: SignedInRequest) -> int:
    """The fiscal year asked for; this one where it is none or too far away."""
    text, now = request.GET.get("year", ""), fiscal_year(clock.today())
    return int(text) if text.isdecimal() and len(text) == 4 and now - 20 <= int(text) <= now else now


def months_of(year: int) -> list[date]:
    """The months of a fiscal year, April first."""
    return [date(year + (month < 4), month, 1) for month in (*range(4, 13), 1, 2, 3)]


@access(audience="staff", permission=VIEW)
def figures(request: SignedInRequest) -> HttpResponse:
    """A10: a fiscal year in figures, added up and by month, desk, topic and age."""
    year = asked_year(request)
    found = queries.year_figures(year)
    months = months_of(year)
    context = {
        "title": f"令和{year - 2018}年度の数字", "found": found, "year": year,
        "figures": [
            Figure(label="教室の回数(累計)", value=f"{found.sessions:,}", unit="回"),
            Figure(label="教室の参加者(延べ)", value=f"{found.people:,}", unit="人"),
            Figure(label="窓口の相談", value=f"{found.visits:,}", unit="件"),
            Figure(label="相談の時間", value=f"{found.minutes / 60:,.0f}", unit="時間"),
        ],
        "charts": _charts(found, months),
        "tables": [
            ("窓口", [(title["ja"], count) for title, count in found.by_desk]),
            ("聞かれたこと", [(title["ja"], count) for title, count in found.by_topic]),
            ("教室の年齢", [(str(words.AGES[key]), count) for key, count in found.class_ages.items()]),
            ("窓口の年齢", [(str(words.AGES[key]), count) for key, count in found.visit_ages.items()]),
            ("どうなったか", [(OUTCOMES[key], count) for key, count in found.by_outcome.items()]),
        ],
        "csv_url": f"{reverse('welfare_digital_inclusion_staff:figures_export')}?year={year}",
        "public_url": reverse("welfare_digital_inclusion:figures"),
        "years": [
            (f"令和{one - 2018}年度", f"?year={one}")
            for one in range(fiscal_year(clock.today()), fiscal_year(clock.today()) - 3, -1) if one != year
        ],
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/staff/figures.html", context)


def _charts(found: YearFigures, months: list[date]) -> list[Chart]:
    labels = [f"{one.year}/{one.month}" for one in months]
    people = [found.by_month.get(one, (0, 0, 0)) for one in months]
    return [
        Chart(
            title="教室の参加者(月ごと)", unit="人", source=SOURCE, labels=labels,
            description=f"この年度は{found.sessions}回、延べ{found.people}人です。",
            series=[Series("参加者", [row[1] for row in people])],
        ),
        Chart(
            title="窓口の相談(月ごと)", unit="件", source=SOURCE, labels=labels,
            description=f"この年度は{found.visits}件です。", series=[Series("相談", [row[2] for row in people])],
        ),
    ]  # fmt: skip


@access(audience="staff", permission=VIEW)
def figures_export(request: SignedInRequest) -> HttpResponse:
    """The same figures as a file: what, which, how many."""
    year = asked_year(request)
    found = queries.year_figures(year)
    rows = [
        [str(year), "累計", "教室の回数", str(found.sessions)],
        [str(year), "累計", "教室の参加者", str(found.people)],
    ]
    rows += [[str(year), "累計", "窓口の相談", str(found.visits)], [str(year), "累計", "相談の分", str(found.minutes)]]
    for month in months_of(year):
        values = found.by_month.get(month, (0, 0, 0))
        for name, value in zip(("教室の回数", "教室の参加者", "窓口の相談"), values, strict=True):
            rows.append([str(year), f"{month:%Y-%m}", name, str(value)])
    rows += [[str(year), "窓口", title["ja"], str(count)] for title, count in found.by_desk]
    rows += [[str(year), "聞かれたこと", title["ja"], str(count)] for title, count in found.by_topic]
    rows += [[str(year), "教室の年齢", str(words.AGES[key]), str(count)] for key, count in found.class_ages.items()]
    rows += [[str(year), "窓口の年齢", str(words.AGES[key]), str(count)] for key, count in found.visit_ages.items()]
    rows += [[str(year), "どうなったか", OUTCOMES[key], str(count)] for key, count in found.by_outcome.items()]
    return csv_file("smartphone", ["年度", "区分", "項目", "数"], rows)
