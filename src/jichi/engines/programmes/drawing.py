"""The page of a draw (抽選): freeze the list, wait for the randomness, draw, or start again with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import DrawState, OfferingView
from jichi.engines.booking.rules.draw import QUICKNET, round_at
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid

LEAST: Final = timedelta(minutes=11)
"""Ten minutes the draw asks for, and one to press the button."""
CONFLICT: Final = 409
UNPROCESSABLE: Final = 422
_RESULTS: Final = {"taken": "当選", "waiting": "補欠", "lost": "落選", "withdrawn": "取消し"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPage:
    """What a room hands in: the offering, when and from what it is drawn, and the page around it."""

    offering_id: UUID
    name: str
    """Draws are called by it: "<name>-1", after a void one "<name>-2"."""
    draw_at: datetime | None
    text_source: str = ""
    """Published figures that are the randomness; "": drand."""
    here: str
    """Path of the page."""
    template: str
    around: Mapping[str, Any]
    """Title, tabs and way back."""
    facts: Callable[[DrawState | None], Sequence[Fact]]


def respond(request: SignedInRequest, page: DrawPage) -> HttpResponse:
    """A5: one step after the other; each is there only when it may be taken."""
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            _acted(request, page)
            return redirect(page.here)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict:
            problem = "今はこの操作ができません。ページを読み直して、状態を確かめてください。"
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, page.template, {**_context(page, wrong), "problem": problem}, status=status)


def draw_facts(drawn: DrawState | None) -> list[Fact]:
    """What is announced of a draw: its number, list, randomness and fingerprints."""
    if drawn is None:
        return []
    source = drawn.beacon.get("sources") or f"drand quicknet 第{drawn.beacon.get('round'):,}回"
    rows = (
        ("抽選の番号", drawn.draw_id), ("名簿を確定した日時", format_datetime(drawn.frozen_at, "ja", "staff")),
        ("名簿の申込み", f"{drawn.entries:,}件"), ("乱数", str(source)),
        ("乱数の決まる日時", format_datetime(drawn.due_at, "ja", "staff")), ("規則の指紋", drawn.params_sha256),
        ("名簿の指紋", drawn.entries_sha256), ("記録の指紋", drawn.record_sha256),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]


def _acted(request: SignedInRequest, page: DrawPage) -> None:
    post, act = request.POST, request.POST.get("act", "")
    draws = booking.draws_of(page.offering_id)
    if act == "freeze":
        _freeze(request, page, draws)
    elif act == "void" and draws:
        booking_actions.void_draw(actor=request.actor, draw_pk=draws[0].pk, reason=post.get("reason", ""))
    elif act == "draw" and draws:
        _draw(request, draws[0])


def _draw(request: SignedInRequest, drawn: DrawState) -> None:
    field = "line" if _is_text(drawn) else "signature"
    given = request.POST.get(field, "").strip()
    if not given:
        raise Invalid(fields={field: FieldError("field.required")})
    try:
        raw = given.encode() if field == "line" else bytes.fromhex(given)
        booking_actions.perform_draw(
            actor=request.actor, draw_pk=drawn.pk, randomness=hashlib.sha256(raw).hexdigest(),
            line=given if field == "line" else "", signature=given.lower() if field == "signature" else "",
        )  # fmt: skip
    except (Invalid, ValueError):
        raise Invalid(fields={field: FieldError("programmes.randomness")}) from None


def _freeze(request: SignedInRequest, page: DrawPage, draws: Sequence[DrawState]) -> None:
    soonest = clock.now() + LEAST
    due = page.draw_at if page.draw_at and page.draw_at >= soonest else soonest
    if page.text_source:
        beacon: dict[str, Any] = {"kind": "text", "sources": page.text_source}
    else:
        beacon = {"kind": "drand", "chain": QUICKNET.hash, "round": round_at(QUICKNET, int(due.timestamp()))}
    booking_actions.freeze_draw(
        actor=request.actor, offering_id=page.offering_id, draw_id=f"{page.name}-{len(draws) + 1}", beacon=beacon,
        randomness_due_at=due, reason=request.POST.get("reason", "").strip() or (draws[0].void_reason if draws else ""),
    )  # fmt: skip


def _is_text(drawn: DrawState | None) -> bool:
    return bool(drawn and drawn.beacon.get("kind") == "text")


def _step(drawn: DrawState | None, offered: OfferingView) -> str:
    """Where the draw is: "open", "cancelled", "freeze", "wait", "draw" or "drawn"."""
    now = clock.now()
    if drawn is None:
        return {"open": "open", "before": "open", "cancelled": "cancelled"}.get(offered.stands(now), "freeze")
    if drawn.state == "drawn":
        return "drawn"
    return "draw" if drawn.due_at <= now else "wait"


def _context(page: DrawPage, wrong: Mapping[str, FieldError]) -> dict[str, Any]:
    offered, draws = booking.offerings([page.offering_id])[page.offering_id], booking.draws_of(page.offering_id)
    drawn = draws[0] if draws and draws[0].state != "void" else None
    step, total = _step(drawn, offered), booking.totals([page.offering_id])[page.offering_id]
    fields = [_field(drawn, wrong)] if step == "draw" else []
    void_field = FormField(
        name="reason", label="やり直す理由", kind="textarea", rows=2, hint="公表されます。", error=wrong.get("reason")
    )
    return {
        **page.around, "step": step, "fields": fields, "void_field": void_field,
        "errors": errors_for([*fields, void_field]), "facts": page.facts(drawn),
        "closes": format_datetime(offered.closes_at, "ja", "staff"), "applied": total.entries.get("applied", 0),
        "void": [one for one in draws if one.state == "void"],
        "check_url": f"{reverse('eng_booking:check')}?draw={drawn.pk}" if drawn and step == "drawn" else "",
        "results": [(word, total.entries.get(key, 0)) for key, word in _RESULTS.items()],
    }  # fmt: skip


def _field(drawn: DrawState | None, wrong: Mapping[str, FieldError]) -> FormField:
    if _is_text(drawn):
        return FormField(
            name="line", label="公表された数字の1行", error=wrong.get("line"),
            hint="発表した書き方のまま、1文字も変えずに写します。",
        )  # fmt: skip
    return FormField(
        name="signature", label="その回の署名(signature)", error=wrong.get("signature"),
        hint="drandの公開ページの、その回の signature を写します。96文字の英数字です。",
    )  # fmt: skip
