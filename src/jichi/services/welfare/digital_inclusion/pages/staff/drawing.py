"""The draw of a class on one page: freeze the list, wait for the randomness, draw, or start again with a reason."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import DrawState
from jichi.engines.booking.rules.draw import QUICKNET, round_at
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from ...permissions import EDIT
from ...queries import CourseView
from .arranging import CONFLICT, UNPROCESSABLE, crumbs, owned, tabs

LEAST: Final = timedelta(minutes=11)
"""Ten minutes the draw asks for, and one to press the button."""


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def draw(request: SignedInRequest, code: str) -> HttpResponse:
    """A5: one step after the other; each is there only when it may be taken."""
    found = owned(request, code)
    if found.offering_id is None or found.plan.mode != "lottery":
        raise NotFound
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            _acted(request, found, found.offering_id)
            return redirect("welfare_digital_inclusion_staff:draw", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict:
            problem = "今はこの操作ができません。ページを読み直して、状態を確かめてください。"
    return _page(request, found, found.offering_id, wrong, problem)


def _acted(request: SignedInRequest, found: CourseView, offering_id: UUID) -> None:
    post, act = request.POST, request.POST.get("act", "")
    draws = booking.draws_of(offering_id)
    if act == "freeze":
        _freeze(request, found, offering_id, draws)
    elif act == "void" and draws:
        booking_actions.void_draw(actor=request.actor, draw_pk=draws[0].pk, reason=post.get("reason", ""))
    elif act == "draw" and draws:
        field = "line" if _is_text(draws[0]) else "signature"
        given = post.get(field, "").strip()
        try:
            raw = given.encode() if field == "line" else bytes.fromhex(given)
            booking_actions.perform_draw(
                actor=request.actor, draw_pk=draws[0].pk, randomness=hashlib.sha256(raw).hexdigest(),
                line=given if field == "line" else "", signature=given.lower() if field == "signature" else "",
            )  # fmt: skip
        except (Invalid, ValueError):
            raise Invalid(fields={field: FieldError("digital.randomness")}) from None


def _freeze(request: SignedInRequest, found: CourseView, offering_id: UUID, draws: tuple[DrawState, ...]) -> None:
    now, plan = clock.now(), found.plan
    due = plan.draw_at if plan.draw_at and plan.draw_at >= now + LEAST else now + LEAST
    if plan.text_source:
        beacon: dict[str, Any] = {"kind": "text", "sources": plan.text_source}
    else:
        beacon = {"kind": "drand", "chain": QUICKNET.hash, "round": round_at(QUICKNET, int(due.timestamp()))}
    booking_actions.freeze_draw(
        actor=request.actor, offering_id=offering_id, draw_id=f"{found.code}-{len(draws) + 1}", beacon=beacon,
        randomness_due_at=due, reason=draws[0].void_reason if draws else "",
    )  # fmt: skip


def _is_text(one: DrawState | None) -> bool:
    return bool(one and one.beacon.get("kind") == "text")


def _step(counts: DrawState | None, stands: str) -> str:
    """Where the draw is: "open", "cancelled", "freeze", "wait", "draw" or "drawn"."""
    if counts is None:
        return {"open": "open", "before": "open", "cancelled": "cancelled"}.get(stands, "freeze")
    if counts.state == "drawn":
        return "drawn"
    return "draw" if counts.due_at <= clock.now() else "wait"


def _page(
    request: SignedInRequest, found: CourseView, offering_id: UUID, wrong: dict[str, FieldError], problem: str
) -> HttpResponse:
    offered, draws = booking.offerings([offering_id])[offering_id], booking.draws_of(offering_id)
    counts = draws[0] if draws and draws[0].state != "void" else None
    step, total = _step(counts, offered.stands(clock.now())), booking.totals([offering_id])[offering_id]
    fields = [_field(counts, wrong)] if step == "draw" else []
    void_field = FormField(
        name="reason", label="やり直す理由", kind="textarea", rows=2, hint="公表されます。", error=wrong.get("reason")
    )
    results = (("taken", "当選"), ("waiting", "補欠"), ("lost", "落選"), ("withdrawn", "取消し"))
    context = {
        "title": f"{found.title['ja']}の抽選", "tabs": tabs(found, "draw", request), "breadcrumb": crumbs(found),
        "step": step, "problem": problem, "fields": fields, "errors": errors_for([*fields, void_field]),
        "draw": counts, "facts": _facts(counts) if counts else [], "applied": total.entries.get("applied", 0),
        "closes": format_datetime(offered.closes_at, "ja", "staff"), "void_field": void_field,
        "void": [one for one in draws if one.state == "void"],
        "check_url": f"{reverse('eng_booking:check')}?draw={counts.pk}" if counts and step == "drawn" else "",
        "results": [(word, total.entries.get(key, 0)) for key, word in results],
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/draw.html", context, status=status)


def _field(counts: DrawState | None, wrong: dict[str, FieldError]) -> FormField:
    if _is_text(counts):
        return FormField(
            name="line", label="公表された数字の1行", error=wrong.get("line"),
            hint="発表した書き方のまま、1文字も変えずに写します。",
        )  # fmt: skip
    return FormField(
        name="signature", label="その回の署名(signature)", error=wrong.get("signature"),
        hint="drandの公開ページの、その回の signature を写します。96文字の英数字です。",
    )  # fmt: skip


def _facts(counts: DrawState) -> list[Fact]:
    source = counts.beacon.get("sources") or f"drand quicknet 第{counts.beacon.get('round'):,}回"
    rows = (
        ("抽選の番号", counts.draw_id), ("名簿を確定した日時", format_datetime(counts.frozen_at, "ja", "staff")),
        ("名簿の申込み", f"{counts.entries:,}件"), ("乱数", str(source)),
        ("乱数の決まる日時", format_datetime(counts.due_at, "ja", "staff")), ("規則の指紋", counts.params_sha256),
        ("名簿の指紋", counts.entries_sha256), ("記録の指紋", counts.record_sha256),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]
