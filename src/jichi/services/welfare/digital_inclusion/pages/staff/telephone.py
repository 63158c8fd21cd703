"""電話の受付: an official enters for a person or an association on the telephone, into the same queue as the web."""

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
from jichi.engines.registry import queries as registry
from jichi.engines.registry.permissions import SEARCH
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import format_number

from ... import actions, queries
from ...actions import Application
from ...permissions import EDIT
from ...queries import CourseView
from .. import words
from .arranging import UNPROCESSABLE, crumbs, owned, tabs

OUTCOMES: Final = {
    "taken": ("受け付けました。参加が決まりました。", "done"), "held": ("受け付けました。返事を待ちます。", "todo"),
    "applied": ("抽選の申込みを受け付けました。", "done"), "waiting": ("キャンセル待ちで受け付けました。", "info"),
    "full": ("たった今、定員に達しました。受け付けていません。", "error"),
    "closed": ("受付の時間ではないか、名簿が確定しています。受け付けていません。", "error"),
    "twice": ("同じ方か団体の申込みがあります。「申込み」の一覧で確かめてください。受け付けていません。", "error"),
    "unmet": ("参加できる方の決まりに合うことを、区の記録で確かめられません。受け付けていません。", "error"),
}  # fmt: skip


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def telephone(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: fields in speaking order; the answer with the number to read aloud."""
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
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
    fields = _fields(found, post, people, wrong)
    context = {
        **_standing(found), "title": f"{found.title['ja']}の電話の受付", "tabs": tabs(found, "telephone", request),
        "breadcrumb": crumbs(found), "fields": fields, "errors": errors_for(fields), "result": result,
        "problem": problem, "narrow": True, "may_search": request.actor.may(SEARCH),
        "press": post.get("press", "") or str(uuid.uuid4()),
        "entries_url": reverse("welfare_digital_inclusion_staff:entries", args=[code]),
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/telephone.html", context, status=status)


def _standing(found: CourseView) -> dict[str, Any]:
    """What the operator says first: how many places are left now."""
    offered = booking.offerings(found.offerings())
    totals = booking.totals(list(offered))
    persons = next(one for key, one in offered.items() if key == found.offering_id)
    teams = next((one for key, one in offered.items() if key == found.team_offering_id), None)
    return {
        "left": sum(item.left for item in persons.items), "waiting": totals[persons.id].entries.get("waiting", 0),
        "applied": totals[persons.id].entries.get("applied", 0), "is_lottery": persons.mode == "lottery",
        "team_left": sum(item.left for item in teams.items) if teams else None,
        "open": persons.stands(clock.now()) == "open", "closes": format_datetime(persons.closes_at, "ja", "staff"),
    }  # fmt: skip


def _people(request: SignedInRequest) -> list[Option]:
    """Who in the register it may be; the search is logged."""
    if not request.actor.may(SEARCH):
        return []
    asked = request.POST.get("kana", "").strip() or request.POST.get("name", "").strip()
    page = registry.search_residents(actor=request.actor, q=asked, limit=10)
    return [
        Option(
            one.addressee_no, f"{one.display_name} ({one.display_kana})", noruby=True,
            hint=format_date(one.birth_date) if one.birth_date else one.birth_text,
        )
        for one in page.rows
    ]  # fmt: skip


def _entered(request: SignedInRequest, found: CourseView) -> dict[str, Any]:
    post = request.POST
    size = post.get("size", "").strip()
    team = post.get("team", "").strip()
    application = Application(
        name=post.get("name", "").strip(), kana=post.get("kana", "").strip(), phone=post.get("phone", "").strip(),
        age_class=post.get("age", "") or "unknown", team=team,
        size=(int(size) if size.isdecimal() and len(size) < 4 else 0) if team else 1,
    )  # fmt: skip
    if team and found.team_offering_id is None:
        raise Invalid(fields={"team": FieldError("field.invalid")})
    number = post.get("person", "") if request.actor.may(SEARCH) else ""
    done = actions.enter_course(
        actor=request.actor, code=found.code, application=application, addressee_no=number, channel="telephone",
        dedupe_key=f"telephone:{request.actor.account_id}:{post.get('press', '')[:64]}",
    )  # fmt: skip
    text, tone = OUTCOMES[done.outcome]
    shown = ""
    if done.entry_id is not None:
        with joining(request.actor):
            one = queries.enrolment(done.entry_id)
        shown = format_number(one.entry.number) if one else ""
    return {"words": text, "tone": tone, "number": shown, "refused": done.entry_id is None}


def _fields(found: CourseView, post: Any, people: list[Option], wrong: dict[str, FieldError]) -> list[FormField]:
    def text(name: str, label: str, kind: Any = "text", **more: Any) -> FormField:
        return FormField(name=name, label=label, kind=kind, value=post.get(name, ""), error=wrong.get(name), **more)

    fields = [
        text("kana", "フリガナ", "kana", required=False),
        text("name", "氏名"),
        text("phone", "電話番号", "phone"),
    ]
    if people:
        options = (Option("", "記録の方ではない"), *people)
        fields.append(FormField(name="person", label="住民の記録の方", kind="radio", options=options, value=""))
    ages = tuple(Option(key, str(word)) for key, word in words.AGES.items())
    fields.append(text("age", "年齢", "select", required=False, options=ages))
    if found.team_offering_id is not None:
        fields += [
            text("team", "団体の名前", required=False, hint="町会などの団体のとき。氏名と電話は代表の方です。"),
            text("size", "団体の人数", "number", required=False, size=4, hint=f"2人から{found.plan.team_most}人まで"),
        ]
    return fields
