"""One's own stays: how they stand, an answer to an offer, other people, cancelling with the charge shown first."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import errors_for
from jichi.design.html import written
from jichi.design.parts import Card
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining, system_actor, unit
from jichi.engines.payments import queries as charges
from jichi.engines.payments.queries import ChargeView
from jichi.kernel import clock
from jichi.kernel.calendar import format_deadline
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number, parse_number

from .. import actions, queries
from ..actions.paying import subject_of
from ..queries import HouseView, StayView
from ..rules import OPEN, charge_on, plans_of, priced, wrong_party
from . import words
from .booking import CONFLICT, UNPROCESSABLE, number_of, party_fields
from .drawing import wish_words

SYSTEM = system_actor("retreats.line")


@access(audience="resident")
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: everything one has booked."""
    now, over = cards(request)
    context = {"title": _("わたしの宿泊"), "now": now, "over": over, "list_url": reverse("front_retreats:list")}
    return render(request, "front_retreats/mine.html", context)


def cards(request: SignedInRequest) -> tuple[list[Card], list[Card]]:
    """What one has booked: (those to come, the next first; those that are over, the last first)."""
    with joining(request.actor):
        stays = queries.own_stays(request.signed_in.account_id)
    language, today = request.LANGUAGE_CODE, clock.today()
    now = [one for one in stays if one.state in OPEN and one.check_out >= today]
    over = [one for one in stays if one not in now]
    return [_card(one, language) for one in reversed(now)], [_card(one, language) for one in over]


def _card(stay: StayView, language: str) -> Card:
    return Card(
        title=format_html("{} ({})", written(pick(stay.house_title, language)), format_number(stay.number)),
        url=reverse("front_retreats:stay", args=[format_number(stay.number)]), status=words.CHIPS[stay.state],
        status_text=str(words.STATES[stay.state]),
        facts=[(_("日程"), words.days(stay.check_in, stay.nights, language))],
    )  # fmt: skip


def own(request: SignedInRequest, number: str) -> StayView:
    """One's own stay. Raises NotFound."""
    plain = parse_number(number)
    with joining(request.actor):
        found = queries.stay(plain) if plain else None
    if found is None or found.account_id != request.actor.account_id:
        raise NotFound
    return found


def house_of(stay: StayView) -> HouseView:
    """Its house."""
    return queries.houses_by_id([stay.house_id])[stay.house_id]


@access(audience="resident")
def done(request: SignedInRequest, number: str) -> HttpResponse:
    """A4: the number, and what happens next."""
    stay, language = own(request, number), request.LANGUAGE_CODE
    titles = {
        "booked": _("予約しました"), "held": _("部屋を押さえました"), "requested": _("申込みを受け付けました"),
        "waiting": _("キャンセル待ちに入りました"),
        "applied": _("抽選に申し込みました"),
    }  # fmt: skip
    context = {
        "title": titles.get(stay.state, str(words.STATES[stay.state])), "own_heading": True,
        "number": format_number(stay.number), "house": written(pick(stay.house_title, language)),
        "when": words.days(stay.check_in, stay.nights, language), "state": stay.state, "in_line": _line(stay),
        "next_step": words.next_step(stay, language), "phone": house_of(stay).content.phone,
        "pay_url": _pay_url(stay, _charge_of(request, stay)), "at_house": not stay.owes_yen,
        "stay_url": reverse("front_retreats:stay", args=[format_number(stay.number)]),
        "help": accounts.office_contact(stay.division_id, language),
    }  # fmt: skip
    return render(request, "front_retreats/done.html", context)


def _charge_of(request: SignedInRequest, stay: StayView) -> ChargeView | None:
    """What was asked for when it was booked; None where it is paid for at the house."""
    if not stay.owes_yen:
        return None
    with joining(request.actor):
        found = charges.charges_of(subject_of(stay.number))
    return found[-1] if found else None


def _pay_url(stay: StayView, charge: ChargeView | None) -> str:
    return reverse("eng_payments:charge", args=[charge.id]) if charge and stay.state == "held" else ""


def _line(stay: StayView) -> int:
    if stay.state != "waiting":
        return 0
    with unit(SYSTEM):
        return queries.in_line(stay.number)


@access(audience="resident", methods=("GET", "POST"))
def record(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: one stay; here one says yes or no to an offered room."""
    stay = own(request, number)
    notices: list[dict[str, str]] = []
    if request.method == "POST":
        if actions.answer_offer(
            actor=request.actor, number=stay.number, comes=request.POST.get("act") == "yes"
        ):  # fmt: skip
            return redirect("front_retreats:stay", number=number)
        notices = [{"tone": "error", "title": _("返事の期限が過ぎています"), "text": _("部屋は次の方に回りました。")}]
        stay = own(request, number)
    language, today = request.LANGUAGE_CODE, clock.today()
    changes = stay.state in OPEN and stay.state != "applied" and today < stay.check_in
    content, charge = house_of(stay).content, _charge_of(request, stay)
    context = {
        "pay_url": _pay_url(stay, charge),
        "paper_url": reverse("front_retreats:paper", args=[number]) if stay.state in ("booked", "arrived") else "",
        "calendar_url": reverse("front_retreats:calendar", args=[number]) if stay.state == "booked" else "",
        "charge_url": reverse("eng_payments:charge", args=[charge.id]) if charge and stay.state != "held" else "",
        "title": _("宿泊の記録"), "number": format_number(stay.number), "notices": notices,
        "status": words.CHIPS[stay.state], "status_text": str(words.STATES[stay.state]),
        "next_step": words.next_step(stay, language), "in_line": _line(stay),
        "answer_until": format_deadline(stay.answer_until, language, today=today)
        if stay.state == "offered" and stay.answer_until else "",
        "facts": words.facts(stay, language), "reason": written(stay.reason) if stay.reason else "",
        "bill": words.bill(stay.lines, stay.tariff, stay.total_yen, language),
        "charge": words.yen(stay.charge_yen, language) if stay.charge_yen else "",
        "charges": words.charges(stay.tariff, stay.before_tax_yen, stay.check_in, language, today)
        if stay.state in ("booked", "requested") else [],
        "house": [written(content.address), content.phone],
        "people_url": reverse("front_retreats:people", args=[number]) if changes else "",
        "cancel_url": reverse("front_retreats:cancel", args=[number]) if stay.state in OPEN else "",
        "house_url": reverse("front_retreats:house", args=[stay.house_code]),
        "wishes": _wishes(stay, language), "help": accounts.office_contact(stay.division_id, language),
        "breadcrumb": [(_("わたしの宿泊"), reverse("front_retreats:mine"))],
    }  # fmt: skip
    return render(request, "front_retreats/stay.html", context)


def _wishes(stay: StayView, language: str) -> list[str]:
    if stay.state != "applied":
        return []
    house = house_of(stay)
    titles = {one.code: pick(one.title, language).text for one in house.room_types}
    drawn = next((one.nights for one in house.lotteries if one.month == stay.check_in.replace(day=1)), 1)
    return wish_words(list(stay.wishes), titles, language, nights=drawn)


@access(audience="resident", methods=("GET", "POST"))
def people(request: SignedInRequest, number: str) -> HttpResponse:
    """A2, A3: other people or meals; the new price is shown before it is changed."""
    stay, language = own(request, number), request.LANGUAGE_CODE
    post = request.POST
    wrong: dict[str, FieldError] = {}
    problem, shown = "", None
    party, meals = dict(stay.party), stay.meals
    if request.method == "POST":
        party = {person: number_of(post.get(f"n-{person}", "")) for person in stay.tariff.offered()}
        meals = post.get("meals", "")
        try:
            if post.get("act") == "change":
                expected = post.get("shown", "")
                actions.change_party(
                    actor=request.actor, number=stay.number, party=party, meals=meals,
                    expected_yen=int(expected) if expected.isdecimal() and len(expected) < 10 else -1,
                )  # fmt: skip
                return redirect("front_retreats:stay", number=number)
            shown = _priced(stay, party, meals, wrong)
        except Invalid as error:
            wrong = dict(error.fields)
            problem = "" if wrong else catalogue.message(error.code, language)
        except Conflict as error:
            problem = catalogue.message(error.code, language)
    fields = party_fields(stay.tariff, party, meals, wrong)
    context: dict[str, Any] = {
        "title": _("人数と食事を変える"), "fields": fields, "errors": errors_for(fields), "problem": problem,
        "what": written(pick(stay.house_title, language)), "least": stay.least, "most": stay.most,
        "back": reverse("front_retreats:stay", args=[number]),
        "help": accounts.office_contact(stay.division_id, language),
    }  # fmt: skip
    if shown is not None:
        context |= {
            "bill": words.bill(shown.lines, stay.tariff, shown.total_yen, language), "shown": shown.total_yen,
            "before": words.yen(stay.total_yen, language),
        }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_retreats/people.html", context, status=status)


def _priced(stay: StayView, party: dict[str, int], meals: str, wrong: dict[str, FieldError]) -> Any:
    wrong |= wrong_party(stay.tariff, party, least=stay.least, most=stay.most, meals=meals, plans=plans_of(stay.tariff))
    if wrong:
        return None
    return priced(stay.tariff, party=party, check_in=stay.check_in, nights=stay.nights, meals=meals)


@access(audience="resident", methods=("GET", "POST"))
def cancel(request: SignedInRequest, number: str) -> HttpResponse:
    """A5: what cancelling costs today, then it is done."""
    stay, language = own(request, number), request.LANGUAGE_CODE
    problem = ""
    if request.method == "POST":
        shown = request.POST.get("shown", "")
        try:
            actions.cancel_stay(
                actor=request.actor, number=stay.number,
                expected_yen=int(shown) if shown.isdecimal() and len(shown) < 10 else -1,
            )  # fmt: skip
            return redirect("front_retreats:stay", number=number)
        except Conflict as error:
            problem = catalogue.message(error.code, language)
    percent, yen = _charge(stay)
    paid = stay.total_yen if stay.paid_at else 0
    context = {
        "paid": words.yen(paid, language) if paid else "", "goes_back": words.yen(max(paid - yen, 0), language),
        "title": _("宿泊を取り消す"), "what": written(pick(stay.house_title, language)),
        "when": words.days(stay.check_in, stay.nights, language), "number": format_number(stay.number),
        "problem": problem, "gone": stay.state not in OPEN, "percent": percent, "yen": yen,
        "yen_text": words.yen(yen, language),
        "charges": words.charges(stay.tariff, stay.before_tax_yen, stay.check_in, language, clock.today())
        if yen or stay.state in ("booked", "requested") else [],
        "back": reverse("front_retreats:stay", args=[number]),
        "help": accounts.office_contact(stay.division_id, language),
    }  # fmt: skip
    return render(request, "front_retreats/cancel.html", context, status=CONFLICT if problem else 200)


def _charge(stay: StayView) -> tuple[int, int]:
    if stay.state not in ("booked", "requested"):
        return 0, 0
    row = charge_on(
        stay.tariff, before_tax_yen=stay.before_tax_yen, check_in=stay.check_in, day=clock.today()
    )  # fmt: skip
    return row.percent, row.yen
