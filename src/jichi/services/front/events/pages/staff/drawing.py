"""The draw of an event on one page: freeze the list, wait for the randomness, draw, or start again with a reason."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final

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
from ...queries import EventView
from .arranging import CONFLICT, UNPROCESSABLE, crumbs, owned, tabs

LEAST: Final = timedelta(minutes=11)
"""Ten minutes the draw asks for, and one to press the button."""


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def draw(request: SignedInRequest, code: str) -> HttpResponse:
    """A5: one step after the other; each is there only when it may be taken."""
    found = owned(request, code)
    if found.offering_id is None or not found.content.is_lottery:
        raise NotFound
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            _acted(request, found)
            return redirect("front_events_staff:draw", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict:
            problem = "今はこの操作ができません。ページを読み直して、状態を確かめてください。"
    return _page(request, found, wrong, problem)


def _acted(request: SignedInRequest, found: EventView) -> None:
    post, act = request.POST, request.POST.get("act", "")
    draws = booking.draws_of(_offering(found))
    if act == "freeze":
        _frozen(request, found, draws)
    elif act == "draw" and draws:
        signature, line = post.get("signature", "").strip().lower(), post.get("line", "").strip()
        if draws[0].due_at > clock.now():
            raise Invalid(fields={"randomness": FieldError("events.too_soon")})
        try:
            booking_actions.perform_draw(
                actor=request.actor, draw_pk=draws[0].pk, randomness=_randomness(signature, line), line=line,
                signature=signature,
            )  # fmt: skip
        except Invalid:
            name = "line" if line or draws[0].beacon.get("kind") == "text" else "signature"
            raise Invalid(fields={name: FieldError("events.randomness")}) from None
    elif act == "void" and draws:
        booking_actions.void_draw(actor=request.actor, draw_pk=draws[0].pk, reason=post.get("reason", ""))


def _offering(found: EventView) -> Any:
    return found.offering_id


def _randomness(signature: str, line: str) -> str:
    """R is the hash of what was published."""
    try:
        return hashlib.sha256(line.encode() if line else bytes.fromhex(signature)).hexdigest()
    except ValueError:
        return "?"


def _frozen(request: SignedInRequest, found: EventView, draws: tuple[DrawState, ...]) -> None:
    now, content = clock.now(), found.content
    due = content.draw_at if content.draw_at and content.draw_at >= now + LEAST else now + LEAST
    if content.text_source:
        beacon: dict[str, Any] = {"kind": "text", "sources": content.text_source}
    else:
        number = round_at(QUICKNET, int(due.timestamp()))
        beacon = {"kind": "drand", "chain": QUICKNET.hash, "round": number}
    booking_actions.freeze_draw(
        actor=request.actor, offering_id=_offering(found), draw_id=f"{found.code}-{len(draws) + 1}", beacon=beacon,
        randomness_due_at=due, reason=request.POST.get("reason", "").strip() or (draws[0].void_reason if draws else ""),
    )  # fmt: skip


def _page(request: SignedInRequest, found: EventView, wrong: dict[str, FieldError], problem: str) -> HttpResponse:
    offered = booking.offerings([_offering(found)])[_offering(found)]
    draws = booking.draws_of(offered.id)
    counts = draws[0] if draws and draws[0].state != "void" else None
    stands = offered.stands(clock.now())
    step = "drawn" if counts and counts.state == "drawn" else "wait" if counts else "freeze"
    if counts and step == "wait" and counts.due_at <= clock.now():
        step = "draw"
    if not counts and stands in ("open", "before"):
        step = "open"
    fields = _fields(counts, wrong) if step == "draw" else []
    total = booking.totals([offered.id])[offered.id]
    context = {
        "title": f"{found.title['ja']}の抽選",
        "tabs": tabs(found, "draw", request),
        "breadcrumb": crumbs(found),
        "step": "cancelled" if offered.state == "cancelled" and not counts else step,
        "problem": problem,
        "fields": fields,
        "errors": errors_for(fields),
        "draw": counts,
        "facts": _facts(counts) if counts else [],
        "closes": format_datetime(offered.closes_at, "ja", "staff"),
        "applied": total.entries.get("applied", 0),
        "void": [one for one in draws if one.state == "void"],
        "void_field": FormField(
            name="reason",
            label="やり直す理由",
            kind="textarea",
            rows=2,
            hint="公表されます。",
            error=wrong.get("reason"),
        ),
        "check_url": f"{reverse('eng_booking:check')}?draw={counts.pk}" if counts and step == "drawn" else "",
        "results": [(word, total.entries.get(key, 0)) for key, word in _RESULTS.items()],
        "is_text": _is_text(counts),
    }
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_events/staff/draw.html", context, status=status)


_RESULTS: Final = {"taken": "当選", "waiting": "補欠", "lost": "落選", "withdrawn": "取消し"}


def _is_text(counts: DrawState | None) -> bool:
    return bool(counts and counts.beacon.get("kind") == "text")


def _fields(counts: DrawState | None, wrong: dict[str, FieldError]) -> list[FormField]:
    if _is_text(counts):
        return [
            FormField(
                name="line",
                label="公表された数字の1行",
                error=wrong.get("line") or wrong.get("randomness"),
                hint="発表した書き方のまま、1文字も変えずに写します。",
            )
        ]
    return [
        FormField(
            name="signature", label="その回の署名(signature)", error=wrong.get("signature") or wrong.get("randomness"),
            hint="drandの公開ページの、その回の signature を写します。96文字の英数字です。",
        )
    ]  # fmt: skip


def _facts(counts: DrawState) -> list[Fact]:
    beacon = counts.beacon
    source = beacon.get("sources") or f"drand quicknet 第{beacon.get('round'):,}回"
    rows = (
        ("抽選の番号", counts.draw_id), ("名簿を確定した日時", format_datetime(counts.frozen_at, "ja", "staff")),
        ("名簿の申込み", f"{counts.entries:,}件"), ("乱数", str(source)),
        ("乱数の決まる日時", format_datetime(counts.due_at, "ja", "staff")), ("規則の指紋", counts.params_sha256),
        ("名簿の指紋", counts.entries_sha256), ("記録の指紋", counts.record_sha256),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]
