"""Figures for everybody: a fiscal year of classes and help desks, small numbers hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.charts import SUPPRESSED
from jichi.design.html import written
from jichi.design.parts import Chart, Figure, Series
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.statistics.queries import hide_below
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.localized import Picked, pick
from jichi.kernel.tables import write_table

from .. import queries
from ..queries import YearFigures
from ..rules import protected
from . import words
from .staff.figures import months_of

Counted: TypeAlias = list[tuple[Picked, int]]


def _tables(found: YearFigures, language: str) -> list[tuple[str, list[tuple[Picked, str]]]]:
    """What, and its lines with a number or the sign that it is hidden."""

    def ages(counts: Mapping[str, int]) -> Counted:
        return [(Picked(str(words.AGES[key]), language), count) for key, count in counts.items()]

    groups: tuple[tuple[str, Counted], ...] = (
        (_("窓口ごとの相談"), [(pick(title, language), count) for title, count in found.by_desk]),
        (_("聞かれたこと"), [(pick(title, language), count) for title, count in found.by_topic]),
        (_("教室の参加者の年齢"), ages(found.class_ages)),
        (_("相談した方の年齢"), ages(found.visit_ages)),
    )
    return [(title, _hidden(rows)) for title, rows in groups if any(count for _name, count in rows)]


def _hidden(rows: Counted) -> list[tuple[Picked, str]]:
    shown = protected({str(place): count for place, (_name, count) in enumerate(rows)}, hide_below())
    texts = [SUPPRESSED if count is None else f"{count:,}" for count in shown.values()]
    return [(name, text) for (name, _count), text in zip(rows, texts, strict=True)]


@access(audience="public")
def figures(request: SignedInRequest) -> HttpResponse:
    """A10: this fiscal year and the one before, added up."""
    language, year = request.LANGUAGE_CODE, _year(request)
    is_now = year == fiscal_year(clock.today())
    found = queries.year_figures(year)
    months = months_of(year)
    rows = [found.by_month.get(one, (0, 0, 0)) for one in months]
    told = _("%(year)d年度") % {"year": year}
    context = {
        "title": _("スマホ教室と相談の数字: %(year)s") % {"year": told}, "wide": True,
        "figures": [
            Figure(label=_("教室の回数(累計)"), value=f"{found.sessions:,}", unit=_("回")),
            Figure(label=_("教室の参加者(延べ)"), value=f"{found.people:,}", unit=_("人")),
            Figure(label=_("窓口の相談"), value=f"{found.visits:,}", unit=_("件")),
        ],
        "chart": Chart(
            title=_("月ごとの教室の参加者と、窓口の相談"), labels=[f"{one.year}/{one.month}" for one in months],
            description=_("この年度は、教室に延べ%(people)d人、窓口に%(visits)d件です。") % {
                "people": found.people, "visits": found.visits
            },
            series=[
                Series(_("教室の参加者"), [row[1] for row in rows]), Series(_("窓口の相談"), [row[2] for row in rows])
            ],
        ),
        "tables": [
            (title, [(written(name), count) for name, count in rows]) for title, rows in _tables(found, language)
        ],
        "suppressed": SUPPRESSED, "below": hide_below(),
        "csv_url": reverse("welfare_digital_inclusion:figures_file", args=[year]),
        "other_url": f"{reverse('welfare_digital_inclusion:figures')}{f'?year={year - 1}' if is_now else ''}",
        "is_now": is_now,
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/figures.html", context)


def _year(request: SignedInRequest) -> int:
    """This fiscal year, or the one before when it is asked for."""
    now = fiscal_year(clock.today())
    return now - 1 if request.GET.get("year") == str(now - 1) else now


@access(audience="public")
def figures_file(request: SignedInRequest, year: int) -> HttpResponse:
    """The same as CSV, small numbers hidden there too."""
    found = queries.year_figures(year)
    lines = [[str(year), _("累計"), _("教室の回数"), str(found.sessions)]]
    lines += [[str(year), _("累計"), _("教室の参加者"), str(found.people)]]
    lines += [[str(year), _("累計"), _("窓口の相談"), str(found.visits)]]
    lines += [
        [str(year), title, name.text, count]
        for title, rows in _tables(found, request.LANGUAGE_CODE)
        for name, count in rows
    ]
    heads = [_("年度"), _("区分"), _("項目"), _("数")]
    response = HttpResponse(write_table(heads, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="smartphone_{year}.csv"'
    return response
