"""How far the ward is (進み具合): one sentence, figures, course, targets, reasons; the same as CSV and as pictures."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.chart_picture import chart_picture
from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Chart, Figure, Series
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.files.documents import svg_to_png
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.text import safe_csv_cell

from .. import actions, queries
from ..permissions import MANAGE, VIEW
from ..queries import Stand
from ..rules import PACE_MONTHS, REASONS, SHORT_REASONS, STATES, Forecast
from .entries import UNPROCESSABLE, tabs, volume_text

SOURCE: Final = "手続の棚卸し"
TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


@access(audience="staff", permission=VIEW)
def stand(request: SignedInRequest) -> HttpResponse:
    """A10: how far the ward is."""
    found = queries.stand()
    charts = [
        (name, chart, [(kind, reverse("front_inventory:picture", args=[name, kind])) for kind in TYPES])
        for name, chart in charts_of(found).items()
    ]
    context = {
        "title": "オンライン化の進み具合", "tabs": tabs(request, "stand"), "sentence": so_what(found),
        "at": format_date(clock.today()), "key_figures": _figures(found), "charts": charts, "stand": found,
        "divisions": [(one, _percent(one.online, one.total)) for one in found.divisions],
        "biggest": [(one, volume_text(one.entry.volume), STATES[one.entry.state]) for one in found.biggest],
        "forecasts": [_told(one) for one in found.outlook.forecasts], "pace": f"{found.outlook.pace:.1f}",
        "pace_months": PACE_MONTHS, "csv_url": reverse("front_inventory:stand_export"),
    }  # fmt: skip
    return render(request, "front_inventory/stand.html", context)


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}" if whole else "0.0"


def so_what(found: Stand) -> str:
    """The one sentence above the numbers."""
    outlook = found.outlook
    if not outlook.total:
        return "棚卸しの手続は、まだありません。"
    now = (
        f"{outlook.total:,}の手続のうち{outlook.online:,}({_percent(outlook.online, outlook.total)}%)を"
        "オンラインで受け付けています。"
    )
    coming = next((one for one in outlook.forecasts if one.reached is None), None)
    return now + (_expected(coming) if coming else "これからの目標は、まだ決めていません。")


def _expected(one: Forecast) -> str:
    goal = f"{format_date(one.target.day)}の目標{one.target.count:,}には、"
    if not one.missing:
        return f"{goal}予定どおりなら届きます({one.planned:,})。"
    return f"{goal}予定どおりでも{one.missing:,}足りません({one.planned:,})。予定のない手続から選んでください。"


def _told(one: Forecast) -> tuple[str, str, str, str, str]:
    """(day, target, as planned, at the pace, judgement)."""
    if one.reached is not None:
        word = "届いた" if one.reached else f"届かなかった({one.target.count - one.planned:,}不足)"
        return format_date(one.target.day), f"{one.target.count:,}", f"{one.planned:,}(実績)", "", word
    expected = (("予定どおり", one.planned), ("今の進み方", one.paced))
    short = [word for word, count in expected if count < one.target.count]
    word = "届く見込み" if not short else f"{'でも、'.join(short)}では足りない"
    return format_date(one.target.day), f"{one.target.count:,}", f"{one.planned:,}", f"{one.paced:,}", word


def _figures(found: Stand) -> list[Figure]:
    listed = reverse("front_inventory:list")
    outlook = found.outlook
    coming = next((one.target for one in outlook.forecasts if one.reached is None), None)
    return [
        Figure(
            label="オンライン化済", value=f"{outlook.online:,}", unit="手続", url=f"{listed}?state=online",
            target=f"{coming.count:,}({format_date(coming.day)})" if coming else "",
        ),
        Figure(label="準備中・予定あり", value=f"{found.states['preparing'] + found.states['planned']:,}", unit="手続"),
        Figure(label="予定なし", value=f"{found.states['none']:,}", unit="手続", url=f"{listed}?state=none"),
        Figure(label="1か月に増える数", value=f"{outlook.pace:.1f}", unit="手続"),
        Figure(label="件数でみたオンラインの割合", value=_percent(found.volume_online, found.volume), unit="%"),
    ]  # fmt: skip


def charts_of(found: Stand) -> dict[str, Chart]:
    """The charts of the page by name; targets and reasons only where there are any."""
    outlook = found.outlook
    months = outlook.months
    gained = months[-1][1] - months[0][1]
    charts = {
        "course": Chart(
            title="オンライン化した手続(累計)", unit="手続", source=SOURCE, kind="line",
            description=f"この{len(months)}か月で{months[0][1]:,}から{months[-1][1]:,}になりました({gained:+,})。",
            labels=[f"{day:%y}/{day.month}" for day, _ in months],
            series=[Series("済み", [count for _, count in months])],
        )
    }  # fmt: skip
    if outlook.forecasts:
        last = outlook.forecasts[-1]
        charts["targets"] = Chart(
            title="目標と見込み", unit="手続", source=SOURCE,
            description=f"{format_date(last.target.day)}の目標は{last.target.count:,}、予定どおりなら{last.planned:,}、"
            f"この{PACE_MONTHS}か月の進み方なら{last.paced:,}です。終わった日は実績です。",
            labels=[f"{one.target.day.year}/{one.target.day.month}" for one in outlook.forecasts],
            series=[
                Series("目標", [one.target.count for one in outlook.forecasts]),
                Series("予定どおりなら", [one.planned for one in outlook.forecasts]),
                Series("今の進み方なら", [one.paced for one in outlook.forecasts]),
            ],
        )  # fmt: skip
    reasons = {key: counts[0] for key, counts in found.reasons.items() if counts[0]}
    if reasons:
        most = max(reasons, key=lambda key: reasons[key])
        charts["reasons"] = Chart(
            title="オンラインでない理由", unit="手続", source=SOURCE,
            description=f"最も多い理由は「{REASONS[most]}」で{reasons[most]:,}手続です。1つの手続に理由が2つ以上あることもあります。",
            labels=[SHORT_REASONS[key] for key in reasons], series=[Series("手続", list(reasons.values()))],
        )  # fmt: skip
    return charts


@access(audience="staff", permission=VIEW)
def picture(request: SignedInRequest, chart: str, kind: str) -> HttpResponse:
    """A chart as SVG or PNG."""
    found = charts_of(queries.stand()).get(chart)
    if found is None or kind not in TYPES:
        raise NotFound
    drawing = chart_picture(found, as_of=f"{format_date(clock.today())}現在")
    response = HttpResponse(drawing if kind == "svg" else svg_to_png(drawing), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{chart}_{clock.today():%Y%m%d}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """The numbers as CSV (UTF-8 with BOM)."""
    found = queries.stand()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["区分", "項目", "手続", "オンライン化済", "準備中・予定あり", "年間件数"])
    online, coming = found.outlook.online, found.states["preparing"] + found.states["planned"]
    writer.writerow(["全体", "合計", found.outlook.total, online, coming, found.volume])
    for day, count in found.outlook.months:
        writer.writerow(["月末", day.isoformat(), "", count, "", ""])
    for one in found.outlook.forecasts:
        writer.writerow(["目標", one.target.day.isoformat(), one.target.count, one.planned, one.paced, ""])
    for key, (count, volume) in found.reasons.items():
        writer.writerow(["理由", REASONS[key], count, "", "", volume])
    for division in found.divisions:
        name = safe_csv_cell(division.name)
        writer.writerow(["課", name, division.total, division.online, division.coming, ""])
    response = HttpResponse(b"\xef\xbb\xbf" + text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="progress_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def targets(request: SignedInRequest) -> HttpResponse:
    """A2: targets, and the form for another."""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        day, wrong = _day(request.POST.get("day", ""))
        count = request.POST.get("count", "").replace(",", "").strip()
        try:
            if request.POST.get("act") == "remove" and day:
                actions.remove_target(actor=request.actor, day=day)
                return redirect("front_inventory:targets")
            number = int(count) if count.isdecimal() and len(count) < 8 else 0
            if day:
                actions.set_target(actor=request.actor, day=day, count=number)
                return redirect("front_inventory:targets")
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [
        FormField(
            name="day", label="いつまでに", size=12, hint="例: 2027-03-31", value=request.POST.get("day", ""),
            error=wrong.get("day"),
        ),
        FormField(
            name="count", label="オンライン化する手続の数(累計)", size=8, unit="手続", noun="目標の数",
            value=request.POST.get("count", ""), error=wrong.get("count"),
        ),
    ]  # fmt: skip
    context = {
        "title": "オンライン化の目標", "tabs": tabs(request, "targets"), "fields": fields, "errors": errors_for(fields),
        "targets": [(one.day.isoformat(), format_date(one.day), f"{one.count:,}") for one in queries.targets()],
        "narrow": True,
    }  # fmt: skip
    return render(request, "front_inventory/targets.html", context, status=UNPROCESSABLE if wrong else 200)


def _day(text: str) -> tuple[date | None, dict[str, FieldError]]:
    try:
        return parse_date(text), {}
    except ValueError:
        return None, {"day": FieldError("field.unreadable_date" if text.strip() else "field.required")}
