"""Applying online, for families: the rounds that are open, what there is to answer, the last look, sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.html import written
from jichi.design.parts import Card, Fact, Task, TaskGroup
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.inbox import actions as inbox
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.receipt_number import format_number

from .. import actions, queries
from ..queries import EntryView, RoundView
from ..rules.entering import papers_of, steps_open
from ..rules.intake import class_on
from .plain import child_words, class_word, condition_words, reason_words, solo_words, split_words, with_name
from .words import CONFLICT


@access(audience="resident", methods=("GET", "POST"))
def apply(request: SignedInRequest) -> HttpResponse:
    """A6: rounds that take applications now, and what I have begun or sent."""
    problem = ""
    rounds = {one.id: one for one in queries.rounds()}
    if request.method == "POST":
        try:
            wanted = next((one for one in rounds if str(one) == request.POST.get("round")), None)
            if wanted is None:
                return redirect("nursery_family:apply")
            return redirect("nursery_family:entry", id=actions.begin_entry(actor=request.actor, round_id=wanted))
        except Conflict as error:
            problem = catalogue.message(error.code, request.LANGUAGE_CODE)
    own = queries.own_entries(request.signed_in.account_id)
    begun = {one.round_id for one in own}
    open_ = [
        (one, until(one, request.LANGUAGE_CODE)) for one in rounds.values() if one.takes_entries and one.id not in begun
    ]
    context = {
        "title": _("保育園を申し込む"), "open": open_, "problem": problem,
        "cards": [_card(one, rounds[one.round_id]) for one in own], "linked": bool(request.addressee_no),
        "breadcrumb": [(_("保育園の申込み"), reverse("nursery_family:mine"))],
    }  # fmt: skip
    return render(request, "resident_nursery/apply.html", context, status=CONFLICT if problem else 200)


def _card(one: EntryView, round_: RoundView) -> Card:
    facts = [(_("状態"), state_words(one.state))]
    if one.number:
        facts.append((_("受付番号"), format_number(one.number)))
    return Card(title=round_.name, url=reverse("nursery_family:entry", args=[one.id]), name=True, facts=facts)


def state_words(state: str) -> str:
    """Where an online application stands, in the reader's language."""
    return {
        "draft": _("まだ送っていません"), "sent": _("担当課の受付を待っています"),
        "returned": _("直して送り直してください"), "accepted": _("受け付けました"), "withdrawn": _("取り下げました"),
    }[state]  # fmt: skip


def until(round_: RoundView, language: str) -> str:
    """The closing moment in the reader's language."""
    return format_datetime(round_.closes_at, language, "long") if round_.closes_at else ""


def own_entry(request: SignedInRequest, id: UUID) -> tuple[RoundView, EntryView]:
    """The visitor's own online application and its round, or 404."""
    found = queries.entry(id)
    if found is None or found.account_id != request.signed_in.account_id:
        raise NotFound
    round_ = queries.round_of(found.round_id)
    if round_ is None:
        raise NotFound
    return round_, found


def may_write(round_: RoundView, found: EntryView) -> bool:
    """May the family still change what it wrote?"""
    return round_.takes_entries and found.state != "withdrawn"


def crumbs(found: EntryView) -> list[tuple[str, str]]:
    """The way to a step."""
    return [
        (_("保育園の申込み"), reverse("nursery_family:mine")),
        (_("申込みの内容"), reverse("nursery_family:entry", args=[found.id])),
    ]


@access(audience="resident")
def entry(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A5: what there is to answer, in its order; once sent, the receipt number first."""
    round_, found = own_entry(request, id)
    inbox.mark_read(actor=request.actor, subject_key=f"family_nursery:entry:{id}")
    language = request.LANGUAGE_CODE
    writing = may_write(round_, found)
    context = {
        "title": _("オンラインの申込みの手順"), "round": round_, "found": found, "state": state_words(found.state),
        "number": format_number(found.number) if found.number else "", "until": until(round_, language),
        "writing": writing, "complete": not steps_open(found.content), "sending": writing and found.unsent,
        "groups": [TaskGroup(title=_("答えること"), tasks=tasks_of(found, writing=writing))],
        "papers": papers_of(found.content) if found.state != "withdrawn" else (),
        "help": accounts.office_contact(round_.division_id, language),
        "breadcrumb": [(_("保育園の申込み"), reverse("nursery_family:mine"))],
    }  # fmt: skip
    return render(request, "resident_nursery/entry.html", context)


def tasks_of(found: EntryView, *, writing: bool) -> list[Task]:
    """The steps of one application: those that need an earlier one wait for it."""
    content, waiting = found.content, set(steps_open(found.content))
    children = content["children"]

    def task(title: str, name: str, done: bool, *arguments: object, hint: str = "") -> Task:
        url = reverse(f"nursery_family:{name}", args=[found.id, *arguments]) if writing else ""
        return Task(title=title, state="done" if done else "not_started", url=url, hint=hint)

    tasks = [
        task(_("申し込む子ども"), "children", bool(children)),
        *(
            task(with_name(_("%(name)sさんのこと"), one["name"]), "child", bool(one["answers"]), one["key"])
            for one in children
        ),
        task(_("保護者1のこと"), "guardian", "first" not in waiting, "first"),
        task(_("保護者2のこと"), "guardian", "second" not in waiting, "second"),
        task(_("世帯のこと"), "family", "family" not in waiting),
        *(
            task(
                with_name(_("%(name)sさんの希望の園"), one["name"]), "choose", bool(one["wishes"]), one["key"],
                hint=_("%(count)s園を選んでいます") % {"count": len(one["wishes"])} if one["wishes"] else "",
            )
            for one in children
        ),
    ]  # fmt: skip
    if len(children) > 1:
        tasks.append(task(_("きょうだいの希望"), "siblings", "siblings" not in waiting))
    return tasks


@access(audience="resident", methods=("GET", "POST"))
def check(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A3: everything once more, then it is sent."""
    round_, found = own_entry(request, id)
    problem = ""
    if request.method == "POST":
        try:
            actions.send_entry(actor=request.actor, entry_id=id, expected=request.POST.get("mark", ""))
            return redirect("nursery_family:entry", id=id)
        except Conflict as error:
            problem = catalogue.message(error.code, request.LANGUAGE_CODE)
    elif not may_write(round_, found) or steps_open(found.content):
        return redirect("nursery_family:entry", id=id)
    context = {
        "title": _("申込みの内容を確かめる"), "problem": problem, "found": found,
        "sections": sections(found.content, round_.entry_on, request.LANGUAGE_CODE),
        "until": until(round_, request.LANGUAGE_CODE),
        "papers": papers_of(found.content), "breadcrumb": crumbs(found), "again": found.state != "draft",
    }  # fmt: skip
    return render(request, "resident_nursery/check_entry.html", context, status=CONFLICT if problem else 200)


def sections(content: Mapping[str, Any], entry_on: date, language: str) -> list[tuple[str, list[Fact]]]:
    """What was written, as facts under headings, in the reader's language; names stay as they are."""
    names = queries.facility_names()
    found: list[tuple[str, list[Fact]]] = []
    for one in content["children"]:
        birth = date.fromisoformat(one["birth"])
        said = [words for title, words in child_words().values() if one["answers"].get(title) == "あり"]
        rows = [
            Fact(
                label=_("出産の予定日") if one.get("due") else _("生年月日"), value=format_date(birth, language)
            ),
            Fact(label=_("クラス"), value=class_word(class_on(birth, entry_on) or 0)),
            Fact(label=_("今通っている認可の園"), value=names.get(one["current"], ""), name=True),
            Fact(label=_("あてはまること"), value=said),
            Fact(
                label=_("希望の園"), name=True,
                value=[f"{n}. {names.get(code, code)}" for n, code in enumerate(one["wishes"], 1)],
            ),
        ]  # fmt: skip
        found.append((written(one["name"]), [row for row in rows if row.value]))
    for place, one in enumerate(content["guardians"], 1):
        found.append((_("保護者%(number)s") % {"number": place}, _guardian(one)))
    welfare = content["answers"].get("生活保護") == "あり"
    rows = [
        Fact(label=_("生活保護を受けていますか"), value=_("はい") if welfare else _("いいえ")),
        Fact(label=_("きょうだいがもう通っている園"), value=names.get(content["sibling_at"], ""), name=True),
    ]  # fmt: skip
    if len(content["children"]) > 1:
        rows.append(Fact(label=_("きょうだいの希望"), value=_wanted(content)))
    found.append((_("世帯のこと"), [row for row in rows if row.value]))
    return found


def _guardian(one: Mapping[str, Any]) -> list[Fact]:
    answers = one.get("answers", {})
    if answers.get("理由") == "不存在":
        return [Fact(label=_("保護者2"), value=_("いません"))]
    rows = [
        Fact(label=_("氏名"), value=one.get("name", ""), name=True),
        Fact(label=_("保育が必要な理由"), value=reason_words().get(answers.get("理由", ""), "")),
        Fact(label=_("週の日数"), value=str(answers.get("週の日数") or "")),
        Fact(label=_("週の時間"), value=str(answers.get("週の時間") or "")),
        Fact(label=_("障害の等級"), value=str(answers.get("障害の等級") or "")),
        Fact(label=_("入院している"), value=_("はい") if answers.get("入院") == "あり" else ""),
    ]
    return [row for row in rows if row.value]


def _wanted(content: Mapping[str, Any]) -> list[str]:
    rows = [condition_words()[content["condition"]][0]] if content["condition"] else []
    if content["condition"] == "PARTIAL":
        rows.append(solo_words()[content["solo"]])
    if content["condition"] in {"PARTIAL", "TOGETHER"}:
        rows.append(split_words()[content["split"]])
    return rows


@access(audience="resident", methods=("GET", "POST"))
def take_back(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A3: what taking an online application back means, before it is done."""
    _round, found = own_entry(request, id)
    if request.method == "POST":
        stays = actions.withdraw_entry(actor=request.actor, entry_id=id)
        return redirect("nursery_family:entry", id=id) if stays else redirect("nursery_family:apply")
    context = {
        "title": _("オンラインの申込みを取り下げる") if found.number else _("書きかけの申込みを消す"), "found": found,
        "breadcrumb": crumbs(found),
    }  # fmt: skip
    return render(request, "resident_nursery/take_back.html", context)
