"""Entering the draw of a month: ranked wishes for a room and a night, who comes, what the draw is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.html import written
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import queries as booking
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number

from .. import actions
from ..actions import Wish
from ..queries import HouseView, LotteryView
from ..rules import Tariff, block_nights, night_of
from . import words
from .booking import UNPROCESSABLE, Given, party_fields, read_given, who_fields
from .finding import month_name, published

WISHES = 3


def _lottery(code: str, month: str) -> tuple[HouseView, LotteryView]:
    found = published(code)
    for one in found.lotteries:
        if f"{one.month:%Y-%m}" == month:
            return found, one
    raise NotFound


@access(audience="resident", methods=("GET", "POST"))
def lottery(request: SignedInRequest, code: str, month: str) -> HttpResponse:
    """A2: the draw of a month: how it stands, and the wishes while it is open."""
    found, lot = _lottery(code, month)
    offered = booking.offerings([lot.offering_id])[lot.offering_id]
    tariff = found.tariff_on(lot.month) or Tariff()
    given = read_given(request.POST, tariff, 1)
    choices = [one for one in (request.POST.get(f"choice{n}", "") for n in range(1, WISHES + 1)) if one]
    wrong: dict[str, FieldError] = {}
    problem = ""
    is_open = offered.stands(clock.now()) == "open"
    if request.method == "POST" and is_open:
        try:
            done = actions.apply_for_month(
                actor=request.actor, code=code, month=lot.month, wish=_wish(request, found, given, choices, lot.month),
                choices=choices, dedupe_key=f"retreat-draw:{request.actor.account_id}:{given.press}",
            )  # fmt: skip
            if done.number:
                return redirect("front_retreats:done", number=format_number(done.number))
            problem = _problem(done.outcome)
        except Invalid as error:
            wrong = dict(error.fields)
            problem = "" if wrong else _("この日の料金がまだ決まっていません。")
    fields = _fields(request, found, lot, offered, given, tariff, choices, wrong) if is_open else []
    context = _context(request, found, lot, offered)
    context |= {"fields": fields, "errors": errors_for(fields), "problem": problem, "press": given.press}
    return render(request, "front_retreats/lottery.html", context, status=UNPROCESSABLE if wrong or problem else 200)


def _problem(outcome: str) -> str:
    return {
        "twice": _("この抽選には、もう申し込んでいます。わたしの宿泊を確かめてください。"),
        "unmet": _(
            "区に住んでいることを、住民の記録で確かめられませんでした。記録と結び付けるか、電話でおたずねください。"
        ),
    }.get(outcome, _("受付の時間ではないか、名簿が確定しています。"))


def _wish(request: SignedInRequest, found: HouseView, given: Given, choices: list[str], month: date) -> Wish:
    try:
        room_type, night = night_of(choices[0]) if choices else ("", month)
    except ValueError:
        room_type, night = "", month
    return Wish(
        house=found.code, room_type=room_type, check_in=night, nights=1, party=given.party, meals=given.meals,
        name=given.name, kana=given.kana, phone=given.phone, kind=given.kind, workplace=given.workplace,
        language=request.LANGUAGE_CODE, waits=request.POST.get("waits") == "1",
    )  # fmt: skip


def _fields(
    request: SignedInRequest, found: HouseView, lot: LotteryView, offered: Any, given: Given, tariff: Tariff,
    choices: list[str], wrong: dict[str, FieldError],
) -> list[FormField]:  # fmt: skip
    language = request.LANGUAGE_CODE
    titles = {one.code: pick(one.title, language).text for one in found.room_types}
    options = tuple(
        Option(item.code, f"{nights_words(night, lot.nights, language)} {titles.get(room_type, '')}")
        for item in offered.items for room_type, night in (night_of(item.code),)
    )  # fmt: skip
    fields = [
        FormField(
            name=f"choice{n}", label=_("第%(place)d希望") % {"place": n}, kind="select", required=n == 1,
            options=options, value=choices[n - 1] if len(choices) >= n else "",
            error=wrong.get("choices") if n == 1 else None,
        )
        for n in range(1, WISHES + 1)
    ]  # fmt: skip
    fields += party_fields(tariff, given.party, given.meals, wrong) + who_fields(request, given, wrong)
    fields.append(
        FormField(
            name="waits", label=_("外れたら、第1希望のキャンセル待ちに入る"), kind="consent", required=False,
            value=request.POST.get("waits") == "1",
        )
    )  # fmt: skip
    return fields


def _context(request: SignedInRequest, found: HouseView, lot: LotteryView, offered: Any) -> dict[str, Any]:
    language = request.LANGUAGE_CODE
    draws = [one for one in booking.draws_of(lot.offering_id) if one.state != "void"]
    total = booking.totals([lot.offering_id])[lot.offering_id]
    house = pick(found.title, language)
    return {
        "title": _("%(month)sの抽選") % {"month": month_name(lot.month, language)},
        "what": written(house), "stands": offered.stands(clock.now()),
        "opens": format_datetime(offered.opens_at, language), "closes": format_datetime(offered.closes_at, language),
        "draw_at": format_datetime(lot.draw_at, language), "confirm": format_datetime(lot.confirm_until, language),
        "first_come": format_date(lot.first_come_on, language), "entries": total.entries.get("applied", 0),
        "check_url": f"{reverse('eng_booking:check')}?draw={draws[0].pk}"
        if draws and draws[0].state == "drawn" else "",
        "hashes": [
            (_("規則の指紋"), draws[0].params_sha256), (_("名簿の指紋"), draws[0].entries_sha256)
        ] if draws else [],
        "rooms": [
            format_html("{} {}", written(pick(one.title, language)), words_of(one.least, one.most))
            for one in found.room_types
        ],
        "back": f"{reverse('front_retreats:house', args=[found.code])}?month={lot.month:%Y-%m}",
        "help": accounts.office_contact(found.division_id, language),
    }  # fmt: skip


def words_of(least: int, most: int) -> str:
    """For how many persons a room is."""
    return _("%(least)d人から%(most)d人") % {"least": least, "most": most}


def nights_words(first: date, nights: int, language: str) -> str:
    """The nights of a block: its day, of several from when until when."""
    count = block_nights(first, nights)
    return format_date(first, language) if count == 1 else words.days(first, count, language)


def wish_words(codes: list[str], titles: dict[str, str], language: str, *, nights: int = 1) -> list[str]:
    """Wishes as people read them. `nights`: how many the draw gives together."""
    found = []
    for code in codes:
        room_type, night = night_of(code)
        found.append(f"{words.days(night, block_nights(night, nights), language)} {titles.get(room_type, room_type)}")
    return found
