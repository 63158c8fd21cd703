"""A stay to take along: the confirmation as PDF, and its days for calendar programs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.files.documents import render_pdf
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import NotFound
from jichi.kernel.ical import Entry, calendar_text
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number

from ..queries import StayView
from ..rules import span_of
from . import words
from .mine import house_of, own

TEMPLATE: Final = Path(__file__).resolve().parent.parent / "templates" / "front_retreats" / "pdf" / "confirmation.typ"
CONFIRMED: Final = ("booked", "arrived")
"""States in which there is something to confirm."""


def _confirmed(request: SignedInRequest, number: str) -> StayView:
    found = own(request, number)
    if found.state not in CONFIRMED:
        raise NotFound
    return found


def _sent(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return "、".join(strip_tags(str(one)) for one in parts)


@access(audience="resident")
def paper(request: SignedInRequest, number: str) -> HttpResponse:
    """The confirmation, in the reader's language: what was booked, what it costs, how to get there."""
    stay, language = _confirmed(request, number), request.LANGUAGE_CODE
    content = house_of(stay).content
    rows = [[str(fact.label), _plain(fact.value)] for fact in words.facts(stay, language)]
    rows += [[_("場所"), content.address], [_("施設の電話番号"), content.phone]]
    bill = words.bill(stay.lines, stay.tariff, stay.total_yen, language)
    data = {
        "ward": settings.JICHI_WARD, "title": _("予約の確認書"), "language": language,
        "number": format_number(stay.number), "rows": rows, "bill": _("料金の内訳"),
        "header": [_("内訳"), _("金額")],
        "lines": [*([_plain(line), yen] for line, yen in bill["lines"]), [_("合計"), bill["total"]]],
        "note": words.next_step(stay, language),
    }  # fmt: skip
    pdf = render_pdf(
        template=TEMPLATE, data=data, title=f"{_('予約の確認書')} {format_number(stay.number)}", language=language,
        author=settings.JICHI_WARD, made_at=clock.now(),
    )  # fmt: skip
    return _sent(pdf, "application/pdf", f"stay-{stay.number}.pdf")


@access(audience="resident")
def calendar(request: SignedInRequest, number: str) -> HttpResponse:
    """The stay as one date of a calendar, from 15:00 of the first day to 10:00 of the last."""
    stay, language = _confirmed(request, number), request.LANGUAGE_CODE
    starts_at, ends_at = span_of(stay.check_in, stay.nights)
    content, title = house_of(stay).content, pick(stay.house_title, language).text
    entry = Entry(
        uid=f"stay-{stay.number}@{request.get_host()}", title=title, starts_at=starts_at, ends_at=ends_at,
        place=content.address, url=request.build_absolute_uri(f"/retreats/mine/{stay.number}/"),
        text=f"{format_number(stay.number)} {content.phone}", changed_at=_changed(stay),
    )  # fmt: skip
    return _sent(calendar_text(title, [entry]), "text/calendar; charset=utf-8", f"stay-{stay.number}.ics")


def _changed(stay: StayView) -> datetime:
    return (stay.paid_at or stay.entered_at).astimezone(TOKYO)
