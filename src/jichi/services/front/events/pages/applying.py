"""Entering an event: wishes and people, then who and how to reach them, then a look at all of it.

What was answered travels with the form from page to page; nothing is kept of somebody who leaves.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
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
from jichi.engines.booking.actions import Entered
from jichi.engines.booking.queries import OfferingView
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number

from .. import actions
from ..actions import Application
from ..queries import EventView
from ..rules import entry_lines
from . import money, words
from .classes import class_fields, counts_of
from .finding import published, waits_only

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
MOST_CHOICES: Final = 3
STEPS: Final = ("wishes", "contact", "check")
FIRST_STEP: Final = frozenset({"choices", "companions", "household", "classes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The answers so far, as they came."""

    choices: tuple[str, ...]
    household: tuple[str, ...]
    companions: tuple[str, ...]
    name: str
    kana: str
    phone: str
    answers: dict[str, str]
    counts: dict[str, int]
    """Class of persons → how many; -1 where it is no number."""
    press: str


def _given(request: SignedInRequest, found: EventView) -> Given:
    post = request.POST
    lines = post.get("companions", "")[:2000].splitlines()
    return Given(
        choices=tuple(
            value for value in (post.get(f"choice{n}", "") for n in range(1, MOST_CHOICES + 1)) if value
        ),
        household=tuple(post.getlist("household"))[:20],
        companions=tuple(line.strip() for line in lines if line.strip())[:50],
        name=post.get("name", "").strip(), kana=post.get("kana", "").strip(), phone=post.get("phone", "").strip(),
        answers={one.key: post.get(one.key, "").strip() for one in found.content.questions},
        counts=counts_of(post, found.content), press=post.get("press", "")[:64] or str(uuid.uuid4()),
    )  # fmt: skip


@access(audience="resident", methods=("GET", "POST"))
def apply(request: SignedInRequest, code: str) -> HttpResponse:
    """A2, A3: the pages of an entry, one after another."""
    found = published(code)
    if found.offering_id is None:
        raise NotFound
    offered = booking.offerings([found.offering_id])[found.offering_id]
    if offered.stands(clock.now()) != "open":
        return _stopped(request, found, Entered("closed"))
    given = _given(request, found)
    if request.method != "POST":
        return _wishes(request, found, offered, given, {})
    step = request.POST.get("step", "")
    if step not in STEPS or "back" in request.POST:
        return _wishes(request, found, offered, given, {})
    wrong = _wrong_wishes(found, offered, given)
    if wrong:
        return _wishes(request, found, offered, given, wrong)
    if step == "wishes":
        return _contact(request, found, given, {})
    wrong = _wrong_contact(request, found, given)
    if wrong:
        return _contact(request, found, given, wrong)
    if step == "contact":
        return _check(request, found, offered, given)
    return _send(request, found, offered, given)


def _send(request: SignedInRequest, found: EventView, offered: OfferingView, given: Given) -> HttpResponse:
    application = Application(
        choices=given.choices, name=given.name, kana=given.kana, phone=given.phone, household=given.household,
        companions=given.companions, answers=given.answers, counts=given.counts, language=request.LANGUAGE_CODE,
    )  # fmt: skip
    try:
        entered = actions.enter_event(
            actor=request.actor, code=found.code, application=application,
            dedupe_key=f"event:{request.actor.account_id}:{given.press}",
        )  # fmt: skip
    except Invalid as problem:
        if set(problem.fields) & FIRST_STEP:
            return _wishes(request, found, offered, given, dict(problem.fields))
        return _contact(request, found, given, dict(problem.fields))
    if entered.entry_id is None:
        return _stopped(request, found, entered)
    with joining(request.actor):
        entry = booking.entries_by_id([entered.entry_id])[entered.entry_id]
    return redirect("front_events:done", number=format_number(entry.number))


# -- the pages -------------------------------------------------------------------------------------


def _page(
    request: SignedInRequest, found: EventView, template: str, title: str, step: int, fields: Sequence[FormField],
    **more: Any,
) -> HttpResponse:  # fmt: skip
    wrong = any(field.error for field in fields)
    context = {
        "title": title, "event": written(pick(found.title, request.LANGUAGE_CODE)), "fields": fields,
        "errors": errors_for(fields), "step": step, "steps": len(STEPS), "step_name": STEPS[step - 1],
        "back": reverse("front_events:event", args=[found.code]),
        "help": accounts.office_contact(found.division_id, request.LANGUAGE_CODE), **more,
    }  # fmt: skip
    return render(request, template, context, status=UNPROCESSABLE if wrong else 200)


def _carried(given: Given, *, contact: bool) -> list[tuple[str, str]]:
    """Answers of other pages, as hidden fields."""
    kept = [(f"choice{place}", value) for place, value in enumerate(given.choices, 1)]
    kept += [("household", value) for value in given.household]
    kept += [("companions", "\n".join(given.companions)), ("press", given.press)]
    kept += [(f"class_{key}", str(count)) for key, count in given.counts.items()]
    kept += [("class", key) for key, count in given.counts.items() if count == 1][:1]
    if contact:
        kept += [("name", given.name), ("kana", given.kana), ("phone", given.phone), *given.answers.items()]
    return kept


def _slot_options(found: EventView, offered: OfferingView, language: str) -> list[Option]:
    """The dates that may be chosen, with what is left; a whole course is one choice."""
    slots: dict[str, Any] = {}
    for code, slot in found.slots:
        slots.setdefault(code, slot)
    now, options = clock.now(), []
    for item in offered.items:
        found_slot = slots.get(item.code)
        if found_slot is None or found_slot.starts_at <= now:
            continue
        text = words.when(found_slot, language)
        if found.content.whole_course:
            text = _("全%(count)d回 (%(first)sから)") % {"count": len(found.slots), "first": text}
        left = _("満員") if item.left <= 0 else _("残り%(left)d人") % {"left": item.left}
        options.append(Option(item.code, text, hint="" if found.content.is_lottery else left))
    return options


def _wishes(
    request: SignedInRequest, found: EventView, offered: OfferingView, given: Given, wrong: dict[str, FieldError]
) -> HttpResponse:
    options = _slot_options(found, offered, request.LANGUAGE_CODE)
    ranked = found.content.is_lottery and len(options) > 1
    fields = []
    for place in range(1, (min(MOST_CHOICES, len(options)) if ranked else 1) + 1):
        value = (
            given.choices[place - 1] if len(given.choices) >= place else (options[0].value if len(options) == 1 else "")
        )
        name = _("第%(place)d希望") % {"place": place} if ranked else _("参加する日時")
        fields.append(
            FormField(
                name=f"choice{place}", label=name, kind="select" if ranked else "radio", required=place == 1,
                options=tuple(options), value=value, error=wrong.get("choices") if place == 1 else None,
            )
        )  # fmt: skip
    if offered.most_people > 1:
        fields += _companions(request, offered, given, wrong)
    if found.content.pay_first and found.content.prices:
        fields += class_fields(found.content, given.counts, wrong.get("classes"), request.LANGUAGE_CODE)
    return _page(
        request, found, "front_events/apply.html", _("希望と人数") if offered.most_people > 1 else _("希望の日時"), 1,
        fields, hidden=[("press", given.press), *_carried_contact(given)], is_lottery=found.content.is_lottery,
    )  # fmt: skip


def _carried_contact(given: Given) -> list[tuple[str, str]]:
    return [("name", given.name), ("kana", given.kana), ("phone", given.phone), *given.answers.items()]


def household(request: SignedInRequest) -> list[Option]:
    """The others of one's household in the register, by 宛名番号."""
    number = request.addressee_no
    if not number:
        return []
    with joining(request.actor):
        members = registry.household_of(number)
    return [Option(one.addressee_no, one.display_name, noruby=True) for one in members if one.addressee_no != number]


def _companions(
    request: SignedInRequest, offered: OfferingView, given: Given, wrong: dict[str, FieldError]
) -> list[FormField]:
    house, fields = household(request), []
    hint = _("あなたを入れて%(most)d人までです。全員が入れるときだけ、当選や予約になります。") % {
        "most": offered.most_people
    }
    if house:
        fields.append(
            FormField(
                name="household", label=_("いっしょに参加する家族"), kind="checkboxes", required=False,
                options=tuple(house), value=list(given.household), hint=hint,
            )
        )  # fmt: skip
    fields.append(
        FormField(
            name="companions",
            label=_("そのほかに、いっしょに参加する方の氏名"),
            kind="textarea",
            required=False,
            rows=3,
            value="\n".join(given.companions),
            hint=_("1行に1人ずつ書いてください。") if house else hint,
            error=wrong.get("companions"),
            noun=_("いっしょに参加する方"),
        )
    )
    return fields


def _contact(request: SignedInRequest, found: EventView, given: Given, wrong: dict[str, FieldError]) -> HttpResponse:
    name, kana = _known(request)
    fields = []
    if name:
        fields.append(FormField(name="name", label=_("参加する方の氏名"), kind="shown", value=name))
    else:
        fields += [
            FormField(name="name", label=_("参加する方の氏名"), value=given.name, autocomplete="name"),
            FormField(name="kana", label=_("フリガナ"), kind="kana", required=False, value=given.kana),
        ]
    fields.append(
        FormField(
            name="phone", label=_("電話番号"), kind="phone", value=given.phone,
            hint=_("急な中止などのときに連絡します。"),
        )
    )  # fmt: skip
    fields += [
        FormField(
            name=one.key,
            label=written(one.label),
            noun=one.label,
            required=one.required,
            lang="ja",
            value=given.answers.get(one.key, ""),
        )
        for one in found.content.questions
    ]
    fields = [field.with_error(wrong.get(field.name)) for field in fields]
    del kana
    return _page(
        request, found, "front_events/apply.html", _("参加する方と連絡先"), 2, fields,
        hidden=_carried(given, contact=False), may_go_back=True,
    )  # fmt: skip


def _known(request: SignedInRequest) -> tuple[str, str]:
    """Name and reading from the register, for who is linked with it."""
    if not request.addressee_no:
        return "", ""
    with joining(request.actor):
        person = registry.resident(request.addressee_no)
    return (person.display_name, person.display_kana) if person else ("", "")


def _check(request: SignedInRequest, found: EventView, offered: OfferingView, given: Given) -> HttpResponse:
    language = request.LANGUAGE_CODE
    labels = {option.value: option.label for option in _slot_options(found, offered, language)}
    house = {option.value: option.label for option in household(request)}
    name, _kana = _known(request)
    people = [*(house[one] for one in given.household if one in house), *given.companions]
    rows: list[Fact] = [
        Fact(
            label=_("第%(place)d希望") % {"place": place} if len(given.choices) > 1 else _("参加する日時"),
            value=labels.get(choice, choice),
        )
        for place, choice in enumerate(given.choices, 1)
    ]  # fmt: skip
    rows.append(Fact(label=_("参加する方の氏名"), value=name or given.name, name=True))
    rows += [Fact(label=_("いっしょに参加する方"), value=people, name=True)] if people else []
    rows.append(Fact(label=_("人数"), value=_("%(count)d人") % {"count": 1 + len(people)}))
    rows.append(Fact(label=_("電話番号"), value=given.phone))
    rows += [
        Fact(label=written(one.label), value=given.answers[one.key], name=True)
        for one in found.content.questions
        if given.answers.get(one.key)
    ]
    lines = entry_lines(found.content, given.counts, 1 + len(people))
    rows.append(
        Fact(
            label=_("料金"), value=money.lines(lines, language) if lines else money.price(found.content, language)
        )
    )  # fmt: skip
    return _page(
        request, found, "front_events/check.html", _("申込みの内容の確認"), 3, [], facts=rows,
        hidden=_carried(given, contact=True), is_lottery=found.content.is_lottery, pays=found.content.costs,
        pay_first=found.content.pay_first, hold_minutes=found.content.hold_minutes,
        cancel_words=money.cancel_words(found.content.cancel_steps), waits_only=waits_only(offered),
        until=format_datetime(offered.withdraw_until, language) if offered.withdraw_until else "",
    )  # fmt: skip


# -- what is wrong, and what stops -----------------------------------------------------------------


def _wrong_wishes(found: EventView, offered: OfferingView, given: Given) -> dict[str, FieldError]:
    codes = {option.value for option in _slot_options(found, offered, "ja")}
    wrong: dict[str, FieldError] = {}
    if not given.choices or not set(given.choices) <= codes:
        wrong["choices"] = FieldError("field.choose_one")
    elif len(set(given.choices)) < len(given.choices):
        wrong["choices"] = FieldError("events.choice_twice")
    if 1 + len(given.household) + len(given.companions) > offered.most_people:
        wrong["companions"] = FieldError("events.too_many_people", {"max": offered.most_people})
    people = 1 + len(given.household) + len(given.companions)
    try:
        entry_lines(found.content, given.counts, people)
    except ValueError:
        one = found.content.most_people == 1
        wrong["classes"] = (
            FieldError("field.choose_one") if one else FieldError("events.class_counts", {"people": people})
        )
    return wrong


def _wrong_contact(request: SignedInRequest, found: EventView, given: Given) -> dict[str, FieldError]:
    wrong: dict[str, FieldError] = {}
    if not given.name and not _known(request)[0]:
        wrong["name"] = FieldError("field.required")
    if not given.phone:
        wrong["phone"] = FieldError("field.required")
    wrong |= {
        one.key: FieldError("field.required")
        for one in found.content.questions
        if one.required and not given.answers.get(one.key)
    }
    return wrong


def full_page(request: SignedInRequest, code: str, token: str) -> str:
    """The page that says "full", for whoever reads it; `token` stands where the form token of the reader belongs.

    It says that half of a session's time is left, which is so for everybody who gets it (`visitors.visitor_of`).
    """
    more = {"csrf_token": token, "session_seconds": settings.JICHI_SESSION_IDLE // 2}
    return _stopped(request, published(code), Entered("full"), **more).content.decode()


def _stopped(request: SignedInRequest, found: EventView, entered: Entered, **more: Any) -> HttpResponse:
    """Why there is no entry, and what one can do instead."""
    language = request.LANGUAGE_CODE
    titles = {
        "full": _("定員に達しました"), "closed": _("今は申し込めません"), "twice": _("すでに申し込んでいます"),
        "unmet": _("参加できる方の決まりがあります"),
    }  # fmt: skip
    texts = {
        "full": _("申込みは受け付けていません。空きが出たときは、催しのページで分かります。"),
        "closed": _("受付の時間ではないか、名簿が確定しています。"),
        "twice": _("この申込みには、すでに別の申込みに入っている方がいます。申込みは1人1件です。"),
        "unmet": _("区の記録で確かめられなかったため、申し込めません。確かめられないときは、電話でおたずねください。"),
    }
    context = {
        "title": titles[entered.outcome], "text": texts[entered.outcome],
        "conditions": words.conditions(found.content, language) if entered.outcome == "unmet" else [],
        "linked": bool(request.addressee_no), "outcome": entered.outcome, "event": written(pick(found.title, language)),
        "event_url": reverse("front_events:event", args=[found.code]),
        "help": accounts.office_contact(found.division_id, language), **more,
    }  # fmt: skip
    return render(request, "front_events/stopped.html", context, status=CONFLICT)
