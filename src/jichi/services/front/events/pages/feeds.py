"""Events as files: for calendar programs, as open data, and their pictures."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking.rules.series import Slot
from jichi.engines.files import queries as files
from jichi.engines.files.views import download_response
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import NotFound
from jichi.kernel.ical import Entry
from jichi.kernel.localized import pick

from .. import queries, rules
from ..queries import EventView
from .finding import published

BACK, AHEAD = timedelta(days=31), timedelta(days=366)


def _entry(request: SignedInRequest, found: EventView, place: int, slot: Slot) -> Entry:
    language = request.LANGUAGE_CODE
    return Entry(
        uid=f"{found.code}-{place}@{request.get_host().partition(':')[0]}",
        title=pick(found.title, language).text,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        place=f"{found.content.place_name} {found.content.address}".strip(),
        url=request.build_absolute_uri(reverse("front_events:event", args=[found.code])),
        cancelled=found.state == "cancelled",
        changed_at=found.updated_at,
    )


def _calendar(name: str, entries: list[Entry]) -> HttpResponse:
    response = HttpResponse(rules.calendar_text(name, entries), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="events.ics"'
    return response


@access(audience="public")
def event_file(request: SignedInRequest, code: str) -> HttpResponse:
    """All dates of one event."""
    found = published(code)
    entries = [_entry(request, found, place, slot) for place, (_item, slot) in enumerate(found.slots, 1)]
    return _calendar(pick(found.title, request.LANGUAGE_CODE).text, entries)


@access(audience="public")
def calendar_file(request: SignedInRequest) -> HttpResponse:
    """A feed that calendar programs fetch again and again: the last month and the next year. Three statements."""
    now, today = clock.now(), clock.today()
    ids = dict.fromkeys(one.id for one in queries.dates_of(first=today - BACK, last=today + AHEAD, now=now))
    entries: list[Entry] = []
    for found in queries.events_by_id(list(ids)).values():
        entries += [
            _entry(request, found, place, slot)
            for place, (_item, slot) in enumerate(found.slots, 1)
            if today - BACK <= slot.starts_at.astimezone(TOKYO).date() <= today + AHEAD
        ]
    return _calendar(_("催し・講座"), sorted(entries, key=lambda one: (one.starts_at, one.uid)))


@access(audience="public")
def open_data(request: SignedInRequest) -> HttpResponse:
    """イベント一覧 in the standard's columns: a line for each date that is still to come. Four statements."""
    today = clock.today()
    ids = dict.fromkeys(one.id for one in queries.dates_of(first=today, last=today + AHEAD, now=clock.now()))
    rows = [
        _row(request, found, slot)
        for found in queries.events_by_id(list(ids)).values()
        if found.state == "published"
        for _item, slot in found.slots
        if slot.starts_at.astimezone(TOKYO).date() >= today
    ]
    rows.sort(key=lambda row: (row["開始日"], row["開始時間"], row["イベント名"]))
    numbered = [{**row, "NO": str(place)} for place, row in enumerate(rows, 1)]
    response = HttpResponse(rules.write_events(numbered), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="event.csv"'
    return response


def _row(request: SignedInRequest, found: EventView, slot: Slot) -> dict[str, str]:
    content = found.content
    begin, end = slot.starts_at.astimezone(TOKYO), slot.ends_at.astimezone(TOKYO)
    closes = content.closes_at.astimezone(TOKYO) if content.closes_at and found.offering_id else None
    return {
        "市区町村名": settings.JICHI_WARD,
        "イベント名": found.title.get("ja", ""),
        "イベント名_英語": found.title.get("en", ""),
        "開始日": begin.date().isoformat(),
        "終了日": end.date().isoformat(),
        "開始時間": f"{begin:%H:%M}",
        "終了時間": f"{end:%H:%M}",
        "説明": content.description.get("ja", ""),
        "料金(基本)": str(content.price_yen) if content.price_yen else "無料",
        "料金(詳細)": content.price_note,
        "連絡先名称": content.contact_name,
        "連絡先電話番号": content.contact_phone,
        "主催者": content.organiser,
        "場所名称": content.place_name,
        "住所": content.address,
        "緯度": _degrees(content.latitude),
        "経度": _degrees(content.longitude),
        "アクセス方法": content.access,
        "定員": str(content.capacity) if found.offering_id else "",
        "参加申込終了日": closes.date().isoformat() if closes else "",
        "参加申込終了時間": f"{closes:%H:%M}" if closes else "",
        "参加申込方法": rules.MODE_WORDS[found.mode],
        "URL": content.url or request.build_absolute_uri(reverse("front_events:event", args=[found.code])),
    }


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


@access(audience="public")
def picture(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The picture of a published event."""
    file_id = queries.file_of(code)
    if file_id is None:
        raise NotFound
    response = download_response(files.get_file(file_id), inline=True)
    response["Cache-Control"] = "public, max-age=600"
    return response
