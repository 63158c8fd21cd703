"""電話の受付: an official enters for somebody on the telephone, into the same queue as the web."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts.access import SignedInRequest
from jichi.engines.audit.context import joining
from jichi.engines.booking import queries as booking
from jichi.engines.booking.actions import Entered
from jichi.engines.registry import queries as registry
from jichi.engines.registry.permissions import SEARCH
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.receipt_number import format_number

UNPROCESSABLE: Final = 422
OUTCOMES: Final = {
    "taken": ("受け付けました。参加が決まりました。", "done"), "held": ("受け付けました。返事を待ちます。", "todo"),
    "applied": ("抽選の申込みを受け付けました。", "done"), "waiting": ("キャンセル待ちで受け付けました。", "info"),
    "full": ("たった今、定員に達しました。受け付けていません。", "error"),
    "closed": ("受付の時間ではないか、名簿が確定しています。受け付けていません。", "error"),
    "twice": ("同じ{one}の申込みがあります。「申込み」の一覧で確かめてください。受け付けていません。", "error"),
    "unmet": ("参加できる方の決まりに合うことを、区の記録で確かめられません。受け付けていません。", "error"),
}  # fmt: skip

Fields = Callable[[QueryDict, Sequence[Option], Mapping[str, FieldError]], Sequence[FormField]]
"""What was typed, who of the register it may be, what is wrong → the fields in speaking order."""
Enter = Callable[[str, str], Entered]
"""宛名番号 of the caller ("": not in the register) and the key of this press → what came of it. May raise Invalid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a room hands in: the offering, its fields, its action, and the page around them."""

    offering_id: UUID
    fields: Fields
    enter: Enter
    entries_url: str
    around: Mapping[str, Any]
    """Title, tabs, way back, and `word` for what is entered."""
    one: str = "方"
    """Who may not enter twice, as the sentence says it."""
    after: Mapping[str, str] = field(default_factory=dict)
    """Outcome → a sentence more."""


def respond(request: SignedInRequest, call: Call) -> HttpResponse:
    """A2: fields in speaking order; the answer with the number to read aloud."""
    post = request.POST
    wrong: dict[str, FieldError] = {}
    result: dict[str, Any] | None = None
    people: list[Option] = []
    problem = ""
    if request.method == "POST" and post.get("act") == "find":
        try:
            people = _people(request)
            problem = "" if people else "住民の記録に見つかりません。このまま聞き取れます。"
        except Invalid:
            problem = "氏名か生年月日を入力してから探してください。"
    elif request.method == "POST":
        try:
            result = _entered(request, call)
        except Invalid as error:
            wrong = dict(error.fields)
    if result is not None and not result["refused"]:
        post = QueryDict()  # the next caller begins with empty fields
    fields = list(call.fields(post, people, wrong))
    context = {
        **_standing(call.offering_id), **call.around, "fields": fields, "errors": errors_for(fields), "result": result,
        "problem": problem, "narrow": True, "may_search": request.actor.may(SEARCH), "entries_url": call.entries_url,
        "press": post.get("press", "") or str(uuid.uuid4()),
    }  # fmt: skip
    return render(request, "eng_programmes/telephone.html", context, status=UNPROCESSABLE if wrong else 200)


def person_field(people: Sequence[Option]) -> list[FormField]:
    """Which of those found it is; none where nobody was looked for."""
    options = (Option("", "記録の方ではない"), *people)
    return [FormField(name="person", label="住民の記録の方", kind="radio", options=options, value="")] if people else []


def places_left(offering_id: UUID) -> int:
    """How many places are left now."""
    return sum(item.left for item in booking.offerings([offering_id])[offering_id].items)


def _standing(offering_id: UUID) -> dict[str, Any]:
    """What the operator says first: how many places are left now."""
    offered = booking.offerings([offering_id])[offering_id]
    total = booking.totals([offering_id])[offering_id]
    return {
        "left": sum(item.left for item in offered.items), "waiting": total.entries.get("waiting", 0),
        "applied": total.entries.get("applied", 0), "is_lottery": offered.mode == "lottery",
        "open": offered.stands(clock.now()) == "open", "closes": format_datetime(offered.closes_at, "ja", "staff"),
    }  # fmt: skip


def _people(request: SignedInRequest) -> list[Option]:
    """Who in the register it may be; the search is logged."""
    if not request.actor.may(SEARCH):
        return []
    words = request.POST.get("kana", "").strip() or request.POST.get("name", "").strip()
    page = registry.search_residents(actor=request.actor, q=words, limit=10)
    return [
        Option(
            one.addressee_no, f"{one.display_name} ({one.display_kana})", noruby=True,
            hint=format_date(one.birth_date) if one.birth_date else one.birth_text,
        )
        for one in page.rows
    ]  # fmt: skip


def _entered(request: SignedInRequest, call: Call) -> dict[str, Any]:
    post = request.POST
    person = post.get("person", "") if request.actor.may(SEARCH) else ""
    done = call.enter(person, f"telephone:{request.actor.account_id}:{post.get('press', '')[:64]}")
    words, tone = OUTCOMES[done.outcome]
    number = ""
    if done.entry_id is not None:
        with joining(request.actor):
            entry = booking.entries_by_id([done.entry_id]).get(done.entry_id)
        number = format_number(entry.number) if entry else ""
    return {
        "words": words.format(one=call.one) + call.after.get(done.outcome, ""), "tone": tone, "number": number,
        "refused": done.entry_id is None,
    }  # fmt: skip
