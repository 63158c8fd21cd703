"""The telephone: an official books for a caller, in the same line as everybody."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.receipt_number import format_number

from ... import actions, queries
from ...actions import Booked, Wish
from ...permissions import EDIT
from ...queries import HouseView
from ...rules import CLASSES, Tariff, plans_of, priced, wrong_party
from ..booking import number_of
from .desk import PLAN_WORDS, UNPROCESSABLE, read_day
from .houses import crumbs, owned

OUTCOMES = {
    "booked": ("done", "予約しました"), "requested": ("done", "宿に確認を頼みました"),
    "waiting": ("done", "キャンセル待ちに入りました"), "full": ("error", "満室です。キャンセル待ちができます"),
    "twice": ("error", "同じ日に、もう2部屋あります"), "closed": ("error", "今は受け付けていない日です"),
    "unmet": ("error", "利用できる方の決まりに合いません"),
}  # fmt: skip


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def telephone(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: date, room, people, caller; the price is read out before it is booked."""
    found, post = owned(request, code), request.POST
    wrong: dict[str, FieldError] = {}
    result: dict[str, Any] = {}
    check_in = read_day(post.get("check_in", ""))
    tariff = found.tariff_on(check_in or clock.today()) or Tariff()
    party = {person: number_of(post.get(f"n-{person}", "")) for person in tariff.offered()}
    price = ""
    if request.method == "POST":
        kind = found.room_type(post.get("room", ""))
        if check_in is None:
            wrong["check_in"] = FieldError("field.unreadable_date" if post.get("check_in") else "field.required")
        if kind is None:
            wrong["room"] = FieldError("field.choose_one")
        nights, meals = number_of(post.get("nights", "1")), post.get("meals", "none")
        if kind is not None and check_in is not None:
            plans = plans_of(tariff)
            wrong |= wrong_party(tariff, party, least=kind.least, most=kind.most, meals=meals, plans=plans)
            try:
                if not wrong and post.get("act") == "book":
                    result = _booked(request, found, check_in, nights, party)
                elif not wrong:
                    bill = priced(tariff, party=party, check_in=check_in, nights=nights, meals=meals)
                    price = f"{bill.total_yen:,}円(うち税{bill.total_yen - bill.before_tax_yen:,}円)"
            except Invalid as error:
                wrong |= dict(error.fields)
                if not error.fields:
                    result = {"tone": "error", "words": catalogue.message(error.code, "ja")}
    fields = _fields(found, request, tariff, wrong)
    free = queries.free_for([found], check_in, max(1, min(number_of(post.get("nights", "1")), 14))) if check_in else ()
    context = {
        "title": f"{found.title.get('ja', code)}の電話の受付", "fields": fields, "errors": errors_for(fields),
        "breadcrumb": crumbs(found), "narrow": True, "result": result, "price": price,
        "press": str(uuid.uuid4()) if result or not post.get("press") else post["press"][:64],
        "free": [(one.room_type.title.get("ja", ""), one.left) for one in free],
        "when": format_date(check_in) if check_in else "",
    }  # fmt: skip
    return render(request, "front_retreats/staff/telephone.html", context, status=UNPROCESSABLE if wrong else 200)


def _booked(
    request: SignedInRequest, found: HouseView, check_in: date, nights: int, party: dict[str, int]
) -> dict[str, Any]:
    post = request.POST
    wish = Wish(
        house=found.code, room_type=post.get("room", ""), check_in=check_in, nights=nights, party=party,
        meals=post.get("meals", "none"), name=post.get("name", ""), kana=post.get("kana", ""),
        phone=post.get("phone", ""), kind="works" if post.get("kind") == "works" else "resident",
        workplace=post.get("workplace", ""), waits=post.get("waits") == "1",
    )  # fmt: skip
    done: Booked = actions.book_stay(
        actor=request.actor, wish=wish, dedupe_key=f"retreat-call:{post.get('press', '')[:64]}", channel="telephone",
        vouched=post.get("vouched") == "1",
    )  # fmt: skip
    tone, words = OUTCOMES[done.outcome]
    number = format_number(done.number) if done.number else ""
    return {
        "tone": tone, "words": words, "number": number,
        "url": reverse("front_retreats_staff:stay", args=[number]) if number else "",
    }  # fmt: skip


def _fields(
    found: HouseView, request: SignedInRequest, tariff: Tariff, wrong: dict[str, FieldError]
) -> list[FormField]:
    post = request.POST
    fields = [
        FormField(name="check_in", label="泊まる日", size=16, value=post.get("check_in", "")),
        FormField(name="nights", label="泊数", kind="number", size=3, value=post.get("nights", "1")),
        FormField(
            name="room", label="部屋の種類", kind="select", value=post.get("room", ""),
            options=tuple(
                Option(one.code, f"{one.title.get('ja', '')} {one.least}〜{one.most}人") for one in found.room_types
            ),
        ),
    ]  # fmt: skip
    fields += [
        FormField(
            name=f"n-{person}", label=CLASSES[person], kind="number", required=False, show_mark=False, size=3,
            unit="人",
            value=post.get(f"n-{person}", ""), error=wrong.get("party") if place == 0 else None,
        )
        for place, person in enumerate(tariff.offered())
    ]  # fmt: skip
    fields += _caller_fields(request, tariff)
    return [one if one.error else one.with_error(wrong.get(one.name)) for one in fields]


def _caller_fields(request: SignedInRequest, tariff: Tariff) -> list[FormField]:
    post = request.POST
    return [
        FormField(
            name="meals", label="食事", kind="select", value=post.get("meals", "none"),
            options=tuple(Option(plan, PLAN_WORDS[plan]) for plan in plans_of(tariff)),
        ),
        FormField(name="name", label="代表者の氏名", value=post.get("name", "")),
        FormField(name="kana", label="フリガナ", kind="kana", required=False, value=post.get("kana", "")),
        FormField(name="phone", label="電話番号", kind="phone", value=post.get("phone", ""), autocomplete="off"),
        FormField(
            name="kind", label="利用できる理由", kind="radio", value=post.get("kind", "resident"),
            options=(Option("resident", "区民"), Option("works", "在勤・在学")),
        ),
        FormField(name="workplace", label="勤め先・学校", required=False, value=post.get("workplace", "")),
        FormField(
            name="vouched", label="住所か勤め先を確かめた", kind="consent", required=False,
            value=post.get("vouched") == "1"
        ),
        FormField(
            name="waits", label="満室ならキャンセル待ちに入る", kind="consent", required=False,
            value=post.get("waits") == "1"
        ),
    ]  # fmt: skip
