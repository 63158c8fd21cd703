"""One's own entries: how they stand, the ticket, the answer to an offered place, withdrawing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.html import written
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView
from jichi.engines.files.documents import qr_svg
from jichi.engines.inbox import actions as inbox
from jichi.engines.payments.queries import ChargeView
from jichi.engines.programmes import actions as programmes
from jichi.engines.surveys import queries as surveys
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime, format_deadline
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number, parse_number

from .. import queries
from ..actions.telling import subject_key
from ..queries import EventView, Person
from ..rules import survey_code
from . import money, words
from .applying import CONFLICT

LIVING = ("applied", "taken", "held", "waiting")


def took_part(entry: EntryView, event: EventView) -> bool:
    """Had it a place on a date that is over? Who is marked as away is not asked."""
    last = [slot for code, slot in event.slots if code == entry.item][-1:]
    return entry.state == "taken" and not entry.no_show and bool(last) and last[0].ends_at <= clock.now()


@access(audience="resident")
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: everything one has entered, newest first."""
    now, over = cards(request)
    context = {"title": _("わたしの申込み"), "now": now, "over": over, "list_url": reverse("front_events:list")}
    return render(request, "front_events/mine.html", context)


def cards(request: SignedInRequest) -> tuple[list[Card], list[Card]]:
    """What one has entered, newest first: (under way, over)."""
    with joining(request.actor):
        entries = booking.own_entries(request.signed_in.account_id)
        of = queries.entered_by([one.id for one in entries])
    events = queries.events_by_id(list(set(of.values())))
    found = [_card(one, events[of[one.id]], request.LANGUAGE_CODE) for one in entries if one.id in of]
    return [card for card, alive in found if alive], [card for card, alive in found if not alive]


def _card(entry: EntryView, event: EventView, language: str) -> tuple[Card, bool]:
    slot = _slot(entry, event)
    facts = [(_("日時"), words.when(slot, language))] if slot else []
    over = slot is not None and slot.ends_at < clock.now()
    past = over and entry.state == "taken"
    card = Card(
        title=format_html("{} ({})", written(pick(event.title, language)), format_number(entry.number)),
        url=reverse("front_events:entry", args=[format_number(entry.number)]),
        status="closed" if past else words.ENTRY_CHIPS[entry.state],
        status_text=_("終わりました") if past else words.entry_word(entry, event.mode), facts=facts,
    )  # fmt: skip
    return card, entry.state in LIVING and not over


def _slot(entry: EntryView, event: EventView) -> Any:
    """The date an entry is for; None as long as it is open which."""
    codes = [entry.item] if entry.item else (list(entry.choices) if len(entry.choices) == 1 else [])
    return next((slot for code, slot in event.slots if code in codes), None)


def own(request: SignedInRequest, number: str) -> tuple[EntryView, EventView, Person]:
    """One's own entry, with its event and what was told. Raises NotFound."""
    plain = parse_number(number)
    with joining(request.actor):
        entry = booking.entry_by_number(plain) if plain else None
        if entry is None or entry.account_id != request.actor.account_id:
            raise NotFound
        person = queries.person_of(entry.id)
    if person is None:
        raise NotFound
    return entry, queries.events_by_id([person.event_id])[person.event_id], person


@access(audience="resident")
def done(request: SignedInRequest, number: str) -> HttpResponse:
    """A4: the number, and what happens next."""
    entry, event, _person = own(request, number)
    language = request.LANGUAGE_CODE
    charge = _charge(request, entry)
    context = {
        "title": _("キャンセル待ちに入りました") if entry.state == "waiting" else _("申込みを受け付けました"),
        "pay_url": _pay_url(entry, charge), "pay_first": event.content.pay_first,
        "pay_until": format_datetime(entry.held_until, language) if entry.held_until else "",
        "own_heading": True, "number": format_number(entry.number), "event": written(pick(event.title, language)),
        "state": entry.state, "in_line": entry.in_line, "is_lottery": event.content.is_lottery,
        "draw_at": format_datetime(event.content.draw_at, language) if event.content.draw_at else "",
        "entry_url": reverse("front_events:entry", args=[format_number(entry.number)]),
        "pays": event.content.costs, "help": accounts.office_contact(event.division_id, language),
    }  # fmt: skip
    return render(request, "front_events/done.html", context)


@access(audience="resident", methods=("GET", "POST"))
def record(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: one entry; here one says yes or no to an offered place."""
    entry, event, person = own(request, number)
    notices: list[dict[str, str]] = []
    if request.method == "POST":
        comes = request.POST.get("act") == "yes"
        if programmes.answer_offer(actor=request.actor, entry_id=entry.id, comes=comes):
            inbox.close_items(actor=request.actor, subject_key=subject_key(entry.id), kinds=["todo"])
            return redirect("front_events:entry", number=number)
        notices.append({"tone": "error", "title": "", "text": _("返事の期限が過ぎたため、次の方に回りました。")})
        entry, event, person = own(request, number)
    inbox.mark_read(actor=request.actor, subject_key=subject_key(entry.id))
    return render(request, "front_events/entry.html", {**_record(request, entry, event, person), "notices": notices})


def _charge(request: SignedInRequest, entry: EntryView) -> ChargeView | None:
    """What the entry costs, once it is asked for."""
    if not entry.owes_yen:
        return None
    with joining(request.actor):
        return booking.charge_of(entry.id)


def _pay_url(entry: EntryView, charge: ChargeView | None) -> str:
    """The page on which a held place is paid for."""
    return reverse("eng_payments:charge", args=[charge.id]) if charge and entry.pays_first else ""


def _record(request: SignedInRequest, entry: EntryView, event: EventView, person: Person) -> dict[str, Any]:
    language, shown, charge = request.LANGUAGE_CODE, format_number(entry.number), _charge(request, entry)
    slot = _slot(entry, event)
    alive = entry.state in LIVING and not (slot and slot.ends_at < clock.now())
    draws = [one for one in (booking.draws_of(event.offering_id) if event.offering_id else ()) if one.state != "void"]
    drawn = draws[0] if draws and draws[0].state == "drawn" else None
    return {
        "title": pick(event.title, language).text, "heading": written(pick(event.title, language)),
        "number": shown, "status": words.ENTRY_CHIPS[entry.state],
        "status_text": words.entry_word(entry, event.mode), "next_step": _next(entry, event, language),
        "facts": _facts(entry, event, person, slot, language, charge),
        "pay_url": _pay_url(entry, charge),
        "charge_url": reverse("eng_payments:charge", args=[charge.id]) if charge and not entry.pays_first else "",
        "cancelled": words.typed(event.cancel_reason),
        "ticket_url": reverse("front_events:ticket", args=[shown]) if entry.state == "taken" and alive else "",
        "arrived": format_datetime(entry.arrived_at, language) if entry.arrived_at else "",
        "offered": _is_offered(entry),
        "withdraw_url": reverse("front_events:withdraw", args=[shown]) if alive and not entry.arrived_at else "",
        "companion_url": reverse("front_events:companion", args=[shown])
        if alive and person.companions and not entry.arrived_at else "",
        "frozen": draws[0] if draws and not drawn else None,
        "standing": booking.standing_of(event.offering_id, entry.number) if drawn and event.offering_id else None,
        "check_url": f"{reverse('eng_booking:check')}?draw={drawn.pk}" if drawn else "",
        "survey_url": reverse("front_events:survey", args=[shown])
        if took_part(entry, event) and surveys.surveyed([survey_code(event.id)]) else "",
        "event_url": reverse("front_events:event", args=[event.code]),
        "breadcrumb": [(_("わたしの申込み"), reverse("front_events:mine"))],
        "help": accounts.office_contact(event.division_id, language),
    }  # fmt: skip


def _is_offered(entry: EntryView) -> bool:
    """Does it wait for a yes?"""
    return entry.state == "held" and not entry.pays_first and (entry.held_until or clock.now()) > clock.now()


def _next(entry: EntryView, event: EventView, language: str) -> str:
    if entry.pays_first and entry.held_until:
        at = format_datetime(entry.held_until, language)
        return _("%(at)sまでに払うと、参加が決まります。過ぎると、席は次の方に回ります。") % {"at": at}
    if entry.state == "held" and entry.held_until:
        due = format_deadline(entry.held_until, language, today=clock.today())
        return _("%(due)sに、参加の返事をしてください。") % {"due": due}
    if entry.state == "applied" and event.content.draw_at:
        at = format_datetime(event.content.draw_at, language)
        return _("抽選は%(at)sです。結果はお知らせ箱に届きます。") % {"at": at}
    if entry.state == "waiting":
        return _("キャンセル待ちの%(place)d番目です。空きが出たら、お知らせ箱に届きます。") % {
            "place": entry.in_line or 0
        }
    return ""


def _facts(
    entry: EntryView, event: EventView, person: Person, slot: Any, language: str, charge: ChargeView | None
) -> list[Fact]:
    content = event.content
    slots = dict(reversed(event.slots))
    rows: list[Fact] = []
    if slot is not None:
        rows.append(Fact(label=_("日時"), value=words.when(slot, language)))
    else:
        rows += [
            Fact(label=_("第%(place)d希望") % {"place": place}, value=words.when(slots[code], language))
            for place, code in enumerate(entry.choices, 1)
            if code in slots
        ]
    rows.append(Fact(label=_("場所"), value=written(f"{content.place_name} {content.address}".strip())))
    rows.append(Fact(label=_("参加する方の氏名"), value=person.name, name=True))
    if person.companions:
        rows.append(Fact(label=_("いっしょに参加する方"), value=list(person.companions), name=True))
    rows.append(Fact(label=_("電話番号"), value=person.phone))
    rows += [
        Fact(label=written(one.label), value=person.answers[one.key], name=True)
        for one in content.questions
        if person.answers.get(one.key)
    ]
    price = money.lines(charge.lines, language) if charge else money.price(content, language)
    rows.append(Fact(label=_("料金"), value=price))
    if charge:
        rows.append(Fact(label=_("支払いの状態"), value=money.standing(charge, language)))
    rows.append(Fact(label=_("申し込んだ日時"), value=format_datetime(entry.entered_at, language)))
    return rows


@access(audience="resident", methods=("GET", "POST"))
def withdraw(request: SignedInRequest, number: str) -> HttpResponse:
    """A5: what withdrawing means, then it is done."""
    entry, event, _person = own(request, number)
    problem = ""
    if request.method == "POST":
        try:
            booking_actions.withdraw(actor=request.actor, entry_id=entry.id)
        except Conflict as error:
            problem = catalogue.message(error.code, request.LANGUAGE_CODE)
        else:
            return redirect("front_events:entry", number=number)
    language = request.LANGUAGE_CODE
    cost = booking_actions.withdrawal_cost(actor=request.actor, entry_id=entry.id)
    context = {
        "paid": money.yen(cost.paid_yen, language) if cost.paid_yen else "",
        "goes_back": money.amount(cost.back_yen, language),
        "kept": money.amount(cost.kept_yen, language),
        "title": _("申込みを取り消す"),
        "event": written(pick(event.title, language)),
        "number": format_number(entry.number),
        "problem": problem,
        "gone": entry.state not in LIVING,
        "drawn": event.content.is_lottery,
        "back": reverse("front_events:entry", args=[number]),
        "help": accounts.office_contact(event.division_id, language),
    }
    return render(request, "front_events/withdraw.html", context, status=CONFLICT if problem else 200)


@access(audience="resident")
def ticket(request: SignedInRequest, number: str) -> HttpResponse:
    """The QR code of the ticket: opens the attendance page of the event on an official's telephone."""
    entry, _event, _person = own(request, number)
    if entry.state != "taken":
        raise NotFound
    address = request.build_absolute_uri(f"/staff/events/ticket/?token={entry.token}")
    response = HttpResponse(qr_svg(address), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response
