"""One entry as officials see it: who, what became of it, its money; and giving it back for somebody who asks."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField
from jichi.design.parts import Fact
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView
from jichi.engines.payments.queries import ChargeView
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import NotFound
from jichi.kernel.receipt_number import format_number, parse_number

from ... import queries
from ...permissions import EDIT, VIEW
from ...queries import EventView, Person
from .arranging import crumbs, owned
from .entries import CHANNELS, STATES, date_of, money_word

LIVING = ("applied", "taken", "held", "waiting")


def _found(request: SignedInRequest, number: str) -> tuple[EntryView, EventView, Person]:
    """An entry of the official's divisions. Raises NotFound."""
    plain = parse_number(number)
    with joining(request.actor):
        entry = booking.entry_by_number(plain) if plain else None
        person = queries.person_of(entry.id) if entry else None
    if entry is None or person is None:
        raise NotFound
    event = queries.events_by_id([person.event_id])[person.event_id]
    return entry, owned(request, event.code), person


@access(audience="staff", permission=VIEW)
def record(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: one entry."""
    entry, event, person = _found(request, number)
    charge: ChargeView | None = None
    if entry.owes_yen and request.actor.may("eng_payments.view"):
        with joining(request.actor):
            charge = booking.charge_of(entry.id)
    word, tone = STATES[entry.state]
    rows = [
        ("氏名", f"{person.name} ({person.kana})" if person.kana else person.name), ("電話", person.phone),
        ("人数", f"{entry.size}人"), ("同伴者", list(person.companions)), ("日時", date_of(entry, event)),
        ("申し込んだ日時", format_datetime(entry.entered_at, "ja", "staff")), ("方法", CHANNELS[entry.channel]),
        ("席を押さえる期限", format_datetime(entry.held_until, "ja", "staff") if entry.held_until else ""),
        ("料金", money_word(entry)),
        ("返金", f"{charge.returned_yen:,}円" if charge and charge.returned_yen else ""),
        ("出席", format_datetime(entry.arrived_at, "ja", "staff") if entry.arrived_at else ""),
        *((one.label, person.answers.get(one.key, "")) for one in event.content.questions),
    ]  # fmt: skip
    context = {
        "title": f"申込み {format_number(entry.number)}", "breadcrumb": crumbs(event), "narrow": True,
        "state": tag(f"{word} {entry.in_line}番目" if entry.in_line else word, tone=tone),
        "facts": [Fact(label=label, value=value, name=label in ("氏名", "同伴者")) for label, value in rows if value],
        "charge_url": reverse("eng_payments_staff:charge", args=[charge.id]) if charge else "",
        "may": entry.state in LIVING and entry.arrived_at is None and request.actor.may(EDIT),
        "withdraw_url": reverse("front_events_staff:entry_withdraw", args=[format_number(entry.number)]),
        "list_url": reverse("front_events_staff:entries", args=[event.code]),
    }  # fmt: skip
    return render(request, "front_events/staff/entry.html", context)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def withdraw(request: SignedInRequest, number: str) -> HttpResponse:
    """A5: give a place back for somebody who telephones; what goes back is said first."""
    entry, event, person = _found(request, number)
    if entry.state not in LIVING:
        raise NotFound
    if request.method == "POST":
        waived = request.POST.get("waived", "") == "1"
        booking_actions.withdraw(actor=request.actor, entry_id=entry.id, waived=waived)
        return redirect("front_events_staff:entry", number=number)
    cost = booking_actions.withdrawal_cost(actor=request.actor, entry_id=entry.id)
    fields = [FormField(name="waived", label="取り消し料を取らない", kind="consent", required=False)]
    context = {
        "title": "申込みを取り消す", "breadcrumb": crumbs(event), "narrow": True, "cost": cost, "name": person.name,
        "number": format_number(entry.number), "fields": fields if cost.kept_yen else [],
        "entry_url": reverse("front_events_staff:entry", args=[number]),
    }  # fmt: skip
    return render(request, "front_events/staff/entry_withdraw.html", context)
