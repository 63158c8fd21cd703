"""The steps of an online application: children, guardians, the household, what siblings want."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.dates import parts_from, read_date
from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..queries import EntryView, RoundView
from ..rules.answers import ABSENT, NO, YES
from ..rules.entering import (
    Content,
    absent,
    new_child,
    read_child,
    read_guardian,
    read_new_child,
    read_siblings,
    with_children,
)  # fmt: skip
from ..rules.intake import class_on
from .applying import crumbs, may_write, own_entry
from .plain import child_words, class_word, condition_words, reason_words, solo_words, split_words
from .words import CONFLICT, UNPROCESSABLE

PLACES: Final = {"first": 0, "second": 1}


def writing(request: SignedInRequest, id: UUID) -> tuple[RoundView, EntryView]:
    """The visitor's own application while it may be changed, or 404."""
    round_, found = own_entry(request, id)
    if not may_write(round_, found):
        raise NotFound
    return round_, found


def child_of(found: EntryView, key: str) -> dict[str, Any]:
    """A child of the application by its key, or 404."""
    one = next((one for one in found.content["children"] if one["key"] == key), None)
    if one is None:
        raise NotFound
    return dict(one)


def saved(request: SignedInRequest, found: EntryView, content: Content) -> str:
    """Keep the content; the sentence of a refusal, "" when it is kept."""
    try:
        actions.save_entry(actor=request.actor, entry_id=found.id, content=content)
    except Conflict as error:
        return catalogue.message(error.code, request.LANGUAGE_CODE)
    return ""


def with_child(content: Mapping[str, Any], key: str, values: Mapping[str, Any]) -> Content:
    """The content with these values of one child."""
    children = [{**one, **values} if one["key"] == key else one for one in content["children"]]
    return {**content, "children": children}


def _page(
    request: SignedInRequest, found: EntryView, title: str, fields: Sequence[FormField], *, problem: str = "",
    lead: str = "", name: str = "",
) -> HttpResponse:  # fmt: skip
    errors = errors_for(fields)
    context = {
        "title": title, "fields": fields, "errors": errors, "problem": problem, "lead": lead, "name": name,
        "breadcrumb": crumbs(found),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if errors else 200
    return render(request, "resident_nursery/step.html", context, status=status)


@access(audience="resident", methods=("GET", "POST"))
def children(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: the children applied for: of the household, and one who is not in the list."""
    round_, found = writing(request, id)
    offered = _offered(request, round_, found)
    wrong: dict[str, FieldError] = {}
    problem, post = "", request.POST
    chosen = post.getlist("children") if request.method == "POST" else [one["key"] for one in found.content["children"]]
    if request.method == "POST":
        picked = [one for key, one in offered.items() if key in chosen]
        if post.get("name", "").strip() or post.get("kana", "").strip() or post.get("due"):
            try:
                birth = read_date(parts_from(post, "birth"))
            except Invalid:
                birth, wrong["birth"] = None, FieldError("field.unreadable_date")
            added, more = read_new_child(post, birth, round_.entry_on, clock.today())
            wrong = {**more, **wrong}
            if added:
                picked.append(new_child(*added, key=secrets.token_hex(4), due=bool(post.get("due"))))
        content, more = with_children(dict(found.content), picked)
        wrong = wrong or dict(more)
        if not wrong:
            try:
                problem = saved(request, found, content)
            except Invalid as error:
                wrong = dict(error.fields)
        if not wrong and not problem:
            return redirect("nursery_family:entry", id=id)
    fields = _children_fields(request, offered, chosen, wrong)
    return _page(request, found, _("申し込む子ども"), fields, problem=problem)


def _offered(request: SignedInRequest, round_: RoundView, found: EntryView) -> dict[str, dict[str, Any]]:
    """Key → child: those written down already, then small children of the household that are not among them."""
    offered = {one["key"]: dict(one) for one in found.content["children"]}
    numbers = {one["number"] for one in offered.values() if one["number"]}
    people = registry.household_of(request.addressee_no) if request.addressee_no else ()
    for place, one in enumerate(people):
        birth = one.birth_date
        if birth is None or class_on(birth, round_.entry_on) is None or one.addressee_no in numbers:
            continue
        key = f"h{place}"
        while key in offered:
            key += "x"
        offered[key] = new_child(one.display_name, one.display_kana, birth, key=key, number=one.addressee_no)
    return offered


def _children_fields(
    request: SignedInRequest, offered: Mapping[str, Mapping[str, Any]], chosen: Sequence[str],
    wrong: Mapping[str, FieldError],
) -> list[FormField]:  # fmt: skip
    post, fields = request.POST, []
    if offered:
        options = tuple(
            Option(key, one["name"], hint=_born(one["birth"], request.LANGUAGE_CODE), noruby=True)
            for key, one in offered.items()
        )
        fields.append(
            FormField(
                name="children", label=_("申し込む子ども"), kind="checkboxes", options=options, value=list(chosen),
                error=wrong.get("children"), required=False,
            )
        )  # fmt: skip
    return [
        *fields,
        FormField(
            name="name", label=_("一覧にいない子どもの氏名") if offered else _("子どもの氏名"),
            value=post.get("name", ""), required=False,
            error=wrong.get("name", None if offered else wrong.get("children")), autocomplete="off",
        ),
        FormField(
            name="kana", label=_("フリガナ"), kind="kana", value=post.get("kana", ""), required=False,
            error=wrong.get("kana"),
        ),
        FormField(
            name="birth", label=_("生年月日"), kind="date", value=parts_from(post, "birth"), required=False,
            error=wrong.get("birth"),
        ),
        FormField(
            name="due", label=_("まだ生まれていない"), kind="consent", required=False, show_mark=False,
            value=bool(post.get("due")),
            hint=_("氏名は空でかまいません。生年月日には予定日を入力し、生まれたら知らせてください。"),
        ),
    ]  # fmt: skip


def _born(iso: str, language: str) -> str:
    return format_date(date.fromisoformat(iso), language)


@access(audience="resident", methods=("GET", "POST"))
def child(request: SignedInRequest, id: UUID, key: str) -> HttpResponse:
    """A2: what is asked of one child, and the nursery it goes to now."""
    round_, found = writing(request, id)
    one, names = child_of(found, key), queries.facility_names()
    wrong: dict[str, FieldError] = {}
    problem, post = "", request.POST
    if request.method == "POST":
        values, wrong = read_child(post, names)
        if not wrong:
            problem = saved(request, found, with_child(found.content, key, values))
            if not problem:
                return redirect("nursery_family:entry", id=id)
    said = one["answers"]
    asked = request.method == "POST"
    now = {
        field: bool(post.get(field)) if asked else said.get(title) == YES
        for field, (title, _w) in child_words().items()
    }
    fields = [
        *(
            FormField(name=field, label=words, kind="consent", required=False, show_mark=False, value=now[field])
            for field, (_title, words) in child_words().items()
        ),
        FormField(
            name="current", label=_("今通っている認可の園"), kind="select", required=False,
            hint=_("転園を希望するときだけ選びます。"),
            value=post.get("current", one["current"]), error=wrong.get("current"),
            options=(Option("", _("通っていない")), *(Option(k, v, noruby=True, lang="ja") for k, v in names.items())),
        ),
    ]  # fmt: skip
    group = class_word(class_on(date.fromisoformat(one["birth"]), round_.entry_on) or 0)
    return _page(request, found, _("お子さんのこと"), fields, problem=problem, name=one["name"], lead=group)


@access(audience="resident", methods=("GET", "POST"))
def guardian(request: SignedInRequest, id: UUID, which: str) -> HttpResponse:
    """A2: why care is needed, of one guardian; the second may not be there."""
    _round, found = writing(request, id)
    if which not in PLACES:
        raise NotFound
    place, post = PLACES[which], request.POST
    known = found.content["guardians"][place]
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        alone = which == "second" and post.get("alone") == "yes"
        value, wrong = (absent(), {}) if alone else read_guardian(post)
        if which == "second" and post.get("alone") not in {"yes", "no"}:
            wrong = {"alone": FieldError("field.choose_one")}
        if not wrong:
            guardians = list(found.content["guardians"])
            guardians[place] = value
            content = {**found.content, "guardians": guardians}
            problem = saved(request, found, {**content, "alone": alone} if which == "second" else content)
            if not problem:
                return redirect("nursery_family:entry", id=id)
    fields = _guardian_fields(request, known, wrong, which)
    title = _("保護者1のこと") if which == "first" else _("保護者2のこと")
    return _page(request, found, title, fields, problem=problem)


def _guardian_fields(
    request: SignedInRequest, known: Mapping[str, Any], wrong: Mapping[str, FieldError], which: str
) -> list[FormField]:
    answers, post = known.get("answers", {}), request.POST if request.method == "POST" else None
    there = bool(answers) and answers.get("理由") != ABSENT
    own = request.signed_in.name if which == "first" and not known else ""

    def now(field: str, before: object) -> str:
        return post.get(field, "") if post is not None else str(before or "")

    fields = []
    if which == "second":
        before = "" if not answers else "no" if there else "yes"
        fields.append(
            FormField(
                name="alone", label=_("もう1人の保護者はいますか"), kind="radio", value=now("alone", before),
                options=(Option("no", _("います")), Option("yes", _("いません(ひとり親)"))), error=wrong.get("alone"),
            )
        )  # fmt: skip
    return [*fields, *_guardian_questions(request, known, wrong, own=own, needed=which == "first", now=now)]


def _guardian_questions(
    request: SignedInRequest, known: Mapping[str, Any], wrong: Mapping[str, FieldError], *, own: str, needed: bool,
    now: Callable[[str, object], str],
) -> list[FormField]:  # fmt: skip
    answers, post = known.get("answers", {}), request.POST if request.method == "POST" else None
    reason = answers.get("理由", "") if answers.get("理由") != ABSENT else ""
    return [
        FormField(
            name="name", label=_("氏名"), value=now("name", known.get("name", "") or own), error=wrong.get("name"),
            required=needed, autocomplete="off",
        ),
        FormField(
            name="reason", label=_("保育が必要な理由"), kind="radio", value=now("reason", reason), required=needed,
            options=tuple(Option(key, words) for key, words in reason_words().items()), error=wrong.get("reason"),
        ),
        FormField(
            name="days", label=_("週の日数"), kind="number", unit=_("日"), required=False, error=wrong.get("days"),
            hint=_("働く、通う、介護する日数"), value=now("days", answers.get("週の日数")),
        ),
        FormField(
            name="hours", label=_("週の時間"), kind="number", unit=_("時間"), required=False, error=wrong.get("hours"),
            hint=_("休憩を入れた、1週間の合計"), value=now("hours", answers.get("週の時間")),
        ),
        FormField(
            name="grade", label=_("障害の等級"), kind="number", unit=_("級"), required=False, error=wrong.get("grade"),
            hint=_("手帳をお持ちのとき"), value=now("grade", answers.get("障害の等級")),
        ),
        FormField(
            name="hospital", label=_("入院している"), kind="consent", required=False, show_mark=False,
            value=bool(post.get("hospital")) if post is not None else answers.get("入院") == YES,
        ),
    ]  # fmt: skip


@access(audience="resident", methods=("GET", "POST"))
def family(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: what is asked of the household."""
    _round, found = writing(request, id)
    names, post, content = queries.facility_names(), request.POST, found.content
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        welfare, sibling = post.get("welfare", ""), post.get("sibling_at", "")
        if welfare not in {"yes", "no"}:
            wrong["welfare"] = FieldError("field.choose_one")
        if sibling and sibling not in names:
            wrong["sibling_at"] = FieldError("field.choose_one")
        if not wrong:
            answers = {"生活保護": YES if welfare == "yes" else NO}
            problem = saved(request, found, {**content, "answers": answers, "sibling_at": sibling})
            if not problem:
                return redirect("nursery_family:entry", id=id)
    before = {YES: "yes", NO: "no"}.get(content["answers"].get("生活保護", ""), "")
    fields = [
        FormField(
            name="welfare", label=_("生活保護を受けていますか"), kind="radio", inline=True, error=wrong.get("welfare"),
            value=post.get("welfare", before), options=(Option("yes", _("はい")), Option("no", _("いいえ"))),
        ),
        FormField(
            name="sibling_at", label=_("きょうだいがもう通っている園"), kind="select", required=False,
            value=post.get("sibling_at", content["sibling_at"]), error=wrong.get("sibling_at"),
            options=(Option("", _("通っていない")), *(Option(k, v, noruby=True, lang="ja") for k, v in names.items())),
        ),
    ]  # fmt: skip
    return _page(request, found, _("世帯のこと"), fields, problem=problem)


@access(audience="resident", methods=("GET", "POST"))
def siblings(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: what is wanted when not everybody can enter, each choice with a picture of what it means."""
    _round, found = writing(request, id)
    if len(found.content["children"]) < 2:
        raise NotFound
    content, post, problem = found.content, request.POST, ""
    values = {name: content[name] for name in ("condition", "solo", "split")}
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        values, wrong = read_siblings(post)
        if not wrong:
            problem = saved(request, found, {**content, **values})
            if not problem:
                return redirect("nursery_family:entry", id=id)
    first = FormField(name="condition", label=_("全員が入れないときは、どうしますか"), error=wrong.get("condition"))
    fields = [
        FormField(
            name="solo", label=_("一人だけ入るとき"), kind="radio", value=values["solo"], required=False,
            options=tuple(Option(key, words) for key, words in solo_words().items()), error=wrong.get("solo"),
            hint=_("「一人だけでも先に入る」を選んだときに答えます。"),
        ),
        FormField(
            name="split", label=_("園が分かれそうなとき"), kind="radio", value=values["split"], required=False,
            options=tuple(Option(key, words) for key, words in split_words().items()), error=wrong.get("split"),
            hint=_("別の園でもよいときに答えます。"),
        ),
    ]  # fmt: skip
    choices = [
        (key, words, meaning, static(f"family_nursery/{key.lower()}.svg"), key == values["condition"])
        for key, (words, meaning) in condition_words().items()
    ]
    errors = errors_for([first, *fields])
    context = {
        "title": _("きょうだいの希望"), "choices": choices, "question": first, "fields": fields, "errors": errors,
        "problem": problem, "breadcrumb": crumbs(found),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if errors else 200
    return render(request, "resident_nursery/siblings.html", context, status=status)
