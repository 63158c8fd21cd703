"""電話の受付: an official enters for somebody on the telephone, into the same queue as the web."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import OfferingView
from jichi.engines.registry import queries as registry
from jichi.engines.registry.permissions import SEARCH
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import format_number

from ... import actions
from ...actions import Application
from ...permissions import EDIT
from ...queries import EventView
from ..classes import class_fields, counts_of
from .arranging import UNPROCESSABLE, crumbs, owned, tabs

OUTCOMES: Final = {
    "taken": ("受け付けました。参加が決まりました。", "done"), "held": ("受け付けました。返事を待ちます。", "todo"),
    "applied": ("抽選の申込みを受け付けました。", "done"), "waiting": ("キャンセル待ちで受け付けました。", "info"),
    "full": ("たった今、定員に達しました。受け付けていません。", "error"),
    "closed": ("受付の時間ではないか、名簿が確定しています。受け付けていません。", "error"),
    "twice": ("同じ方の申込みがあります。「申込み」の一覧で確かめてください。受け付けていません。", "error"),
    "unmet": ("参加できる方の決まりに合うことを、区の記録で確かめられません。受け付けていません。", "error"),
}  # fmt: skip


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def telephone(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: fields in speaking order; the answer with the number to read aloud."""
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
    offered = booking.offerings([found.offering_id])[found.offering_id]
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
            result = _entered(request, found)
        except Invalid as error:
            wrong = dict(error.fields)
    if result is not None and not result["refused"]:
        post = type(post)()  # the next caller begins with empty fields
    fields = _fields(found, offered, post, people, wrong)
    context = {
        **_standing(offered), "title": f"{found.title['ja']}の電話の受付", "tabs": tabs(found, "telephone", request),
        "breadcrumb": crumbs(found), "fields": fields, "errors": errors_for(fields), "result": result,
        "problem": problem, "narrow": True, "may_search": request.actor.may(SEARCH),
        "press": post.get("press", "") or str(uuid.uuid4()),
        "entries_url": reverse("front_events_staff:entries", args=[code]),
    }  # fmt: skip
    return render(request, "front_events/staff/telephone.html", context, status=UNPROCESSABLE if wrong else 200)


def _standing(offered: OfferingView) -> dict[str, Any]:
    """What the operator says first: how many places are left now."""
    total = booking.totals([offered.id])[offered.id]
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


def _entered(request: SignedInRequest, found: EventView) -> dict[str, Any]:
    post = request.POST
    lines = [line.strip() for line in post.get("companions", "")[:2000].splitlines() if line.strip()]
    application = Application(
        choices=[one for one in post.getlist("choice") if one], name=post.get("name", "").strip(),
        kana=post.get("kana", "").strip(), phone=post.get("phone", "").strip(), companions=lines,
        answers={one.key: post.get(one.key, "").strip() for one in found.content.questions},
        counts=counts_of(post, found.content),
    )  # fmt: skip
    number = post.get("person", "") if request.actor.may(SEARCH) else ""
    done = actions.enter_event(
        actor=request.actor, code=found.code, application=application, addressee_no=number, channel="telephone",
        dedupe_key=f"telephone:{request.actor.account_id}:{post.get('press', '')[:64]}",
        works_here=True if post.get("works_here") == "1" else None,
    )  # fmt: skip
    words, tone = OUTCOMES[done.outcome]
    shown = ""
    if done.entry_id is not None:
        with joining(request.actor):
            entry = booking.entries_by_id([done.entry_id]).get(done.entry_id)
        shown = format_number(entry.number) if entry else ""
    if done.outcome == "taken" and found.content.pay_first:
        words += "料金は、当日までに窓口で受け取り、納付の一覧に記録してください。"
    return {"words": words, "tone": tone, "number": shown, "refused": done.entry_id is None}


def _fields(
    found: EventView, offered: OfferingView, post: Any, people: list[Option], wrong: dict[str, FieldError]
) -> list[FormField]:
    slots = dict(reversed(found.slots))
    dates = tuple(
        Option(item.code, format_datetime(slots[item.code].starts_at, "ja", "staff"), hint=f"残り{item.left}人")
        for item in offered.items
        if item.code in slots and slots[item.code].starts_at > clock.now()
    )
    chosen = post.get("choice", "") or (dates[0].value if len(dates) == 1 else "")
    fields = [
        FormField(name="choice", label="日時", kind="radio", options=dates, value=chosen, error=wrong.get("choices")),
        FormField(name="kana", label="フリガナ", kind="kana", required=False, value=post.get("kana", "")),
        FormField(name="name", label="氏名", value=post.get("name", ""), error=wrong.get("name")),
        FormField(name="phone", label="電話番号", kind="phone", value=post.get("phone", ""), error=wrong.get("phone")),
    ]  # fmt: skip
    if people:
        options = (Option("", "記録の方ではない"), *people)
        fields.append(FormField(name="person", label="住民の記録の方", kind="radio", options=options, value=""))
    if found.content.works_here_too:
        fields.append(
            FormField(
                name="works_here", label="区で働く・学ぶことの証明を見た", kind="consent", required=False,
                value=post.get("works_here", ""),
            )
        )  # fmt: skip
    if offered.most_people > 1:
        fields.append(
            FormField(
                name="companions", label="同伴者の氏名", kind="textarea", rows=3, required=False,
                hint=f"1行に1人。本人を入れて{offered.most_people}人まで。", value=post.get("companions", ""),
                error=wrong.get("companions"),
            )
        )  # fmt: skip
    if found.content.pay_first and found.content.prices:
        fields += class_fields(found.content, counts_of(post, found.content), wrong.get("classes"), "ja")
    fields += [
        FormField(
            name=one.key, label=one.label, required=one.required, value=post.get(one.key, ""), error=wrong.get(one.key)
        )
        for one in found.content.questions
    ]
    return fields
