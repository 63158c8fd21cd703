"""Opening a counter, its day's record, closing it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Fact
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid

from .. import actions, queries
from ..permissions import CONFIRM, SELL, VIEW
from ..queries import DayView
from .desks import sales_rows
from .parts import CONFLICT, DAY_STATES, UNPROCESSABLE, day_of, desk_of, given_pieces, piece_fields, pieces_text, told


@access(audience="staff", permission=SELL, methods=("GET", "POST"))
def open_desk(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: the float, counted."""
    found = desk_of(request, id)
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            actions.open_day(actor=request.actor, desk_id=id, pieces=given_pieces(request))
            return redirect("front_cashless:desk", id=id)
        except Invalid as error:
            wrong = dict(error.fields)
        except (Conflict, Forbidden) as error:
            problem = told(error)
    fields = piece_fields(request.POST, wrong)
    context = {
        "title": f"{found.name}を開く", "breadcrumb": [("窓口の収納", reverse("front_cashless:desks")), (found.name,
        reverse("front_cashless:desk", args=[id]))], "fields": fields, "errors": errors_for(fields), "narrow": True,
        "problem": problem,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_cashless/open.html", context, status=status)


@access(audience="staff", permission=SELL, methods=("GET", "POST"))
def close(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: the drawer, counted without being told what it should hold; a difference is told then, and explained."""
    found = day_of(request, id)
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            actions.close_day(
                actor=request.actor, day_id=id, pieces=given_pieces(request), reason=request.POST.get("reason", "")
            )
            return redirect("front_cashless:day", id=id)
        except Invalid as error:
            wrong = dict(error.fields)
        except (Conflict, Forbidden) as error:
            problem = told(error)
    fields = piece_fields(request.POST, wrong)
    if "reason" in wrong or request.POST.get("reason"):
        fields.append(FormField(
            name="reason", label="差の理由", kind="textarea", rows=3, value=request.POST.get("reason", ""),
            error=wrong.get("reason"),
        ))  # fmt: skip
    context = {
        "title": f"{found.desk_name}を締める({format_date(found.on)})", "fields": fields, "errors": errors_for(fields),
        "breadcrumb": [(found.desk_name, reverse("front_cashless:desk", args=[found.desk_id]))], "narrow": True,
        "problem": problem, "is_open": found.state == "open",
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_cashless/close.html", context, status=status)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def day(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one day: the drawer, who did what, its sales; a second person confirms or sends back."""
    found = day_of(request, id)
    problem = ""
    if request.method == "POST":
        try:
            act = actions.reopen_day if request.POST.get("act") == "reopen" else actions.confirm_day
            act(actor=request.actor, day_id=id)
            return redirect("front_cashless:day", id=id)
        except (Conflict, Forbidden) as error:
            problem = told(error)
    words, tone = DAY_STATES[found.state]
    sums = queries.day_sums(id)
    waiting = found.state == "waiting" and request.actor.may(CONFIRM)
    context = {
        "title": f"{found.desk_name} {format_date(found.on)}", "state": tag(words, tone=tone), "day": found,
        "breadcrumb": [(found.desk_name, reverse("front_cashless:desk", args=[found.desk_id]))], "problem": problem,
        "facts": _facts(found), "drawer": _drawer(found, sums.cash),
        "brands": [(brand, f"{yen:,}") for brand, yen in sums.brands.items()], "cash": f"{sums.cash:,}",
        "total": f"{sums.cash + sum(sums.brands.values()):,}", "sales": sales_rows(queries.sales_of(id)),
        "may_confirm": waiting and found.counted_by_id != request.actor.account_id,
        "same_person": waiting and found.counted_by_id == request.actor.account_id,
        "may_close": found.state == "open" and request.actor.may(SELL),
        "slip": reverse("front_cashless:handover", args=[found.handover_id]) if found.handover_id else "",
    }  # fmt: skip
    return render(request, "front_cashless/day.html", context, status=CONFLICT if problem else 200)


def _drawer(found: DayView, cash: int) -> list[Fact]:
    rows = [("つり銭", f"{found.float_yen:,}円({pieces_text(found.float_pieces) or 'なし'})")]
    if found.counted_yen is not None:
        expected, counted = f"{found.expected_yen or 0:,}円", f"{found.counted_yen:,}円"
        rows += [
            ("現金の売上(返金を引いた額)", f"{cash:,}円"), ("あるはずの現金", expected),
            ("数えた現金", f"{counted}({pieces_text(found.counted_pieces) or 'なし'})"),
            ("差", f"{found.difference_yen:+,}円" if found.difference_yen else "0円"), ("差の理由", found.reason),
            ("会計に渡す額", f"{found.counted_yen - found.float_yen:,}円"),
        ]  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]


def _facts(found: DayView) -> list[Fact]:
    def who(at: object, name: str) -> str:
        return f"{format_datetime(at, 'ja', 'staff')} {name}".strip() if at else ""  # type: ignore[arg-type] # a moment or None

    rows = [
        ("開いた", who(found.opened_at, found.opened_by)), ("数えた", who(found.counted_at, found.counted_by)),
        ("差を確かめた", who(found.confirmed_at, found.confirmed_by)), ("締めた", who(found.closed_at, "")),
        ("会計が受け取った", who(found.handed_at, found.handed_by)),
    ]  # fmt: skip
    return [Fact(label=label, value=value, name=True) for label, value in rows if value]
