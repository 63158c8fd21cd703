"""点検, 履歴, and the design as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Conflict

from .. import actions, queries, rules
from ..permissions import EDIT
from ..queries import DesignView
from .frame import CONFLICT, context, held, item_url, sentence_of


@access(audience="staff", permission=EDIT)
def check(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6: what is wrong, and what to look at, each with a link to its place."""
    design = held(request, id)
    found = queries.looked_through(design.source)
    rows = [
        [
            (one.message, f"→ {one.fix}" if one.fix else "", _where(design, one), item_url(id, one.place, one.item))
            for one in some
        ]
        for some in (found.errors, found.warnings)
    ]
    return render(request, "front_designer/check.html", {
        **context(request, design, "check", f"{design.title}の点検"), "errors_found": rows[0],
        "warnings_found": rows[1], "untranslated": found.untranslated,
    })  # fmt: skip


def _where(design: DesignView, found: rules.Found) -> str:
    shape = rules.shape_at(design.source, found.place)
    item = rules.label(found.item, shape.of if shape else "") if found.item else ""
    place = rules.words_of(design.source, found.place) if found.place else ""
    return " › ".join(part for part in (place, item) if part) or "設定"


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def history(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: every save; any of them can be had back."""
    design = held(request, id)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "give_up":
                actions.give_up(actor=request.actor, id=id)
                return redirect("front_designer:list")
            if request.POST.get("restore", "").isdecimal():
                actions.restore(actor=request.actor, id=id, revision=int(request.POST["restore"][:9]))
        except Conflict as error:
            return render(request, "front_designer/refused.html", {
                **context(request, design, "history", "戻していません"), "why": sentence_of(error),
            }, status=CONFLICT)  # fmt: skip
        return redirect("front_designer:history", id=id)
    return render(request, "front_designer/history.html", {
        **context(request, design, "history", f"{design.title}の履歴"), "saves": queries.history(id),
        "may_change": design.may_change,
    })  # fmt: skip


@access(audience="staff", permission=EDIT)
def export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The design with its examples as the readable file that `jichi procedure` and the import take."""
    design = held(request, id)
    response = HttpResponse(
        rules.file_of(design.source, design.examples), content_type="application/yaml; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{design.slug}.yaml"'
    response["Cache-Control"] = "private, no-store"
    return response
