"""Booking a room: how long and how many, then who, then the price line by line; register and reserve in one go.

What was answered travels with the form from page to page; nothing is kept of somebody who leaves.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.html import written
from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number

from .. import actions, queries
from ..actions import Booked, Wish
from ..queries import HouseView, RoomTypeView
from ..rules import Tariff, plans_of, priced, wrong_dates, wrong_party
from . import words
from .finding import published

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
STEPS: Final = ("stay", "who", "check")
FIRST_STEP: Final = frozenset({"party", "meals", "nights", "check_in"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The answers so far."""

    nights: int
    party: dict[str, int]
    meals: str
    kind: str
    name: str
    kana: str
    phone: str
    workplace: str
    shown_yen: int
    press: str


def number_of(text: str) -> int:
    """A small number as typed, in any width; -1 where it is none."""
    plain = text.strip()
    if not plain:
        return 0
    return int(plain) if plain.isdecimal() and len(plain) < 4 else -1


def read_given(post: QueryDict, tariff: Tariff, nights: int) -> Given:
    """The answers of a form."""
    return Given(
        nights=number_of(post.get("nights", str(nights))),
        party={person: number_of(post.get(f"n-{person}", "")) for person in tariff.offered()},
        meals=post.get("meals", ""), kind=post.get("kind", ""), name=post.get("name", "").strip(),
        kana=post.get("kana", "").strip(), phone=post.get("phone", "").strip(),
        workplace=post.get("workplace", "").strip(), shown_yen=_amount(post.get("shown", "")),
        press=post.get("press", "")[:64] or str(uuid.uuid4()),
    )  # fmt: skip


def _amount(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the pages are about."""

    house: HouseView
    kind: RoomTypeView
    day: date
    tariff: Tariff


def _asked(code: str, room: str, day: str) -> Asked:
    found = published(code)
    kind = found.room_type(room)
    try:
        check_in = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    tariff = found.tariff_on(check_in)
    if kind is None or tariff is None:
        raise NotFound
    return Asked(found, kind, check_in, tariff)


@access(audience="resident", methods=("GET", "POST"))
def book(request: SignedInRequest, code: str, room: str, day: str) -> HttpResponse:
    """A2, A3: the pages of a booking, one after another."""
    asked = _asked(code, room, day)
    wrong = wrong_dates(
        asked.day, 1, today=clock.today(), lead_days=asked.house.content.lead_days, most=asked.house.content.nights_most
    )
    if wrong or asked.house.month(asked.day.replace(day=1), clock.today()).state != "open":
        return _stopped(request, asked, Booked("closed"))
    given = read_given(request.POST, asked.tariff, number_of(request.GET.get("nights", "1")) or 1)
    step = request.POST.get("step", "")
    if request.method != "POST" or step not in STEPS or "back" in request.POST:
        return _stay(request, asked, given, {})
    wrong = wrong_of(asked, given)
    if wrong:
        return _stay(request, asked, given, wrong)
    if step == "stay":
        return _who(request, asked, given, {})
    wrong = _wrong_who(request, given)
    if wrong:
        return _who(request, asked, given, wrong)
    return _check(request, asked, given) if step == "who" else _send(request, asked, given)


def wrong_of(asked: Asked, given: Given) -> dict[str, FieldError]:
    """What is wrong with when and how many."""
    content = asked.house.content
    wrong = wrong_dates(
        asked.day, given.nights, today=clock.today(), lead_days=content.lead_days, most=content.nights_most
    )
    return wrong | wrong_party(
        asked.tariff, given.party, least=asked.kind.least, most=asked.kind.most, meals=given.meals,
        plans=plans_of(asked.tariff),
    )  # fmt: skip


def _wrong_who(request: SignedInRequest, given: Given) -> dict[str, FieldError]:
    wrong: dict[str, FieldError] = {}
    if given.kind not in words.WHO:
        wrong["kind"] = FieldError("field.choose_one")
    if given.kind == "works" and not given.workplace:
        wrong["workplace"] = FieldError("retreats.works_where")
    if not given.name and not _known(request)[0]:
        wrong["name"] = FieldError("field.required")
    if not given.phone:
        wrong["phone"] = FieldError("field.required")
    for name in ("name", "kana", "phone", "workplace"):
        if len(getattr(given, name)) > 200:
            wrong[name] = FieldError("field.too_long", {"max": 200, "now": len(getattr(given, name))})
    return wrong


def _known(request: SignedInRequest) -> tuple[str, bool]:
    """Name from the register, and whether the person lives here by it."""
    if not request.addressee_no:
        return "", False
    with joining(request.actor):
        person = registry.resident(request.addressee_no)
    return (person.display_name, person.state == "resident") if person else ("", False)


# -- the pages -------------------------------------------------------------------------------------


def _page(
    request: SignedInRequest, asked: Asked, template: str, title: str, step: int, fields: Sequence[FormField],
    **more: Any,
) -> HttpResponse:  # fmt: skip
    wrong = any(field.error for field in fields)
    language = request.LANGUAGE_CODE
    context = {
        "title": title, "fields": fields, "errors": errors_for(fields), "step": step, "steps": len(STEPS),
        "step_name": STEPS[step - 1], "what": what_of(asked, language),
        "back": f"{reverse('front_retreats:house', args=[asked.house.code])}?room={asked.kind.code}"
        f"&month={asked.day:%Y-%m}",
        "help": accounts.office_contact(asked.house.division_id, language), **more,
    }  # fmt: skip
    return render(request, template, context, status=UNPROCESSABLE if wrong else 200)


def what_of(asked: Asked, language: str) -> Any:
    """The house and the kind of room."""
    return format_html(
        "{} {}", written(pick(asked.house.title, language)), written(pick(asked.kind.title, language))
    )  # fmt: skip


def _carried(given: Given, *, who: bool, stay: bool) -> list[tuple[str, str]]:
    """Answers of other pages, as hidden fields."""
    kept = [("press", given.press)]
    if stay:
        kept += [("nights", str(given.nights)), ("meals", given.meals)]
        kept += [(f"n-{person}", str(count)) for person, count in given.party.items()]
    if who:
        kept += [
            ("kind", given.kind), ("name", given.name), ("kana", given.kana), ("phone", given.phone),
            ("workplace", given.workplace),
        ]  # fmt: skip
    return kept


def party_fields(tariff: Tariff, party: dict[str, int], meals: str, wrong: dict[str, FieldError]) -> list[FormField]:
    """A field for the number of each kind of person, and the plan of meals."""
    fields = [
        FormField(
            name=f"n-{person}", label=str(words.PERSONS[person]), kind="number", required=False, show_mark=False,
            size=3, unit=_("人"), value=str(party[person]) if party.get(person, 0) > 0 else "",
            error=wrong.get("party") if place == 0 else None,
        )
        for place, person in enumerate(tariff.offered())
    ]  # fmt: skip
    plans = plans_of(tariff)
    fields.append(
        FormField(
            name="meals", label=_("食事"), kind="radio", value=meals or (plans[0] if len(plans) == 1 else ""),
            options=tuple(Option(plan, str(words.PLANS[plan])) for plan in plans), error=wrong.get("meals"),
        )
    )  # fmt: skip
    return fields


def _stay(request: SignedInRequest, asked: Asked, given: Given, wrong: dict[str, FieldError]) -> HttpResponse:
    language = request.LANGUAGE_CODE
    most = asked.house.content.nights_most
    nights = FormField(
        name="nights", label=_("泊まる日数"), kind="select", value=str(given.nights), error=wrong.get("nights"),
        options=tuple(Option(str(n), words.days(asked.day, n, language)) for n in range(1, most + 1)),
    )  # fmt: skip
    fields = [nights, *party_fields(asked.tariff, given.party, given.meals, wrong)]
    return _page(
        request, asked, "front_retreats/book.html", _("日数と人数"), 1, fields,
        hidden=_carried(given, who=True, stay=False), least=asked.kind.least, most=asked.kind.most,
    )  # fmt: skip


def who_fields(request: SignedInRequest, given: Given, wrong: dict[str, FieldError]) -> list[FormField]:
    """Why one may stay, name and telephone."""
    name, here = _known(request)
    options = tuple(Option(key, str(word)) for key, word in words.WHO.items())
    fields = [
        FormField(
            name="kind", label=_("使える理由"), kind="radio", options=options, error=wrong.get("kind"),
            value=given.kind or ("resident" if here else ""),
            hint=_("住んでいる方は、住民の記録で確かめます。働く方、学ぶ方は、あとで証明できるものを見せてください。"),
        ),
        FormField(
            name="workplace", label=_("勤め先・学校の名前"), required=False, value=given.workplace,
            hint=_("区内で働く方、学ぶ方だけ書いてください。"), error=wrong.get("workplace"),
            autocomplete="organization",
        ),
    ]  # fmt: skip
    if name:
        fields.append(FormField(name="name", label=_("代表者の氏名"), kind="shown", value=name))
    else:
        fields += [
            FormField(
                name="name", label=_("代表者の氏名"), value=given.name, autocomplete="name", error=wrong.get("name")
            ),
            FormField(
                name="kana", label=_("フリガナ"), kind="kana", required=False, value=given.kana, error=wrong.get("kana")
            ),
        ]
    fields.append(
        FormField(
            name="phone", label=_("電話番号"), kind="phone", value=given.phone, error=wrong.get("phone"),
            hint=_("急な休館などのときに連絡します。"),
        )
    )  # fmt: skip
    return fields


def _who(request: SignedInRequest, asked: Asked, given: Given, wrong: dict[str, FieldError]) -> HttpResponse:
    fields = who_fields(request, given, wrong)
    return _page(
        request, asked, "front_retreats/book.html", _("泊まる方"), 2, fields,
        hidden=_carried(given, who=False, stay=True), may_go_back=True,
    )  # fmt: skip


def _check(request: SignedInRequest, asked: Asked, given: Given, problem: str = "") -> HttpResponse:
    language = request.LANGUAGE_CODE
    try:
        bill = priced(
            asked.tariff, party=given.party, check_in=asked.day, nights=given.nights, meals=given.meals
        )  # fmt: skip
    except Invalid as missing:
        return _stopped(request, asked, Booked("closed"), catalogue.message(missing.code, language))
    free = next(
        one.left
        for one in queries.free_for([asked.house], asked.day, given.nights)
        if one.room_type.pk == asked.kind.pk
    )
    facts = [
        Fact(label=_("日程"), value=words.days(asked.day, given.nights, language)),
        Fact(label=_("人数"), value=words.party(given.party)),
        Fact(label=_("食事"), value=str(words.PLANS[given.meals])),
        Fact(label=_("代表者の氏名"), value=_known(request)[0] or given.name, name=True),
        Fact(label=_("電話番号"), value=given.phone),
    ]
    context = {
        "facts": facts, "bill": words.bill(bill.lines, asked.tariff, bill.total_yen, language), "problem": problem,
        "charges": words.charges(asked.tariff, bill.before_tax_yen, asked.day, language, clock.today()),
        "hidden": [*_carried(given, who=True, stay=True), ("shown", str(bill.total_yen))],
        "hold_minutes": asked.house.content.hold_minutes,
        "waits": not free, "inn": asked.house.kind == "inn", "works": given.kind == "works",
    }  # fmt: skip
    answer = _page(request, asked, "front_retreats/check.html", _("予約の内容の確認"), 3, [], **context)
    if problem:
        answer.status_code = CONFLICT
    return answer


def _send(request: SignedInRequest, asked: Asked, given: Given) -> HttpResponse:
    wish = Wish(
        house=asked.house.code, room_type=asked.kind.code, check_in=asked.day, nights=given.nights, party=given.party,
        meals=given.meals, name=given.name, kana=given.kana, phone=given.phone, kind=given.kind,
        workplace=given.workplace, language=request.LANGUAGE_CODE, waits=request.POST.get("act") == "wait",
    )  # fmt: skip
    try:
        found = actions.book_stay(
            actor=request.actor, wish=wish, expected_yen=given.shown_yen,
            dedupe_key=f"retreat:{request.actor.account_id}:{given.press}",
        )  # fmt: skip
    except Conflict as error:
        return _check(request, asked, given, catalogue.message(error.code, request.LANGUAGE_CODE))
    except Invalid as error:
        if set(error.fields) & FIRST_STEP:
            return _stay(request, asked, given, dict(error.fields))
        return _who(request, asked, given, dict(error.fields))
    if found.outcome == "full":
        return _check(
            request, asked, given,
            _("この部屋は、ほかの方が先に予約しました。入力した内容は残っています。キャンセル待ちができます。"),
        )  # fmt: skip
    if not found.number:
        return _stopped(request, asked, found)
    return redirect("front_retreats:done", number=format_number(found.number))


def _stopped(request: SignedInRequest, asked: Asked, found: Booked, text: str = "") -> HttpResponse:
    """Why there is no booking, and what one can do instead."""
    language = request.LANGUAGE_CODE
    titles = {
        "closed": _("今は予約できません"), "unmet": _("使える方の決まりがあります"),
        "twice": _("同じ日に予約があります"),
    }  # fmt: skip
    texts = {
        "closed": _("この日の予約は、まだ始まっていないか、終わっています。"),
        "unmet": _(
            "区に住んでいることを、住民の記録で確かめられませんでした。記録と結び付けるか、電話でおたずねください。"
        ),
        "twice": _("同じ日に泊まれるのは、1人2部屋までです。わたしの宿泊を確かめてください。"),
    }
    context = {
        "title": titles[found.outcome], "text": text or texts[found.outcome], "what": what_of(asked, language),
        "twice": found.outcome == "twice", "unmet": found.outcome == "unmet",
        "house_url": reverse("front_retreats:house", args=[asked.house.code]),
        "help": accounts.office_contact(asked.house.division_id, language),
    }  # fmt: skip
    return render(request, "front_retreats/stopped.html", context, status=CONFLICT)
