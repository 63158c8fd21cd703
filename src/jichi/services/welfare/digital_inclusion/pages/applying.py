"""Entering a class: who and how to reach them, then a look at all of it. Answers travel with the form."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.html import written
from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import OfferingView
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number

from .. import actions
from ..actions import Application
from ..queries import CourseView
from . import words
from .finding import published

UNPROCESSABLE: Final = 422
STEPS: Final = ("answers", "check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The answers so far, as they came. `as_team`: an association enters."""

    as_team: bool
    name: str
    kana: str
    phone: str
    age: str
    team: str
    size: str
    press: str

    def application(self, language: str) -> Application:
        """What is asked for."""
        size = int(self.size) if self.size.isdecimal() and len(self.size) < 4 else 0
        return Application(
            name=self.name, kana=self.kana, phone=self.phone, age_class=self.age or "unknown", language=language,
            team=self.team if self.as_team else "", size=size if self.as_team else 1,
        )  # fmt: skip

    def carried(self) -> list[tuple[str, str]]:
        """As hidden fields of the next page."""
        return [
            ("name", self.name), ("kana", self.kana), ("phone", self.phone), ("age", self.age), ("team", self.team),
            ("size", self.size), ("press", self.press), ("as", "team" if self.as_team else ""),
        ]  # fmt: skip


def _given(request: SignedInRequest) -> Given:
    post = request.POST
    as_team = (post.get("as", "") if request.method == "POST" else request.GET.get("as", "")) == "team"
    texts = {name: post.get(name, "").strip()[:300] for name in ("name", "kana", "phone", "age", "team", "size")}
    return Given(as_team=as_team, press=post.get("press", "")[:64] or str(uuid.uuid4()), **texts)


@access(audience="resident", methods=("GET", "POST"))
def apply(request: SignedInRequest, code: str) -> HttpResponse:
    """A2, A3: who comes and how to reach them, then a look at it."""
    found, given = published(code), _given(request)
    offering_id = found.team_offering_id if given.as_team else found.offering_id
    if offering_id is None:
        raise NotFound
    offered = booking.offerings([offering_id])[offering_id]
    if offered.stands(clock.now()) != "open":
        return _stopped(request, found, "closed")
    step = request.POST.get("step", "")
    if request.method != "POST" or step not in STEPS or "back" in request.POST:
        return _answers(request, found, given, {})
    wrong = _wrong(request, found, given)
    if wrong:
        return _answers(request, found, given, wrong)
    if step == "answers":
        return _check(request, found, offered, given)
    return _send(request, found, given)


def _send(request: SignedInRequest, found: CourseView, given: Given) -> HttpResponse:
    try:
        entered = actions.enter_course(
            actor=request.actor, code=found.code, application=given.application(request.LANGUAGE_CODE),
            dedupe_key=f"class:{request.actor.account_id}:{given.press}",
        )  # fmt: skip
    except Invalid as problem:
        return _answers(request, found, given, dict(problem.fields))
    if entered.entry_id is None:
        return _stopped(request, found, entered.outcome)
    with joining(request.actor):
        entry = booking.entries_by_id([entered.entry_id])[entered.entry_id]
    return redirect("welfare_digital_inclusion:done", number=format_number(entry.number))


def known_name(request: SignedInRequest) -> str:
    """The name in the register, for who is linked with it."""
    if not request.addressee_no:
        return ""
    with joining(request.actor):
        person = registry.resident(request.addressee_no)
    return person.display_name if person else ""


def _wrong(request: SignedInRequest, found: CourseView, given: Given) -> dict[str, FieldError]:
    wrong: dict[str, FieldError] = {}
    if given.as_team and not given.team:
        wrong["team"] = FieldError("field.required")
    asked = given.application("ja")
    if given.as_team and not 2 <= asked.size <= found.plan.team_most:
        wrong["size"] = FieldError("digital.team_size", {"least": 2, "most": found.plan.team_most})
    if not given.name and not known_name(request):
        wrong["name"] = FieldError("field.required")
    if not given.phone:
        wrong["phone"] = FieldError("field.required")
    return wrong


def _page(
    request: SignedInRequest, found: CourseView, template: str, title: str, step: int, fields: list[FormField],
    **more: Any,
) -> HttpResponse:  # fmt: skip
    errors = errors_for(fields)
    context = {
        "title": title, "course": written(pick(found.title, request.LANGUAGE_CODE)), "fields": fields, "errors": errors,
        "step": step, "steps": len(STEPS), "step_name": STEPS[step - 1],
        "back": reverse("welfare_digital_inclusion:course", args=[found.code]),
        "help": accounts.office_contact(found.division_id, request.LANGUAGE_CODE), **more,
    }  # fmt: skip
    return render(request, template, context, status=UNPROCESSABLE if errors else 200)


def _answers(request: SignedInRequest, found: CourseView, given: Given, wrong: dict[str, FieldError]) -> HttpResponse:
    known, fields = known_name(request), []
    if given.as_team:
        fields += [
            FormField(
                name="team", label=_("団体の名前"), value=given.team, hint=_("町会・自治会、シニアクラブなどです。")
            ),
            FormField(
                name="size", label=_("参加する人数"), kind="number", size=4, value=given.size,
                hint=_("2人から%(most)d人までです。氏名は、あとで入力できます。") % {"most": found.plan.team_most},
            ),
        ]  # fmt: skip
    name = _("代表の方の氏名") if given.as_team else _("参加する方の氏名")
    if known:
        fields.append(FormField(name="name", label=name, kind="shown", value=known))
    else:
        fields += [
            FormField(name="name", label=name, value=given.name, autocomplete="name"),
            FormField(name="kana", label=_("フリガナ"), kind="kana", required=False, value=given.kana),
        ]
    phone_hint = _("急な中止などのときに連絡します。")
    fields.append(FormField(name="phone", label=_("電話番号"), kind="phone", value=given.phone, hint=phone_hint))
    if not known and not given.as_team:
        options = tuple(Option(key, str(word)) for key, word in words.AGES.items())
        fields.append(
            FormField(
                name="age", label=_("年齢"), kind="select", required=False, options=options, value=given.age,
                hint=_("教室の統計に使います。名前といっしょには公表しません。"),
            )
        )  # fmt: skip
    fields = [field.with_error(wrong.get(field.name)) for field in fields]
    hidden = [(key, value) for key, value in given.carried() if key in ("press", "as")]
    title = _("団体と代表の方") if given.as_team else _("参加する方と連絡先")
    return _page(request, found, "welfare_digital_inclusion/apply.html", title, 1, fields, hidden=hidden)


def _check(request: SignedInRequest, found: CourseView, offered: OfferingView, given: Given) -> HttpResponse:
    language = request.LANGUAGE_CODE
    name = known_name(request) or given.name
    sessions = [words.span(one.starts_at, one.ends_at, language) for one in found.sessions]
    rows = [Fact(label=_("参加する回(全部)"), value=sessions)]
    if given.as_team:
        size = given.application(language).size
        rows += [
            Fact(label=_("団体の名前"), value=given.team, name=True),
            Fact(label=_("参加する人数"), value=_("%(count)d人") % {"count": size}),
            Fact(label=_("代表の方の氏名"), value=name, name=True),
        ]
    else:
        rows.append(Fact(label=_("参加する方の氏名"), value=name, name=True))
    rows.append(Fact(label=_("電話番号"), value=given.phone))
    if given.age in words.AGES and not given.as_team:
        rows.append(Fact(label=_("年齢"), value=str(words.AGES[given.age])))
    until = format_datetime(offered.withdraw_until, language) if offered.withdraw_until else ""
    return _page(
        request, found, "welfare_digital_inclusion/check.html", _("申込みの内容の確認"), 2, [], facts=rows, until=until,
        hidden=given.carried(), is_lottery=offered.mode == "lottery",
    )  # fmt: skip


def _stopped(request: SignedInRequest, found: CourseView, outcome: str) -> HttpResponse:
    """Why there is no entry, and what one can do instead."""
    titles = {
        "full": _("定員に達しました"), "closed": _("今は申し込めません"), "twice": _("すでに申し込んでいます"),
        "unmet": _("参加できる方の決まりがあります"),
    }  # fmt: skip
    texts = {
        "full": _("申込みは受け付けていません。空きが出たときは、教室のページで分かります。"),
        "closed": _("受付の時間ではないか、名簿が確定しています。"),
        "twice": _("この教室には、すでに申し込んでいます。申込みは1人1件、1団体1件です。"),
        "unmet": _("区の記録で確かめられなかったため、申し込めません。確かめられないときは、電話でおたずねください。"),
    }
    context = {
        "title": titles[outcome], "text": texts[outcome], "outcome": outcome,
        "course": written(pick(found.title, request.LANGUAGE_CODE)),
        "conditions": words.conditions(found.plan) if outcome == "unmet" else [],
        "course_url": reverse("welfare_digital_inclusion:course", args=[found.code]),
        "help": accounts.office_contact(found.division_id, request.LANGUAGE_CODE),
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/stopped.html", context, status=200)
