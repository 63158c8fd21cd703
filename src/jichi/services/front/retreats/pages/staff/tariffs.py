"""Tariffs: a draft on a page or from a file, looked at, published; a missing price stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Link
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.tables import LineError

from ... import actions
from ...permissions import DESK, EDIT
from ...queries import HouseView, TariffView
from ...rules import (
    CLASSES,
    MEALS,
    MOST_YEN,
    NORMAL,
    Band,
    Season,
    Tariff,
    problems,
    read_tariff,
    season_key,
    write_tariff,
)
from .desk import CONFLICT, UNPROCESSABLE, house_here, read_day
from .houses import crumbs, owned

SEASON_HINT: Final = (
    "1行に1つ。名前 | 始めの泊 | 終わりの泊 | 英語 | 中国語 | 韓国語 | やさしい日本語。「通常期間」には日を書きません。"
)
BAND_HINT: Final = "1行に1つ。何日前から | 割合(%)。例: 14 | 30"
OTHER: Final = ("en", "zh-hans", "ko", "easy")
MOST_ERRORS: Final = 100


def _tariff(found: HouseView, day: str) -> TariffView:
    for one in found.tariffs:
        if one.valid_from.isoformat() == day:
            return one
    raise NotFound


def empty_tariff(found: HouseView) -> Tariff:
    """What a new draft begins with: the newest tariff of the house, or one normal season."""
    return found.tariffs[0].tariff if found.tariffs else Tariff(bands=(Band(0, 100),))


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: from when a new tariff holds; it begins as a copy of the newest one."""
    found = owned(request, code)
    wrong: FieldError | None = None
    typed = request.POST.get("day", "")
    if request.method == "POST":
        day = read_day(typed)
        if day is None:
            wrong = FieldError("field.unreadable_date" if typed.strip() else "field.required")
        elif all(one.valid_from != day for one in found.tariffs):
            actions.save_tariff(actor=request.actor, code=code, valid_from=day, tariff=empty_tariff(found))
        if day is not None:
            return redirect("front_retreats_staff:tariff", code=code, day=day.isoformat())
    fields = [FormField(name="day", label="いつからの宿泊の料金か", value=typed, size=16, error=wrong)]
    context = {
        "title": f"{found.title.get('ja', code)}の新しい料金表", "fields": fields, "errors": errors_for(fields),
        "breadcrumb": crumbs(found), "narrow": True, "revision": 0, "problem": "",
        "lead": "いちばん新しい料金表の写しから始めます。公開するまで、だれにも見えません。",
    }  # fmt: skip
    return render(request, "front_retreats/staff/form.html", context, status=UNPROCESSABLE if wrong else 200)


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def record(request: SignedInRequest, code: str, day: str) -> HttpResponse:
    """A7, A2: one tariff; a draft is changed here."""
    found = house_here(request, code)
    view = _tariff(found, day)
    tariff, wrong, problem = view.tariff, {}, ""  # type: Tariff, dict[str, FieldError], str
    edits = request.actor.may(EDIT) and found.division_id in request.actor.divisions
    draft = view.state == "draft" and edits
    if request.method == "POST" and not edits:
        problem = "料金表は、施設を所管する課が変えます。何も変わっていません。"
    elif request.method == "POST":
        try:
            if request.POST.get("act") == "publish":
                actions.publish_tariff(actor=request.actor, code=code, valid_from=view.valid_from)
                return redirect("front_retreats_staff:tariff", code=code, day=day)
            tariff, wrong = read_form(request.POST, view.tariff)
            if not wrong:
                actions.save_tariff(actor=request.actor, code=code, valid_from=view.valid_from, tariff=tariff)
                return redirect("front_retreats_staff:tariff", code=code, day=day)
        except Invalid as error:
            problem = catalogue.field_message(error.fields["tariff"], label="料金表", language="ja")
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    rules, prices = fields_of(tariff, request.POST if wrong else None, wrong)
    context = {
        "title": f"{found.title.get('ja', code)} {format_date(view.valid_from)}からの料金表",
        "breadcrumb": crumbs(found),
        "state": tag("公開", tone="done") if view.state == "published" else tag("下書き", tone="todo"),
        "draft": draft, "problem": problem, "rules": rules, "prices": prices, "errors": errors_for([*rules, *prices]),
        "missing": [catalogue.field_message(one, label="料金表", language="ja") for one in problems(view.tariff)][:20],
        "table": shown_table(tariff), "csv_url": reverse("front_retreats_staff:tariff_export", args=[code, day]),
        "load_url": reverse("front_retreats_staff:tariff_load", args=[code, day]) if draft else "",
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_retreats/staff/tariff.html", context, status=status)


def shown_table(tariff: Tariff) -> dict[str, object]:
    """A tariff as tables."""
    return {
        "seasons": [
            (str(one.title["ja"]), _span(one.first, one.last))
            for one in tariff.seasons
        ],
        "rows": [
            (CLASSES[person], [_yen(tariff.prices.get(one.key, {}).get(person)) for one in tariff.seasons])
            for person in tariff.offered()
        ],
        "meals": [
            (MEALS[meal], CLASSES[person], _yen(yen)) for meal, row in tariff.meals.items() for person,
            yen in row.items()
        ],
        "taxes": [
            (one.title, _yen(one.yen), "、".join(CLASSES[person] for person in one.classes), _span(one.first, one.last))
            for one in tariff.taxes
        ],
        "bands": [(f"{one.days}日前から", f"{one.percent}%") for one in sorted(tariff.bands, key=lambda b: -b.days)],
    }  # fmt: skip


def _yen(amount: int | None) -> str:
    return "なし" if amount is None else f"{amount:,}円"


def _span(first: date | None, last: date | None) -> str:
    return f"{format_date(first) if first else ''}〜{format_date(last) if last else ''}" if first or last else ""


def fields_of(
    tariff: Tariff, post: QueryDict | None, wrong: dict[str, FieldError]
) -> tuple[list[FormField], list[FormField]]:
    """Fields of seasons and charges, and of each price."""

    def value(name: str, kept: str) -> str:
        return post.get(name, "") if post is not None else kept

    seasons = "\n".join(
        " | ".join(
            (str(one.title["ja"]), one.first.isoformat() if one.first else "", one.last.isoformat() if one.last else "",
             *(one.title.get(code, "") for code in OTHER))
        ).rstrip(" |")
        for one in tariff.seasons
    )  # fmt: skip
    bands = "\n".join(f"{one.days} | {one.percent}" for one in sorted(tariff.bands, key=lambda b: -b.days))
    rules = [
        FormField(
            name="seasons", label="期間", kind="textarea", rows=4, value=value("seasons", seasons), hint=SEASON_HINT,
            error=wrong.get("seasons"),
        ),
        FormField(
            name="bands", label="取消料", kind="textarea", rows=4, value=value("bands", bands), hint=BAND_HINT,
            error=wrong.get("bands"),
        ),
    ]  # fmt: skip
    prices = []
    for name, label, amount in _cells(tariff):
        kept = "" if amount is None else str(amount)
        prices.append(
            FormField(
                name=name, label=label, kind="number", required=False, show_mark=False, size=7, unit="円",
                value=value(name, kept), error=wrong.get(name),
            )
        )  # fmt: skip
    return rules, prices


def _cells(tariff: Tariff) -> list[tuple[str, str, int | None]]:
    """(name of the field, label, yen) of each price that may be given."""
    found: list[tuple[str, str, int | None]] = []
    for place, season in enumerate(tariff.seasons):
        for person, word in CLASSES.items():
            found.append(
                (f"p-{place}-{person}", f"{season.title['ja']} {word}", tariff.prices.get(season.key, {}).get(person))
            )
    for meal, meal_word in MEALS.items():
        for person, word in CLASSES.items():
            found.append((f"m-{meal}-{person}", f"{meal_word} {word}", tariff.meals.get(meal, {}).get(person)))
    return found


def read_form(post: QueryDict, before: Tariff) -> tuple[Tariff, dict[str, FieldError]]:
    """The form of a draft: seasons and charges by line, prices of the seasons the draft had. Taxes stay as they are."""
    wrong: dict[str, FieldError] = {}
    seasons = _seasons(post.get("seasons", ""), wrong)
    bands = _bands(post.get("bands", ""), wrong)
    prices: dict[str, dict[str, int]] = {}
    meals: dict[str, dict[str, int]] = {}
    for name, _label, _kept in _cells(before):
        text = post.get(name, "").strip().replace(",", "")
        if not text:
            continue
        if not text.isdecimal() or len(text) > 7 or int(text) > MOST_YEN:
            wrong[name] = FieldError("retreats.number", {"least": 0, "most": MOST_YEN})
            continue
        kind, which, person = name.split("-")
        if kind == "p":
            prices.setdefault(before.seasons[int(which)].key, {})[person] = int(text)
        else:
            meals.setdefault(which, {})[person] = int(text)
    kept = {key: row for key, row in prices.items() if key in {one.key for one in seasons}}
    return replace(before, seasons=seasons, bands=bands, prices=kept, meals=meals), wrong


def _lines(text: str) -> list[tuple[int, str, list[str]]]:
    rows = [(n, line, [cell.strip() for cell in line.replace("｜", "|").split("|")]) for n, line in
            enumerate(text[:10_000].splitlines(), 1)]  # fmt: skip
    return [row for row in rows if row[1].strip()]


def _seasons(text: str, wrong: dict[str, FieldError]) -> tuple[Season, ...]:
    found: list[Season] = []
    for number, line, cells in _lines(text):
        name, first, last = (*cells, "", "", "")[:3]
        key = season_key(name)
        days = (None, None) if key == NORMAL else (read_day(first), read_day(last))
        bad_days = key != NORMAL and (days[0] is None or days[1] is None or days[1] < days[0])
        if not name or bad_days or any(one.key == key for one in found):
            wrong["seasons"] = FieldError("retreats.lines", {"line": number, "text": line[:40]})
            return ()
        title = {"ja": name} | {code: cell for code, cell in zip(OTHER, cells[3:7], strict=False) if cell}
        found.append(Season(key=key, title=title, first=days[0], last=days[1]))
    return tuple(found)


def _bands(text: str, wrong: dict[str, FieldError]) -> tuple[Band, ...]:
    found: list[Band] = []
    for number, line, cells in _lines(text):
        days, percent = (*cells, "", "")[:2]
        percent = percent.removesuffix("%")
        good = all(one.isdecimal() and len(one) < 4 for one in (days, percent))
        if not good or int(percent) > 100 or int(days) > 365 or any(one.days == int(days) for one in found):
            wrong["bands"] = FieldError("retreats.lines", {"line": number, "text": line[:40]})
            return ()
        found.append(Band(int(days), int(percent)))
    return tuple(found)


@access(audience="staff", permission=DESK)
def export(request: SignedInRequest, code: str, day: str) -> HttpResponse:
    """A tariff as the CSV that may be loaded again."""
    view = _tariff(house_here(request, code), day)
    response = HttpResponse(write_tariff(view.tariff), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tariff_{code}_{day}.csv"'
    return response


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def load(request: SignedInRequest, code: str, day: str) -> HttpResponse:
    """A2: a draft from a file; one wrong cell and nothing is taken."""
    found = owned(request, code)
    view = _tariff(found, day)
    if view.state != "draft":
        raise NotFound
    wrong: FieldError | None = None
    errors: tuple[LineError, ...] = ()
    if request.method == "POST":
        try:
            read = read_tariff(sent_table(request)[1])
            errors = read.errors
            if not errors:
                actions.save_tariff(actor=request.actor, code=code, valid_from=view.valid_from, tariff=read.tariff)
                return redirect("front_retreats_staff:tariff", code=code, day=day)
        except Invalid as error:
            wrong = error.fields["file"]
    return load_page(
        request, f"{found.title.get('ja', code)}の料金表をファイルから", "料金表のCSVファイル", wrong, errors,
        [*crumbs(found), (view.valid_from.isoformat(), reverse("front_retreats_staff:tariff", args=[code, day]))],
        "「CSVで保存する」と同じ列です。1か所でも誤りがあれば、何も取り込みません。",
    )  # fmt: skip


def load_page(
    request: SignedInRequest, title: str, label: str, wrong: FieldError | None, errors: tuple[LineError, ...],
    way: list[tuple[str, str]], hint: str, done: str = "", *, tabs: list[Link] | None = None, lead: str = "",
) -> HttpResponse:  # fmt: skip
    """The page of a file with its errors by line."""
    field = FormField(name="file", label=label, kind="file", accept=".csv,.tsv,.txt", hint=hint, error=wrong)
    told = [
        (one.line or "", one.column, catalogue.field_message(one.error, label=one.column, language="ja"))
        for one in errors[:MOST_ERRORS]
    ]
    context = {
        "title": title, "fields": [field], "errors": errors_for([field]), "breadcrumb": way, "narrow": True,
        "found": told, "error_count": len(errors), "done": done, "tabs": tabs or [], "lead": lead,
    }  # fmt: skip
    return render(request, "front_retreats/staff/load.html", context, status=UNPROCESSABLE if wrong or errors else 200)
