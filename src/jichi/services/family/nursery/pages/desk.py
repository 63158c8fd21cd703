"""Seats from a nursery's own people, signed in: what their nursery was asked, and the form for one round."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid

from .. import actions, queries
from ..permissions import DESK
from .offering import kept_classes, offer_fields
from .words import CONFLICT, UNPROCESSABLE, refusal


@access(audience="staff", permission=DESK)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: what one's own nursery was asked, the latest first."""
    rows = [
        Row(
            url=reverse("family_nursery:desk_ask", args=[one.id]) if one.is_open else "",
            cells=(
                one.round_name, one.name,
                tag("入力済み", tone="done") if one.answered_at
                else tag("入力してください" if one.is_open else "入力しなかった", tone="todo"),
                format_datetime(one.until, "ja", "staff"), one.answered_by,
            ),
        )
        for one in queries.own_asks(request.actor.divisions)
    ]  # fmt: skip
    columns = (
        Column(key="round", title="選考の回", head=True, name=True), Column(key="name", title="園", name=True),
        Column(key="state", title="空き枠"), Column(key="until", title="締切"),
        Column(key="by", title="入力した人", name=True),
    )  # fmt: skip
    table = Listing(
        caption="園の空き枠", columns=columns, rows=rows, url=request.path, total=len(rows), html_id="asks",
        empty="区からの依頼は、まだありません。",
    )  # fmt: skip
    return listing_response(request, "family_nursery/desk.html", {"title": "園の空き枠"}, table)


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: the seats of one's own nursery in a round, until the moment the office set."""
    wrong: dict[str, FieldError] = {}
    problem, post = "", request.POST if request.method == "POST" else None
    crumbs = [("園の空き枠", reverse("family_nursery:desk"))]
    try:
        asked = queries.own_ask(id, request.actor.divisions)
    except Conflict as error:
        over = {"title": "園の空き枠", "over": refusal(error.code), "breadcrumb": crumbs}
        return render(request, "family_nursery/desk_ask.html", over, status=CONFLICT)
    if post is not None:
        try:
            actions.answer_own(
                actor=request.actor, ask_id=id, seats={group: post.get(f"seats_{group}", "") for group in range(6)},
                texts={name: post.get(name, "") for name in ("hours", "about")}, expected=post.get("mark"),
            )  # fmt: skip
            return redirect(f"{request.path}?kept=1")
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem, post = refusal(error.code), None
    fields = [
        field.with_error(wrong[field.name]) if field.name in wrong else field
        for field in offer_fields(asked, post)[:-1]
    ]
    context = {
        "title": f"{asked.name}の空き枠", "breadcrumb": crumbs, "asked": asked, "fields": fields,
        "until": format_datetime(asked.until, "ja", "staff"), "errors": errors_for(fields), "narrow": True,
        "kept": kept_classes(asked) if "kept" in request.GET and request.method == "GET" else None, "problem": problem,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "family_nursery/desk_ask.html", context, status=status)
