"""Carrying a waiting list over (次の回への引継ぎ): first what would become of each family, then the press."""

from __future__ import annotations

from collections import Counter
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField, Option
from jichi.design.parts import Figure
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel.errors import Conflict

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..queries import RoundView
from ..rules.carrying import FATES, family_after
from .words import CONFLICT, crumbs_of, refusal, round_or_404

SHOWN: Final = 300


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def carry(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A11: the families of the round before, what becomes of each, and which are here already. The look is recorded."""
    round_ = round_or_404(request, id)
    problem, chosen = "", _before(request, round_)
    if request.method == "POST" and chosen is not None:
        try:
            actions.carry_over(actor=request.actor, round_id=id, before_id=chosen.id)
            return redirect("family_nursery:carry", id=id)
        except Conflict as error:
            problem = refusal(error.code)
    rows: list[tuple[str, str, str, bool]] = []
    counts, new = Counter[str](), 0
    if chosen is not None:
        audit.record_look(actor=request.actor, table="family_nursery_application", object_id=str(chosen.id), subject="")
        here = {one.code for one in queries.export_rows(id)}
        for one in queries.waiting_list(chosen.id):
            fate = "withdrawn" if one.withdrawn else family_after(one.family, one.results, round_.entry_on)[1]
            counts[fate] += 1
            new += fate == "carried" and one.family.code not in here
            if len(rows) < SHOWN:
                rows.append((one.family.code, one.family.guardian_name, FATES[fate], one.family.code in here))
    context = {
        "title": f"{round_.name}への引継ぎ", "breadcrumb": crumbs_of(round_), "round": round_, "problem": problem,
        "chosen": chosen, "rows": rows, "new": new, "fields": _fields(request, round_),
        "figures": [Figure(label=words, value=f"{counts[key]:,}", unit="世帯") for key, words in FATES.items()],
        "may": request.actor.may(EDIT) and round_.published_run is None,
    }  # fmt: skip
    return render(request, "family_nursery/carry.html", context, status=CONFLICT if problem else 200)


def _earlier(request: SignedInRequest, round_: RoundView) -> list[RoundView]:
    return [
        one for one in queries.published()
        if one.division_id == round_.division_id and one.entry_on <= round_.entry_on and one.id != round_.id
    ]  # fmt: skip


def _before(request: SignedInRequest, round_: RoundView) -> RoundView | None:
    """The round that was carried over, or the one that is chosen."""
    wanted = str(round_.follows) if round_.follows else request.GET.get("before") or request.POST.get("before", "")
    return next((one for one in _earlier(request, round_) if str(one.id) == wanted), None)


def _fields(request: SignedInRequest, round_: RoundView) -> list[FormField]:
    if round_.follows:
        return []
    options = tuple(Option(str(one.id), one.name, noruby=True) for one in _earlier(request, round_))
    return [
        FormField(
            name="before", label="引き継ぐ回", kind="select", options=options, value=request.GET.get("before", ""),
            hint="結果を公表した回だけを選べます。",
        )
    ]  # fmt: skip
