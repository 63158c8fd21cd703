"""窓口の現金の受け取り: what the treasurer has not had yet, by counter; the slips with which cash came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact, Link
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..papers import handover_pdf, pdf_response
from ..permissions import SETTLE, VIEW
from ..queries import HandoverView, Waiting
from .parts import CONFLICT, UNPROCESSABLE, told

MOST_DIGITS: Final = 9


def tabs(here: str) -> list[Link]:
    """The treasurer's pages, as tabs."""
    pages = (("settlements", "決済会社の精算"), ("differences", "差異の一覧"), ("handovers", "現金の受け取り"))
    return [Link(words, reverse(f"front_cashless:{name}"), current=name == here) for name, words in pages]


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter with what waits there, as its form."""

    id: UUID
    name: str
    division: str
    total: str
    fields: list[FormField]


@access(audience="staff", permission=SETTLE, methods=("GET", "POST"))
def handovers(request: SignedInRequest) -> HttpResponse:
    """A6, A2: closed days whose cash is on its way; taking it over, one slip for all that came together, is booked."""
    problem = ""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            return redirect("front_cashless:handover", id=_taken(request))
        except Invalid as error:
            wrong = dict(error.fields)
        except (Conflict, NotFound) as error:
            problem = told(error)
    groups: dict[UUID, list[Waiting]] = {}
    for one in queries.waiting_cash():
        groups.setdefault(one.desk_id, []).append(one)
    counters = [_counter(request, days, wrong) for days in groups.values()]
    context = {
        "title": "窓口の現金の受け取り", "tabs": tabs("handovers"), "problem": problem, "counters": counters,
        "errors": errors_for([field for one in counters for field in one.fields]),
        "total": f"{sum(one.yen for days in groups.values() for one in days):,}", "slips": [
            (reverse("front_cashless:handover", args=[one.id]), one.number, one.desk_name, _span(one), f"{one.yen:,}",
             format_datetime(one.received_at, "ja", "staff"))
            for one in queries.handovers()
        ],
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_cashless/handovers.html", context, status=status)


def _taken(request: SignedInRequest) -> UUID:
    """The slip of what was pressed."""
    desk = request.POST.get("desk", "")
    try:
        days = [UUID(text) for text in request.POST.getlist(f"days-{desk}")]
    except ValueError:
        raise NotFound from None
    typed = request.POST.get(f"counted-{desk}", "").strip().replace(",", "")
    digits = typed.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS):
        raise Invalid(fields={"counted": FieldError("cashless.number" if typed else "field.required")})
    return actions.hand_over(actor=request.actor, day_ids=days, counted_yen=int(typed))


def _counter(request: SignedInRequest, days: list[Waiting], wrong: dict[str, FieldError]) -> Counter:
    first = days[0]
    here = request.POST.get("desk") == str(first.desk_id)
    days_name, counted = f"days-{first.desk_id}", f"counted-{first.desk_id}"
    fields = [
        FormField(
            name=days_name, label="受け取った日", noun="日", kind="checkboxes",
            value=request.POST.getlist(days_name) if here else [str(one.day_id) for one in days],
            options=tuple(Option(str(one.day_id), _words(one)) for one in days),
            error=wrong.get("days") if here else None,
        ),
        FormField(
            name=counted, label="受け取って数えた現金", noun="金額", kind="number", unit="円", size=9,
            value=request.POST.get(counted, ""), error=wrong.get("counted") if here else None,
        ),
    ]  # fmt: skip
    return Counter(first.desk_id, first.desk_name, first.division, f"{sum(one.yen for one in days):,}", fields)


def _words(one: Waiting) -> str:
    off = f"(過不足{one.difference_yen:+,}円)" if one.difference_yen else ""
    return f"{format_date(one.on)} {one.yen:,}円{off}"


def _span(one: HandoverView) -> str:
    first, last = format_date(one.days[0].on), format_date(one.days[-1].on)
    return first if len(one.days) == 1 else f"{first}から{last}まで({len(one.days)}日分)"


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def handover(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one slip, seen by who settles and by the counter's division; its paper."""
    found = queries.handover(id)
    if found is None or not (request.actor.may(SETTLE) or found.division_id in request.actor.divisions):
        raise NotFound
    if request.method == "POST":
        audit.record(actor=request.actor, action="print", table="front_cashless_handover", object_id=str(id))
        return pdf_response(handover_pdf(found), f"handover-{found.number}")
    is_treasurer = request.actor.may(SETTLE)
    back = ("現金の受け取り", reverse("front_cashless:handovers")) if is_treasurer else (
        found.desk_name, reverse("front_cashless:desk", args=[found.desk_id])
    )  # fmt: skip
    facts = [
        Fact(label="窓口", value=f"{found.desk_name}({found.division})"),
        Fact(label="合計", value=f"{found.yen:,}円"),
        Fact(label="受け取った日時", value=format_datetime(found.received_at, "ja", "staff")),
        Fact(label="受け取った職員", value=found.received_by or "―", name=True),
    ]
    context = {
        "title": f"現金の引継ぎ {found.number}番", "breadcrumb": [back], "facts": facts, "total": f"{found.yen:,}",
        "days": [
            (reverse("front_cashless:day", args=[one.day_id]) if found.division_id in request.actor.divisions else "",
             format_date(one.on), f"{one.yen:,}", f"{one.difference_yen:+,}" if one.difference_yen else "0")
            for one in found.days
        ],
    }  # fmt: skip
    return render(request, "front_cashless/handover.html", context)
