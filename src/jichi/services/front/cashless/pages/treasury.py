"""窓口の現金の受け取り: what the treasurer has not had yet."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.parts import Link
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, NotFound

from .. import actions, queries
from ..permissions import SETTLE
from .parts import CONFLICT, told


def tabs(here: str) -> list[Link]:
    """The treasurer's pages, as tabs."""
    pages = (("settlements", "決済会社の精算"), ("differences", "差異の一覧"), ("handovers", "現金の受け取り"))
    return [Link(words, reverse(f"front_cashless:{name}"), current=name == here) for name, words in pages]


@access(audience="staff", permission=SETTLE, methods=("GET", "POST"))
def handovers(request: SignedInRequest) -> HttpResponse:
    """A6: closed days whose cash is on its way; taking it over is booked."""
    problem = ""
    if request.method == "POST":
        try:
            actions.hand_over(actor=request.actor, day_id=UUID(request.POST.get("day", "")))
            return redirect("front_cashless:handovers")
        except (Conflict, NotFound) as error:
            problem = told(error)
        except ValueError:
            problem = told(NotFound())
    rows = queries.handovers()
    context = {
        "title": "窓口の現金の受け取り", "tabs": tabs("handovers"), "problem": problem, "rows": [
            (one.day_id, format_date(one.on), one.desk_name, one.division, f"{one.yen:,}",
             f"{one.difference_yen:+,}" if one.difference_yen else "0")
            for one in rows
        ], "total": f"{sum(one.yen for one in rows):,}",
    }  # fmt: skip
    return render(request, "front_cashless/handovers.html", context, status=CONFLICT if problem else 200)
