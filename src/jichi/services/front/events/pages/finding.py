"""Finding an event: list, month and day; and the page of one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.fields import filter_choice, filter_field
from jichi.design.html import written
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import queries as booking
from jichi.engines.booking.rules.series import Slot
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, format_deadline, format_time
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import HTML_LANG, pick

from .. import queries, rules
from ..queries import EventView, Filter, Found
from . import money, words

FURTHEST: Final = 24
"""Months before and after this one that the calendar shows."""
SHOWN_DATES: Final = 12


def _filter(request: SignedInRequest) -> Filter:
    category, mode = request.GET.get("category", ""), request.GET.get("mode", "")
    return Filter(
        text=request.GET.get("q", "")[:100], category=category if category in rules.CATEGORIES else "",
        mode=mode if mode in ("open", "none") else "",
    )  # fmt: skip


def _fields(chosen: Filter) -> list[Any]:
    modes = (("open", _("今、申し込めるもの")), ("none", _("申込みのいらないもの")))
    return [
        filter_field("q", _("言葉"), chosen.text),
        filter_choice(
            "category", _("種類"), chosen.category, [(key, str(word)) for key, word in words.CATEGORIES.items()],
            every=_("すべて"),
        ),
        filter_choice("mode", _("申込み"), chosen.mode, modes, every=_("すべて")),
    ]  # fmt: skip


def _query(chosen: Filter) -> str:
    given = {"q": chosen.text, "category": chosen.category, "mode": chosen.mode}
    return urlencode({name: value for name, value in given.items() if value})


def card(found: Found, language: str, status: tuple[str, str] = ("", "")) -> Card:
    """One event in a list."""
    when = words.when(Slot(found.starts_at, found.ends_at), language)
    facts = [(_("日時"), when), (_("場所"), written(found.place_name))]
    if found.dates > 1:
        facts.append((_("回数"), _("これから%(count)d回") % {"count": found.dates}))
    return Card(
        title=written(pick(found.title, language)), url=reverse("front_events:event", args=[found.code]), facts=facts,
        kind=str(words.CATEGORIES[found.category]), status=status[0], status_text=status[1],
    )  # fmt: skip


@access(audience="public")
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: what is on, soonest first."""
    language, chosen = request.LANGUAGE_CODE, _filter(request)
    page = queries.listed(chosen, now=clock.now(), after=request.GET.get("after", ""))
    offered = booking.offerings([one.offering_id for one in page.rows if one.offering_id])
    cards = []
    for one in page.rows:
        found = offered.get(one.offering_id) if one.offering_id else None
        cards.append(card(one, language, (words.CHIPS[found.stands(clock.now())], "") if found else ("", "")))
    query = _query(chosen)
    context = {
        "title": _("催し・講座"), "fields": _fields(chosen), "cards": cards, "narrowed": bool(query), "wide": True,
        "calendar_url": f"{reverse('front_events:calendar')}?{query}".rstrip("?"),
        "more_url": f"?{query}&after={page.next_after.replace('+', '%2B')}" if page.next_after else "",
    }  # fmt: skip
    return render(request, "front_events/list.html", context)


@access(audience="public")
def calendar(request: SignedInRequest) -> HttpResponse:
    """A6: a month as a sheet; the same dates as a list on a phone."""
    language, chosen, today = request.LANGUAGE_CODE, _filter(request), clock.today()
    year, month = _month(request.GET.get("month", ""), today)
    sheet = rules.month_of(year, month, {})
    first, last = sheet.weeks[0][0].day, sheet.weeks[-1][-1].day
    found = queries.month(chosen, first=first, last=last, now=clock.now())
    query = _query(chosen)
    weeks = [
        [_cell(one.day, one.inside, found.get(one.day, []), language, query) for one in week] for week in sheet.weeks
    ]
    context = {
        "title": _("催しの暦: %(month)s") % {"month": _month_name(year, month, language)}, "wide": True,
        "fields": [*_fields(chosen)], "month": sheet.name, "weeks": weeks, "days": _weekdays(language),
        "before_url": _month_url(sheet.before, query, today), "after_url": _month_url(sheet.after, query, today),
        "list_url": f"{reverse('front_events:list')}?{query}".rstrip("?"), "none": not any(found.values()),
    }  # fmt: skip
    return render(request, "front_events/calendar.html", context)


def _cell(day: date, inside: bool, events: list[Found], language: str, query: str) -> dict[str, Any]:
    more = events[0].dates - len(events) if events else 0
    return {
        "number": day.day, "inside": inside, "day": format_date(day, language),
        "events": [
            (
                format_time(one.starts_at.astimezone(TOKYO), language), written(pick(one.title, language)),
                reverse("front_events:event", args=[one.code]), one.state == "cancelled",
            )
            for one in events
        ] if inside else [],
        "more": more if inside else 0,
        "more_url": f"{reverse('front_events:day', args=[day.isoformat()])}?{query}".rstrip("?") if more else "",
    }  # fmt: skip


def _month(text: str, today: date) -> tuple[int, int]:
    """The month asked for, this one where it is none or too far away."""
    year, _sep, month = text.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(text) == 7 and 1 <= int(month) <= 12):
        return today.year, today.month
    away = (int(year) - today.year) * 12 + int(month) - today.month
    return (int(year), int(month)) if abs(away) <= FURTHEST else (today.year, today.month)


def _month_url(month: str, query: str, today: date) -> str:
    year, number = (int(part) for part in month.split("-"))
    if abs((year - today.year) * 12 + number - today.month) > FURTHEST:
        return ""
    return f"?month={month}&{query}".rstrip("&")


def _month_name(year: int, month: int, language: str) -> str:
    if language == "en":
        return date(year, month, 1).strftime("%B %Y")
    return f"{year}년 {month}월" if language == "ko" else f"{year}年{month}月"


def _weekdays(language: str) -> list[str]:
    names = {"en": "Sun Mon Tue Wed Thu Fri Sat", "zh-hans": "日 一 二 三 四 五 六", "ko": "일 월 화 수 목 금 토"}
    return names.get(language, "日 月 火 水 木 金 土").split()


@access(audience="public")
def one_day(request: SignedInRequest, day: str) -> HttpResponse:
    """A6: everything of one day."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    if abs(asked - clock.today()) > timedelta(days=366 * 3):
        raise NotFound
    language = request.LANGUAGE_CODE
    found = queries.on_a_day(_filter(request), day=asked, now=clock.now())
    context = {
        "title": _("%(day)sの催し") % {"day": format_date(asked, language)},
        "cards": [
            card(one, language, ("withdrawn", _("中止")) if one.state == "cancelled" else ("", "")) for one in found
        ],
        "calendar_url": f"{reverse('front_events:calendar')}?month={asked:%Y-%m}",
    }
    return render(request, "front_events/day.html", context)


def published(code: str) -> EventView:
    """An event that people may see. Raises NotFound."""
    found = queries.event(code)
    if found is None or found.state == "draft":
        raise NotFound
    return found


@access(audience="public")
def event(request: SignedInRequest, code: str) -> HttpResponse:
    """A1: is this for me, when and where, how to enter."""
    return render(request, "front_events/event.html", event_context(request, published(code)))


def event_context(request: SignedInRequest, found: EventView) -> dict[str, Any]:
    """What the page of an event shows; the preview of a draft is the same page."""
    language, content = request.LANGUAGE_CODE, found.content
    offered = booking.offerings([found.offering_id]).get(found.offering_id) if found.offering_id else None
    slots = [slot for _code, slot in found.slots] or list(content.slots())
    title, text = pick(found.title, language), pick(content.description, language)
    hours, dates = words.whens(slots, language)
    status, word = words.chip(offered, found)
    draws = booking.draws_of(found.offering_id) if found.offering_id and content.is_lottery else ()
    return {
        "title": title.text, "heading": written(title), "japanese_only": language not in (text.language, "easy"),
        "status": status, "status_text": word, "cancelled": words.typed(found.cancel_reason), "text": text.text,
        "text_lang": HTML_LANG[text.language],
        "hours": hours, "slots": dates[:SHOWN_DATES], "more": max(0, len(slots) - SHOWN_DATES),
        "facts": _facts(found, offered, language), "conditions": words.conditions(content, language),
        "picture_url": reverse("front_events:picture", args=[found.code]) if found.picture_id else "",
        "picture_alt": content.picture_alt, "void": [written(one.void_reason) for one in draws if one.state == "void"],
        "ical_url": reverse("front_events:event_ical", args=[found.code]),
        "apply_url": reverse("front_events:apply", args=[found.code])
        if offered and offered.stands(clock.now()) == "open" else "",
        "draw": _draw(draws, language),
        "pays": content.costs, "pay_first": content.pay_first, "hold_minutes": content.hold_minutes,
        "cancel_words": money.cancel_words(content.cancel_steps) if content.pay_first else [],
        "waits_only": waits_only(offered), "is_lottery": content.is_lottery, "first_residents": content.residents_first,
        "help": accounts.office_contact(found.division_id, language), "url": content.url,
        "breadcrumb": [(_("催し・講座"), reverse("front_events:list"))],
    }  # fmt: skip


def waits_only(offered: Any) -> bool:
    """Is only the waiting list left?"""
    if offered is None or not offered.waiting_list or offered.mode == "lottery":
        return False
    return offered.mode == "waiting_list" or all(item.left <= 0 for item in offered.items)


def _draw(draws: Any, language: str) -> dict[str, Any] | None:
    counts = [one for one in draws if one.state != "void"]
    if not counts:
        return None
    one = counts[0]
    return {
        "drawn": one.state == "drawn", "entries": one.entries, "rules": one.params_sha256, "list": one.entries_sha256,
        "due": format_datetime(one.due_at, language), "url": f"{reverse('eng_booking:check')}?draw={one.pk}",
    }  # fmt: skip


def _facts(found: EventView, offered: Any, language: str) -> list[Fact]:
    content = found.content
    rows: list[tuple[str, Any]] = [
        (_("場所"), words.typed(" ".join(part for part in (content.place_name, content.address) if part)))
    ]
    rows += [(_("行き方"), words.typed(content.access)), (_("料金"), money.price(content, language))]
    rows.append((_("申込み"), str(words.MODES[found.mode])))
    if offered is not None:
        total = booking.totals([offered.id])[offered.id]
        rows.append((_("定員"), words.places(offered, total)))
        opens = format_datetime(offered.opens_at, language)
        rows.append((_("受付の始まり"), opens if clock.now() < offered.opens_at else ""))
        rows.append((_("受付の期限"), format_deadline(offered.closes_at, language, today=clock.today())))
        rows.append((_("抽選"), format_datetime(content.draw_at, language) if content.draw_at else ""))
        rows.append(
            (_("取り消しの期限"), format_datetime(offered.withdraw_until, language) if offered.withdraw_until else "")
        )
        people = _("1件%(most)d人まで") % {"most": offered.most_people} if offered.most_people > 1 else _("1人ずつ")
        rows.append((_("人数"), people))
    rows.append((_("話す言葉"), words.spoken(content.languages)))
    rows.append((_("バリアフリー"), [str(words.ACCESSIBILITY[one]) for one in content.accessibility]))
    contact = words.typed(f"{content.contact_name} {content.contact_phone}".strip())
    rows += [(_("主催"), words.typed(content.organiser)), (_("問合せ"), contact)]
    return [Fact(label=name, value=value) for name, value in rows if value]
