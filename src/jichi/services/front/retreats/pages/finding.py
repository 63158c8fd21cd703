"""Finding a stay: what is free on a day in every house; a house with its month, prices and charges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, Option, errors_for, filter_field
from jichi.design.html import written
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, format_date, parse_date
from jichi.kernel.errors import FieldError, NotFound
from jichi.kernel.localized import HTML_LANG, pick

from .. import queries
from ..queries import FreeRoom, HouseView, RoomTypeView
from ..rules import Tariff, mark, wrong_dates
from . import words

MONTHS_SHOWN: Final = 6
SEASONS_SHOWN: Final = 4
"""Those that are over are left out, and those far ahead."""
LONGEST_STAY: Final = 7
UNPROCESSABLE: Final = 422
SIGNS: Final = {"free": "○", "few": "△", "full": "×", "lottery": "抽", "later": "−"}


def sign_words() -> dict[str, str]:
    """The word of each sign of the calendar."""
    return {
        "free": _("空きあり"), "few": _("残りわずか"), "full": _("満室"), "lottery": _("抽選"),
        "later": _("まだ予約できません"),
    }  # fmt: skip


def published(code: str) -> HouseView:
    """A house that people may book. Raises NotFound."""
    found = queries.house(code)
    if found is None or found.state != "published":
        raise NotFound
    return found


@access(audience="public")
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: every house; with a day, what is free for it."""
    language, today = request.LANGUAGE_CODE, clock.today()
    houses = queries.published_houses()
    typed, people = request.GET.get("day", "")[:40], request.GET.get("people", "")[:3]
    nights = _number(request.GET.get("nights", "1"), LONGEST_STAY) or 1
    check_in, wrong = _day(typed, today)
    fields = [
        filter_field("day", _("泊まる日"), typed, size=16, error=wrong),
        FormField(
            name="nights", label=_("泊まる日数"), kind="select", required=False, show_mark=False, value=str(nights),
            options=tuple(Option(str(n), _("%(nights)d泊") % {"nights": n}) for n in range(1, LONGEST_STAY + 1)),
        ),
        filter_field("people", _("人数"), people, size=4),
    ]  # fmt: skip
    found = queries.free_for(houses, check_in, nights) if check_in else ()
    count = _number(people, 99)
    fitting = [one for one in found if one.left and (not count or one.room_type.least <= count <= one.room_type.most)]
    context = {
        "title": _("保養施設"), "fields": fields, "errors": errors_for(fields), "wide": True,
        "houses": [_house_card(one, language) for one in houses], "asked": check_in is not None,
        "when": words.days(check_in, nights, language) if check_in else "",
        "free": [_free_card(one, check_in, nights, language) for one in fitting if check_in],
    }  # fmt: skip
    return render(request, "front_retreats/list.html", context, status=UNPROCESSABLE if wrong else 200)


def _day(typed: str, today: date) -> tuple[date | None, FieldError | None]:
    if not typed.strip():
        return None, None
    try:
        day = parse_date(typed)
    except ValueError:
        return None, FieldError("field.unreadable_date")
    wrong = wrong_dates(day, 1, today=today, lead_days=0, most=1)
    return (None, wrong["check_in"]) if wrong else (day, None)


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _house_card(one: HouseView, language: str) -> Card:
    return Card(
        title=written(pick(one.title, language)), url=reverse("front_retreats:house", args=[one.code]),
        kind=str(words.KINDS[one.kind]), facts=[(_("場所"), written(one.content.address))],
    )  # fmt: skip


def _free_card(one: FreeRoom, check_in: date, nights: int, language: str) -> Card:
    where = reverse("front_retreats:book", args=[one.house.code, one.room_type.code, check_in.isoformat()])
    return Card(
        title=format_html(
            "{} {}", written(pick(one.house.title, language)), written(pick(one.room_type.title, language))
        ),
        url=f"{where}?nights={nights}", kind=str(words.KINDS[one.house.kind]),
        facts=[
            (_("定員"), _persons(one.room_type)), (_("空いている部屋"), _("%(left)d室") % {"left": one.left}),
        ],
    )  # fmt: skip


def _persons(kind: RoomTypeView) -> str:
    return _("%(least)d人から%(most)d人") % {"least": kind.least, "most": kind.most}


@access(audience="public")
def house(request: SignedInRequest, code: str) -> HttpResponse:
    """A1: a house: its rooms, a month of nights, prices, charges."""
    found, language, today = published(code), request.LANGUAGE_CODE, clock.today()
    kind = found.room_type(request.GET.get("room", "")) or found.room_types[0]
    month = _month(request.GET.get("month", ""), today)
    first, last = month, add_months(month, 1) - timedelta(days=1)
    left = queries.calendar(found, first, last)[kind.code]
    title, text = pick(found.title, language), pick(found.content.description, language)
    tariff = found.tariff_on(max(first, today))
    state = found.month(month, today)
    lottery = next((one for one in found.lotteries if one.month == month), None)
    context = {
        "title": title.text, "heading": written(title), "text": text.text, "text_lang": HTML_LANG[text.language],
        "kind": words.KINDS[found.kind], "facts": _facts(found, language), "month_name": month_name(month, language),
        "room_links": [
            (written(pick(one.title, language)), f"?room={one.code}&month={month:%Y-%m}", one.code == kind.code)
            for one in found.room_types
        ],
        "room_title": written(pick(kind.title, language)), "persons": _persons(kind),
        "weeks": _weeks(found, kind, left, month, language), "days": weekdays(language), "legend": _legend(),
        "months": [
            (month_name(one, language), f"?room={kind.code}&month={one:%Y-%m}", one == month)
            for one in (add_months(today.replace(day=1), n) for n in range(MONTHS_SHOWN))
        ],
        "opens": format_date(state.day, language) if state.state == "later" and state.day else "",
        "lottery_until": format_date(state.day, language) if state.state == "lottery" and state.day else "",
        "lottery_url": reverse("front_retreats:lottery", args=[code, f"{month:%Y-%m}"]) if lottery else "",
        "prices": _prices(tariff, language) if tariff else None, "charges": _bands(tariff) if tariff else (),
        "help": accounts.office_contact(found.division_id, language),
        "breadcrumb": [(_("保養施設"), reverse("front_retreats:list"))],
    }  # fmt: skip
    return render(request, "front_retreats/house.html", context)


def _facts(found: HouseView, language: str) -> list[Fact]:
    content = found.content
    rows: list[tuple[str, Any]] = [
        (_("場所"), written(content.address)), (_("行き方"), written(content.access) if content.access else ""),
        (_("電話番号"), content.phone), (_("チェックイン"), _("午後3時から")), (_("チェックアウト"), _("午前10時まで")),
        (_("続けて泊まれる日数"), _("%(nights)d泊まで") % {"nights": content.nights_most}),
    ]  # fmt: skip
    del language
    return [Fact(label=label, value=value) for label, value in rows if value]


def _month(text: str, today: date) -> date:
    """The month asked for, this one where it is none, over or too far away."""
    now = today.replace(day=1)
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return now
    return asked if now <= asked <= add_months(now, 12) else now


def month_name(month: date, language: str) -> str:
    """「2026年12月」."""
    if language == "en":
        return month.strftime("%B %Y")
    return f"{month.year}년 {month.month}월" if language == "ko" else f"{month.year}年{month.month}月"


def weekdays(language: str) -> list[str]:
    """Short names of the days of a week, Sunday first."""
    names = {"en": "Sun Mon Tue Wed Thu Fri Sat", "zh-hans": "日 一 二 三 四 五 六", "ko": "일 월 화 수 목 금 토"}
    return names.get(language, "日 月 火 水 木 金 土").split()


def _legend() -> list[tuple[str, str]]:
    return [(SIGNS[key], word) for key, word in sign_words().items() if key in ("free", "few", "full")]


def _weeks(
    found: HouseView, kind: RoomTypeView, left: dict[date, int], month: date, language: str
) -> list[list[dict[str, Any]]]:
    today, said = clock.today(), sign_words()
    state = found.month(month, today)
    cells: list[dict[str, Any]] = [{} for _blank in range((month.weekday() + 1) % 7)]
    for day, count in left.items():
        stands = mark(count, len(kind.rooms)) if state.state == "open" else state.state
        over = day < today + timedelta(days=found.content.lead_days)
        cells.append(
            {
                "number": day.day, "day": format_date(day, language), "sign": "" if over else SIGNS[stands],
                "word": "" if over else said[stands],
                "url": reverse("front_retreats:book", args=[found.code, kind.code, day.isoformat()])
                if not over and stands in ("free", "few", "full") else "",
            }
        )  # fmt: skip
    cells += [{} for _blank in range(-len(cells) % 7)]
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _prices(tariff: Tariff, language: str) -> dict[str, Any]:
    offered, today = tariff.offered(), clock.today()
    shown = [one for one in tariff.seasons if one.last is None or one.last >= today][:SEASONS_SHOWN]
    seasons = []
    for season in shown:
        name = written(pick(season.title, language))
        dates = (
            _("%(first)sから%(last)sまで") % {
                "first": format_date(season.first, language), "last": format_date(season.last, language),
            } if season.first and season.last else ""
        )  # fmt: skip
        seasons.append((name, dates))
    rows = [
        (
            str(words.PERSONS[person]),
            [words.yen(tariff.prices.get(season.key, {}).get(person, 0), language) for season in shown],
        )
        for person in offered
    ]
    meals = [
        (str(words.MEALS[meal]), str(words.PERSONS[person]), words.yen(row[person], language))
        for meal, row in tariff.meals.items() for person in offered if row.get(person)
    ]  # fmt: skip
    taxes = [(written(one.title), words.yen(one.yen, language)) for one in tariff.taxes]
    return {"seasons": seasons, "rows": rows, "meals": meals, "taxes": taxes}


def _bands(tariff: Tariff) -> list[tuple[str, str]]:
    found = []
    for band in sorted(tariff.bands, key=lambda one: -one.days):
        when = _("泊まる日の%(days)d日前から") % {"days": band.days} if band.days else _("泊まる日")
        found.append((when, _("%(percent)d%%") % {"percent": band.percent} if band.percent else _("無料")))
    return found
