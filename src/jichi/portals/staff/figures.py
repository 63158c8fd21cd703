"""課の数字: one sentence, key figures, the last four weeks, by procedure; and the same as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.cases import queries as cases
from jichi.engines.cases.presentation import staff_status_word
from jichi.engines.cases.queries import Figures
from jichi.engines.cases.rules import Status
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year, format_datetime
from jichi.kernel.text import safe_csv_cell

VIEW: Final = "eng_cases.case.view"


def _year_start() -> date:
    return date(fiscal_year(clock.today()), 4, 1)


@access(audience="staff", permission=VIEW)
def dashboard(request: SignedInRequest) -> HttpResponse:
    """A10: what the division's cases come to."""
    actor = request.actor
    figures = cases.division_figures(actor=actor, year_start=_year_start())
    divisions = "、".join(d.names["ja"] for d in accounts.divisions(sorted(actor.divisions)))
    context = {
        "title": "課の数字", "divisions": divisions, "figures": figures, "sentence": so_what(figures),
        "key_figures": _key_figures(figures), "chart": _chart(figures),
        "statuses": [(staff_status_word(Status(key)), count) for key, count in figures.by_status.items()],
        "procedures": [
            (title, received, ok, no, received - ok - no) for _, title, received, ok, no in figures.by_procedure
        ],
        "year": fiscal_year(clock.today()), "at": format_datetime(clock.now(), "ja", "staff"),
        "csv_url": reverse("portal_staff:figures_csv"),
    }  # fmt: skip
    return render(request, "portal_staff/figures.html", context)


def so_what(figures: Figures) -> str:
    """The one sentence above the numbers."""
    flow = f"今週は{figures.received_this_week}件を受け付け、{figures.decided_this_week}件を決定しました。"
    if figures.overdue:
        return f"{flow}期限を過ぎた案件が{figures.overdue}件あります。先に進めてください。"
    return f"{flow}期限を過ぎた案件はありません。"


def _key_figures(figures: Figures) -> list[Figure]:
    open_cases = sum(figures.by_status[s] for s in ("received", "reviewing", "correction"))
    listed = reverse("eng_cases_staff:list")
    days = "未定" if figures.median_days is None else f"{figures.median_days:.1f}"
    return [
        Figure(
            label="期限超過", value=str(figures.overdue), unit="件", target="0件",
            mark="bad" if figures.overdue else "good", url=f"{listed}?scope=overdue",
        ),
        Figure(label="手元の案件(今年度受付)", value=f"{open_cases:,}", unit="件", url=listed),
        Figure(
            label=f"今週の受付(先週は{figures.received_week_before:,}件)",
            value=f"{figures.received_this_week:,}", unit="件",
        ),
        Figure(label="今週の決定", value=f"{figures.decided_this_week:,}", unit="件"),
        Figure(label="受付から決定まで(中央値)", value=days, unit="日" if figures.median_days is not None else ""),
    ]  # fmt: skip


def _chart(figures: Figures) -> Chart:
    received = [row[1] for row in figures.by_day]
    decided = [row[2] for row in figures.by_day]
    return Chart(
        title="受付と決定(この4週間)",
        description=f"この4週間に{sum(received):,}件を受け付け、{sum(decided):,}件を決定しました。"
        f"1日の受付は最も多い日で{max(received, default=0):,}件です。",
        labels=[f"{day.month}/{day.day}" for day, _, _ in figures.by_day],
        series=[Series("受付", received), Series("決定", decided)],
        unit="件", source="案件の記録", kind="line",
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def download(request: SignedInRequest) -> HttpResponse:
    """The numbers as CSV (UTF-8 with BOM)."""
    actor = request.actor
    figures = cases.division_figures(actor=actor, year_start=_year_start())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["区分", "項目", "受付", "決定", "承認", "不承認"])
    for day, received, decided in figures.by_day:
        writer.writerow(["日", day.isoformat(), received, decided, "", ""])
    for _, title, received, ok, no in figures.by_procedure:
        writer.writerow(["手続(今年度)", safe_csv_cell(title), received, ok + no, ok, no])
    for key, count in figures.by_status.items():
        writer.writerow(["状態(今年度)", staff_status_word(Status(key)), count, "", "", ""])
    response = HttpResponse(b"\xef\xbb\xbf" + text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="figures_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
